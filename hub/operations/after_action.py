"""The after-action report of a closed incident, for coordinators or for the board.

Who is signed in sees a report for the board with any role that sees aggregates, one for coordinators only as one; so
only they have the board's figures made while follow-ups are open.

Source: DOMAIN.md 4, last paragraph, and 2.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from common.access.roles import Action
from common.codes import word
from common.errors import InvalidRequest
from common.rpc.local import Operation
from common.wire.v1.codes_pb2 import ActivationStatus, FollowUpOutcome, IncidentType
from hub.domain.after_action import AfterAction, AgencyCoverage, Audience, Withheld
from hub.identity.derived_keys import derived_key
from hub.operations.answering import check_if_signed_in
from hub.persistence import agencies
from hub.persistence.board_figures import list_closed
from hub.use_cases.after_action import coordinators_report, find_board_report, get_draft, keep, made
from hub.use_cases.typed_ids import get_incident_id

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations that report on incidents."""
    return {"incident report": partial(_report, hub), "incident reports": partial(_list, hub)}


async def _list(hub: "Hub", _: Arguments) -> Any:
    """List the closed incidents as the board may see them, the one that closed last first."""
    return [
        {
            "incident": each.id.hex(),
            "type": word(IncidentType, each.type),
            "opened_at": each.opened_at.isoformat(),
            "closed_at": each.closed_at and each.closed_at.isoformat(),
            "made_at": each.made_at and each.made_at.isoformat(),
        }
        for each in await hub.reader.read(list_closed)
    ]


async def _report(hub: "Hub", arguments: Arguments) -> Any:
    said = arguments.get("for") or Audience.COORDINATORS.value
    if said not in list(Audience):
        raise InvalidRequest(f"for: {said!r} is not one of {', '.join(Audience)}")
    with_open = bool(arguments.get("with_open"))
    if said == Audience.BOARD:
        await check_if_signed_in(hub, Action.RUN_QUEUE if with_open else Action.SEE_AGGREGATES)
        return _shown(await _for_board(hub, arguments, with_open), {})
    if with_open:
        raise InvalidRequest("with open: only the board's figures are made once")
    await check_if_signed_in(hub, Action.SEE_BOARD)

    def read(connection: Connection) -> dict[str, Any]:
        report = coordinators_report(connection, get_incident_id(connection, arguments["incident"]))
        return _shown(report, {agency.id: agency.name for agency in agencies.list_agencies(connection)})

    return await hub.reader.read(read)


async def _for_board(hub: "Hub", arguments: Arguments, with_open: bool) -> AfterAction:
    incident_id = await hub.reader.read(lambda connection: get_incident_id(connection, arguments["incident"]))
    standing = await hub.reader.read(partial(find_board_report, incident_id=incident_id))
    if standing is not None:
        return standing
    now, secret = hub.clock.now(), derived_key(hub.ledger_key, b"holdfast hub board figures")
    draft = await hub.reader.read(partial(get_draft, incident_id=incident_id, now=now))
    return await hub.writer.submit(
        partial(keep, await asyncio.to_thread(made, draft, secret, now, with_open=with_open))
    )


def _shown(report: AfterAction, names: Mapping[bytes, str]) -> dict[str, Any]:
    incident, follow_ups = report.incident, report.follow_ups
    for_board = report.audience is Audience.BOARD
    return {
        "incident": incident.id.hex(),
        "for": report.audience.value,
        "made_at": report.made_at and report.made_at.isoformat(),
        "k": report.k,
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
