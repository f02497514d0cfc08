"""What an agency reports: its activation for an incident, its capacity; and what the hub refused."""

from dataclasses import fields
from typing import Any

from sqlalchemy import Connection

from common.codes import code
from common.wire.v1 import codes_pb2 as codes
from node.domain.activation import BANDS, Counts
from node.domain.jurisdiction import Pack
from node.opened import OpenNode
from node.operations.plain import code_or_none, word_or_none
from node.operations.with_hub import needs_hub
from node.persistence import outbox
from node.persistence.outbox import OutboxEntry
from node.use_cases.activations import StatusReported, get_incident, report_status
from node.use_cases.capacity import report_capacity


@needs_hub
def activate(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Report the status of the agency's activation."""
    exact = {field.name: arguments.get(field.name) for field in fields(Counts)}
    bands = {name: code_or_none(codes.CountBand, arguments.get(name), name) for name in BANDS}
    counts = Counts(**(exact | bands))
    wanted = code(codes.ActivationStatus, arguments["status"], "status")
    decline_reason = code_or_none(codes.DeclineReason, arguments.get("decline_reason"), "decline_reason")
    incident = node.read(lambda connection: get_incident(connection, arguments["incident"]))
    now = node.clock.now()
    pack = node.settings.pack

    def write(connection: Connection) -> StatusReported:
        return report_status(
            *(connection, node.bound_key, incident.id, wanted, decline_reason, counts, now),
            withhold_small=pack.withhold_activation_below_k,
        )

    reported = node.write("outbox", write)
    return _written(reported.entry) | _withheld(reported, pack)


@needs_hub
def capacity(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Report how many supporters the agency has."""
    given = {name: arguments.get(name) for name in ("designated", "available", "paused", "trained_in_date")}
    now = node.clock.now()
    entry = node.write("outbox", lambda connection: report_capacity(connection, node.bound_key, **given, now=now))
    return _written(entry)


def refused(node: OpenNode, _: dict[str, Any]) -> Any:
    """List the reports that the hub recorded as refused."""
    return [_shown_entry(entry) for entry in node.read(outbox.list_refused)]


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
