"""What an agency reports: its activation for an incident, its capacity; and what the hub refused."""

from dataclasses import fields
from typing import Any

from sqlalchemy import Connection

from common.codes import code, word
from common.errors import WrongState
from common.wire.v1 import codes_pb2 as codes
from node.domain.activation import BANDS, Counts
from node.domain.jurisdiction import Pack
from node.opened import OpenNode
from node.operations.plain import code_or_none, word_or_none
from node.operations.with_hub import needs_hub
from node.persistence import outbox
from node.persistence.outbox import OutboxEntry
from node.use_cases import supporters
from node.use_cases.activations import (
    StatusReported,
    get_incident,
    present_status,
    report_status,
    reported_statuses,
)
from node.use_cases.capacity import report_capacity


@needs_hub
def activate(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Report the status of the agency's activation; with `seen`, only where nobody reported since it was shown."""
    exact = {field.name: arguments.get(field.name) for field in fields(Counts)}
    bands = {name: code_or_none(codes.CountBand, arguments.get(name), name) for name in BANDS}
    counts = Counts(**(exact | bands))
    wanted = code(codes.ActivationStatus, arguments["status"], "status")
    decline_reason = code_or_none(codes.DeclineReason, arguments.get("decline_reason"), "decline_reason")
    incident = node.read(lambda connection: get_incident(connection, arguments["incident"]))
    now = node.clock.now()
    pack = node.settings.pack

    def write(connection: Connection) -> StatusReported:
        _check_seen(connection, incident.id, arguments.get("seen"))
        return report_status(
            *(connection, node.bound_key, incident.id, wanted, decline_reason, counts, now),
            withhold_small=pack.withhold_activation_below_k,
        )

    reported = node.write("outbox", write)
    return _written(reported.entry) | _withheld(reported, pack)


@needs_hub
def capacity(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Report how many supporters the agency has; from its roster, where asked to, what is not given."""
    given = {name: arguments.get(name) for name in ("designated", "available", "paused", "trained_in_date")}
    now, zone = node.clock.now(), node.settings.zone

    def write(connection: Connection) -> OutboxEntry:
        if arguments.get("from_roster"):
            counted = vars(supporters.capacity(connection, node.vault, zone, now))
            given.update({name: count for name, count in counted.items() if given[name] is None})
        return report_capacity(connection, node.bound_key, **given, now=now)

    return _written(node.write("outbox", write)) | {"counts": given}


def refused(node: OpenNode, _: dict[str, Any]) -> Any:
    """List the reports that the hub recorded as refused."""
    return [_shown_entry(entry) for entry in node.read(outbox.list_refused)]


def _check_seen(connection: Connection, incident_id: bytes, seen: str | None) -> None:
    if seen is None or seen == str(sum(1 for _ in reported_statuses(connection, incident_id))):
        return
    status = word(codes.ActivationStatus, present_status(connection, incident_id)).replace("_", " ")
    raise WrongState(f"it was reported since you opened this page, so nothing was done. Now: {status}")


def _withheld(reported: StatusReported, pack: Pack) -> dict[str, Any]:
    if not reported.withheld:
        return {"withheld": [], "withheld_because": ""}
    because = f"{pack.title}: counts below {reported.k} do not leave this node; they are told as not known"
    return {"withheld": list(reported.withheld), "withheld_because": because}


def _written(entry: OutboxEntry) -> dict[str, Any]:
    return {"sequence": entry.sequence, "command_id": entry.command_id.hex(), "outcome": "waiting"}


def _shown_entry(entry: OutboxEntry) -> dict[str, Any]:
    return {
        "stream_id": entry.stream_id.hex(),
        "sequence": entry.sequence,
        "kind": entry.kind,
        "created_at": entry.created_at.isoformat(),
        "outcome": word_or_none(codes.Outcome, entry.outcome),
        "reason": entry.reason,
    }
