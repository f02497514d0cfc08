"""Incidents and their boards."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from common.codes import code, word
from common.errors import InvalidRequest
from common.rpc.local import Operation
from common.wire.v1.codes_pb2 import (
    ActivationStatus,
    CountBand,
    DeclineReason,
    Discipline,
    IncidentStatus,
    IncidentType,
)
from hub.domain.activation import COUNTS, Activation
from hub.domain.incident import Incident
from hub.persistence import agencies, incidents
from hub.persistence.transaction import Transaction
from hub.use_cases.incident_follow_ups import count_open_follow_ups
from hub.use_cases.incident_requests import Opening, open_requested
from hub.use_cases.incidents import NewIncident, add_participants, change_status, open_incident
from hub.use_cases.typed_ids import get_incident_id, get_request_id, read_whole_id

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on incidents and their boards."""
    return {
        "incident open": partial(_open_incident, hub),
        "incident add": partial(_add_participants, hub),
        "incident status": partial(_change_status, hub),
        "incident list": partial(_list_incidents, hub),
        "board": partial(_board, hub),
    }


async def _open_incident(hub: "Hub", arguments: Arguments) -> Any:
    if arguments.get("request"):
        return await _open_requested(hub, arguments)
    if not (arguments.get("title") and arguments.get("type") and arguments.get("agencies")):
        raise InvalidRequest("title, --type and --agency are needed, unless --request names what an agency asked for")
    started_at = _time(arguments["started_at"]) if arguments.get("started_at") else hub.clock.now()
    new = NewIncident(
        type=code(IncidentType, arguments["type"], "type"),
        title=arguments["title"],
        agency_slugs=arguments["agencies"],
        started_at=started_at,
        jurisdictions=arguments.get("jurisdictions", []),
        id=read_whole_id(arguments["id"], "id") if arguments.get("id") else None,
    )
    incident = await hub.writer.submit(partial(open_incident, new))
    return _incident(incident)


async def _open_requested(hub: "Hub", arguments: Arguments) -> Any:
    opening = Opening(
        request_id=await hub.reader.read(lambda connection: get_request_id(connection, arguments["request"])),
        title=arguments.get("title", ""),
        type=code(IncidentType, arguments["type"], "type") if arguments.get("type") else None,
        agency_slugs=arguments.get("agencies") or [],
        started_at=_time(arguments["started_at"]) if arguments.get("started_at") else None,
        jurisdictions=arguments.get("jurisdictions", []),
        id=read_whole_id(arguments["id"], "id") if arguments.get("id") else None,
    )
    opened = await hub.writer.submit(partial(open_requested, opening))
    return _incident(opened.incident) | {"left_out": [agency_id.hex() for agency_id in opened.left_out]}


async def _add_participants(hub: "Hub", arguments: Arguments) -> Any:
    incident_id = await _known_id(hub, arguments)
    return _incident(await hub.writer.submit(partial(add_participants, incident_id, arguments["agencies"])))


async def _change_status(hub: "Hub", arguments: Arguments) -> Any:
    status = code(IncidentStatus, arguments["status"], "status")
    incident_id, keep_open = await _known_id(hub, arguments), bool(arguments.get("keep_open"))

    def change(tx: Transaction, now: datetime) -> Incident:
        still_open = count_open_follow_ups(tx.connection, incident_id)
        return change_status(incident_id, status, tx, now, open_follow_ups=still_open, keep_open=keep_open)

    return _incident(await hub.writer.submit(change))


async def _known_id(hub: "Hub", arguments: Arguments) -> bytes:
    """Give the id of the incident that was typed."""
    return await hub.reader.read(lambda connection: get_incident_id(connection, arguments["incident"]))


async def _list_incidents(hub: "Hub", arguments: Arguments) -> Any:
    return [_incident(incident) for incident in await hub.reader.read(incidents.list_incidents)]


async def _board(hub: "Hub", arguments: Arguments) -> Any:
    def query(connection: Connection) -> dict[str, Any]:
        incident, lines = incidents.get_board(connection, get_incident_id(connection, arguments["incident"]))
        slugs = {agency.id: agency.slug for agency in agencies.list_agencies(connection)}
        return _incident(incident) | {"lines": [_line(line, slugs) for line in lines]}

    return await hub.reader.read(query)


def _incident(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.id.hex(),
        "title": incident.title,
        "type": word(IncidentType, incident.type),
        "status": word(IncidentStatus, incident.status),
        "started_at": incident.started_at.isoformat(),
        "opened_at": incident.opened_at.isoformat(),
        "closed_at": incident.closed_at and incident.closed_at.isoformat(),
        "jurisdictions": list(incident.jurisdictions),
        "version": incident.version,
        "asked": [word(Discipline, discipline) for discipline in incident.asked],
        "activate_by": incident.activate_by and incident.activate_by.isoformat(),
        "agency_ids": [agency_id.hex() for agency_id in incident.agency_ids],
    }


def _line(line: Activation, slugs: Mapping[bytes, str]) -> dict[str, Any]:
    counts = {name: getattr(line, name) for name in COUNTS}
    for name in ("people_exposed", "contacts_made"):
        if counts[name] is not None:
            counts[name] = word(CountBand, counts[name])
    if counts["decline_reason"] is not None:
        counts["decline_reason"] = word(DeclineReason, counts["decline_reason"])
    return {
        "agency": slugs[line.agency_id],
        "agency_id": line.agency_id.hex(),
        "status": word(ActivationStatus, line.status),
        "changed_at": line.changed_at.isoformat(),
        "version": line.version,
        "first_active_at": line.first_active_at and line.first_active_at.isoformat(),
    } | counts


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidRequest("started: a time with its zone is needed, such as 2026-11-03T14:20:00+00:00")
    return moment
