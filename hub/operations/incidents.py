"""Incidents and their boards."""

from collections.abc import Mapping
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
from hub.operations.typed import time_typed
from hub.persistence import agencies, incidents
from hub.use_cases.incidents import NewIncident, change_status, open_incident

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on incidents and their boards."""
    return {
        "incident open": partial(_open_incident, hub),
        "incident status": partial(_change_status, hub),
        "incident list": partial(_list_incidents, hub),
        "board": partial(_board, hub),
    }


async def _open_incident(hub: "Hub", arguments: Arguments) -> Any:
    started_at = time_typed(arguments["started_at"], "started") if arguments.get("started_at") else hub.clock.now()
    new = NewIncident(
        type=code(IncidentType, arguments["type"], "type"),
        title=arguments["title"],
        agency_slugs=arguments["agencies"],
        started_at=started_at,
        jurisdictions=arguments.get("jurisdictions", []),
    )
    incident = await hub.writer.submit(partial(open_incident, new))
    return _incident(incident)


async def _change_status(hub: "Hub", arguments: Arguments) -> Any:
    status = code(IncidentStatus, arguments["status"], "status")
    return _incident(await hub.writer.submit(partial(change_status, _id(arguments["incident"]), status)))


async def _list_incidents(hub: "Hub", arguments: Arguments) -> Any:
    return [_incident(incident) for incident in await hub.reader.read(incidents.list_incidents)]


async def _board(hub: "Hub", arguments: Arguments) -> Any:
    incident_id = _id(arguments["incident"])

    def query(connection: Connection) -> dict[str, Any]:
        incident, lines = incidents.get_board(connection, incident_id)
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
    } | counts


def _id(text: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != 16:
        raise InvalidRequest("an id has 32 hexadecimal digits; copy it from `holdfast hub incident list`")
    return found
