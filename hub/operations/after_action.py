"""The after-action report of a closed incident, for coordinators or for the board."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from common.agreement.versions import in_force
from common.codes import word
from common.errors import InvalidRequest
from common.rpc.local import Operation
from common.wire.v1.codes_pb2 import ActivationStatus, FollowUpOutcome, IncidentType
from hub.domain.after_action import DEFAULT_K, AfterAction, AgencyCoverage, Audience, after_action
from hub.domain.withholding import Withheld
from hub.persistence import agencies, agreements, incidents
from hub.use_cases.incident_follow_ups import asked_agency_ids, follow_up_facts
from hub.use_cases.typed_ids import get_incident_id

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]
_OUTCOMES = [number for number in FollowUpOutcome.values() if number]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operation that reports on an incident."""
    return {"incident report": partial(_report, hub)}


async def _report(hub: "Hub", arguments: Arguments) -> Any:
    said = arguments.get("for") or Audience.COORDINATORS.value
    if said not in list(Audience):
        raise InvalidRequest(f"for: {said!r} is not one of {', '.join(Audience)}")

    def query(connection: Connection) -> dict[str, Any]:
        incident, lines = incidents.get_board(connection, get_incident_id(connection, arguments["incident"]))
        agreement = in_force(agreements.load_agreements(connection).values(), hub.clock.now())
        report = after_action(
            incident,
            lines,
            follow_up_facts(connection, incident.id),
            asked=asked_agency_ids(connection, incident),
            outcomes=_OUTCOMES,
            k=DEFAULT_K if agreement is None else agreement.terms.k,
            audience=Audience(said),
        )
        return _shown(report, {agency.id: agency.name for agency in agencies.list_agencies(connection)})

    return await hub.reader.read(query)


def _shown(report: AfterAction, names: Mapping[bytes, str]) -> dict[str, Any]:
    incident, follow_ups = report.incident, report.follow_ups
    for_board = report.audience is Audience.BOARD
    return {
        "incident": incident.id.hex(),
        "for": report.audience.value,
        "k": report.k if for_board else None,
        # Written by hand, a title may name an agency.
        "title": None if for_board else incident.title,
        "type": word(IncidentType, incident.type),
        "opened_at": incident.opened_at.isoformat(),
        "closed_at": incident.closed_at and incident.closed_at.isoformat(),
        "after_s": {name: _plain(span) for name, span in vars(report.timings).items()},
        "agencies": _plain(report.coverage.agencies),
        "agencies_activated": _plain(report.coverage.activated),
        "coverage": [_agency(line, names) for line in report.coverage.by_agency],
        "follow_ups": {
            "opened": _plain(follow_ups.opened),
            "closed": _plain(follow_ups.closed),
            "open": _plain(follow_ups.open),
            "closed_percent": _plain(follow_ups.closed_percent),
            "by_outcome": {word(FollowUpOutcome, code): _plain(count) for code, count in follow_ups.by_outcome},
            "escalated": _plain(follow_ups.escalated),
            "handed_over": _plain(follow_ups.handed_over),
            "escalation_steps": follow_ups.escalation_steps,
            "hand_overs": follow_ups.hand_overs,
        },
    }


def _agency(line: AgencyCoverage, names: Mapping[bytes, str]) -> dict[str, Any]:
    return {
        "agency": names[line.agency_id],
        "status": word(ActivationStatus, line.status),
        "asked": line.asked,
        "activated_after_s": _plain(line.activated_after),
        "follow_ups_opened": line.follow_ups_opened,
        "follow_ups_owned": line.follow_ups_owned,
        "follow_ups_owned_open": line.follow_ups_owned_open,
    }


def _plain(figure: timedelta | Withheld | int | None) -> int | str | None:
    """Give a figure as JSON holds it: spans in whole seconds, what is withheld as that word."""
    if isinstance(figure, Withheld):
        return figure.value
    return round(figure.total_seconds()) if isinstance(figure, timedelta) else figure
