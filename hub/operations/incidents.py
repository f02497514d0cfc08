"""Incidents: opened, joined by more agencies, moved on, listed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from common.agreement.versions import in_force
from common.agreement.wording import span_words
from common.codes import code, word
from common.errors import InvalidRequest
from common.rpc.local import Operation
from common.wire.v1.codes_pb2 import ActivationStatus, Discipline, IncidentStatus, IncidentType
from hub.domain.activation import Activation, is_late
from hub.domain.incident import Incident
from hub.operations.typed import time_typed
from hub.persistence import agreements, incidents
from hub.persistence.transaction import Transaction
from hub.use_cases.incident_follow_ups import asked_agency_ids, count_open_follow_ups
from hub.use_cases.incident_requests import Opening, open_requested
from hub.use_cases.incidents import NewIncident, add_participants, change_status, open_incident
from hub.use_cases.typed_ids import get_incident_id, get_request_id, read_whole_id

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on incidents; those on their boards are in `boards`."""
    return {
        "incident open": partial(_open_incident, hub),
        "incident add": partial(_add_participants, hub),
        "incident status": partial(_change_status, hub),
        "incident list": partial(_list_incidents, hub),
        "incident asks": partial(_asks, hub),
    }


async def _open_incident(hub: "Hub", arguments: Arguments) -> Any:
    if arguments.get("request"):
        return await _open_requested(hub, arguments)
    if not (arguments.get("title") and arguments.get("type") and arguments.get("agencies")):
        raise InvalidRequest("title, --type and --agency are needed, unless --request names what an agency asked for")
    started_at = time_typed(arguments["started_at"], "started") if arguments.get("started_at") else hub.clock.now()
    new = NewIncident(
        type=code(IncidentType, arguments["type"], "type"),
        title=arguments["title"],
        agency_slugs=arguments["agencies"],
        started_at=started_at,
        jurisdictions=arguments.get("jurisdictions", []),
        **_ids(arguments),
    )
    incident = await hub.writer.submit(partial(open_incident, new))
    return incident_said(incident)


async def _open_requested(hub: "Hub", arguments: Arguments) -> Any:
    opening = Opening(
        request_id=await hub.reader.read(lambda connection: get_request_id(connection, arguments["request"])),
        title=arguments.get("title", ""),
        type=code(IncidentType, arguments["type"], "type") if arguments.get("type") else None,
        agency_slugs=arguments.get("agencies") or [],
        started_at=time_typed(arguments["started_at"], "started") if arguments.get("started_at") else None,
        jurisdictions=arguments.get("jurisdictions", []),
        **_ids(arguments),
    )
    opened = await hub.writer.submit(partial(open_requested, opening))
    return incident_said(opened.incident) | {"left_out": [agency_id.hex() for agency_id in opened.left_out]}


def _ids(arguments: Arguments) -> dict[str, bytes]:
    return {name: read_whole_id(arguments[name], name) for name in ("id", "draft") if arguments.get(name)}


async def _add_participants(hub: "Hub", arguments: Arguments) -> Any:
    incident_id = await _known_id(hub, arguments)
    return incident_said(await hub.writer.submit(partial(add_participants, incident_id, arguments["agencies"])))


async def _change_status(hub: "Hub", arguments: Arguments) -> Any:
    status = code(IncidentStatus, arguments["status"], "status")
    incident_id, keep_open = await _known_id(hub, arguments), bool(arguments.get("keep_open"))

    def change(tx: Transaction, now: datetime) -> Incident:
        still_open = count_open_follow_ups(tx.connection, incident_id)
        return change_status(incident_id, status, tx, now, open_follow_ups=still_open, keep_open=keep_open)

    return incident_said(await hub.writer.submit(change))


async def _known_id(hub: "Hub", arguments: Arguments) -> bytes:
    """Give the id of the incident that was typed."""
    return await hub.reader.read(lambda connection: get_incident_id(connection, arguments["incident"]))


async def _list_incidents(hub: "Hub", arguments: Arguments) -> Any:
    """List them with how many agencies are at each status, and how many are late."""
    now = hub.clock.now()

    def query(connection: Connection) -> list[dict[str, Any]]:
        known = incidents.list_incidents(connection)
        boards = incidents.load_boards(connection, [each.id for each in known])
        return [
            incident_said(each)
            | {"statuses": _statuses(boards[each.id][1]), "late": _late(connection, *boards[each.id], now)}
            for each in known
        ]

    return await hub.reader.read(query)


async def _asks(hub: "Hub", arguments: Arguments) -> Any:
    """Say what the agreement in force asks of whom in an incident of a type, before one is opened."""
    kind = code(IncidentType, arguments["type"], "type")
    held = in_force((await hub.reader.read(agreements.load_agreements)).values(), hub.clock.now())
    protocol = None if held is None else held.terms.protocols.get(kind)
    return {
        "type": word(IncidentType, kind),
        "agreement": held and held.version,
        "asked": [] if protocol is None else [word(Discipline, each) for each in protocol.asked],
        "activate_within": None if protocol is None else span_words(protocol.activate_within),
    }


def _late(connection: Connection, incident: Incident, lines: Iterable[Activation], now: datetime) -> int:
    """Count the agencies that were asked to activate and have not answered in time."""
    silent = [line for line in lines if is_late(line, incident, True, now)]
    asked = asked_agency_ids(connection, incident) if silent else frozenset()
    return sum(line.agency_id in asked for line in silent)


def _statuses(lines: Iterable[Activation]) -> dict[str, int]:
    counted = Counter(line.status for line in lines)
    return {word(ActivationStatus, status): counted[status] for status in sorted(counted)}


def incident_said(incident: Incident) -> dict[str, Any]:
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
