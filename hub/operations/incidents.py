"""What an operator can ask of a hub, by name: the `holdfast hub` command sends these, to a running hub or a stopped one.

Arguments and results are what JSON can hold. Each operation decodes, calls one use case, and encodes.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from common.errors import InvalidRequest
from common.rpc.local import Operation
from common.codes import code, word
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
from hub.persistence import agencies, audit, incidents
from hub.use_cases.epochs import begin_epoch
from hub.use_cases.incidents import NewIncident, change_status, open_incident
from hub.use_cases.quarantine import lift_quarantine

if TYPE_CHECKING:  # the process knows its operations, and they know the process
    from hub.process import Hub

Arguments = dict[str, Any]


def operations_of(hub: "Hub") -> Mapping[str, Operation]:
    """Give every operation of a hub."""
    return {
        "incident open": partial(_open_incident, hub),
        "incident status": partial(_change_status, hub),
        "incident list": partial(_list_incidents, hub),
        "board": partial(_board, hub),
        "agencies": partial(_agencies, hub),
        "audit": partial(_audit, hub),
        "quarantine lift": partial(_lift_quarantine, hub),
        "new epoch": partial(_new_epoch, hub),
    }


async def _open_incident(hub: "Hub", arguments: Arguments) -> Any:
    started_at = datetime.fromisoformat(arguments["started_at"]) if arguments.get("started_at") else hub.clock.now()
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


async def _agencies(hub: "Hub", arguments: Arguments) -> Any:
    heard = hub.health.heard()

    def query(connection: Connection) -> list[dict[str, Any]]:
        return [
            {
                "id": agency.id.hex(),
                "agency": agency.slug,
                "name": agency.name,
                "discipline": word(Discipline, agency.discipline),
                "jurisdiction": agency.jurisdiction,
                "membership": agency.membership.value,
                "quarantined_since": agency.quarantined_at and agency.quarantined_at.isoformat(),
                "last_heard": max((h.at.isoformat() for key, h in heard.items() if key[0] == agency.id), default=None),
            }
            for agency in agencies.list_agencies(connection)
        ]

    return await hub.reader.read(query)


async def _audit(hub: "Hub", arguments: Arguments) -> Any:
    after = int(arguments.get("after", 0))
    entries = await hub.reader.read(lambda connection: audit.list_entries(connection, after))
    return [entry | {"at": entry["at"].isoformat()} for entry in entries]


async def _lift_quarantine(hub: "Hub", arguments: Arguments) -> Any:
    agency = await hub.writer.submit(partial(lift_quarantine, arguments["agency"]))
    return {"agency": agency.slug, "membership": agency.membership.value}


async def _new_epoch(hub: "Hub", arguments: Arguments) -> Any:
    return {"hub_epoch": await hub.writer.submit(begin_epoch)}


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
        raise InvalidRequest("an id has 32 hexadecimal digits; copy it from the list")
    return found
