"""An incident's board: every participant side by side, whom to call, who is late, and what was done until now."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from common.codes import word
from common.rpc.local import Operation
from common.wire.v1.codes_pb2 import ActivationStatus, CountBand, DeclineReason, Discipline
from hub.domain.activation import COUNTS, Activation, is_late
from hub.domain.agency import Agency
from hub.operations.incidents import incident_said
from hub.persistence import agencies, calls, incidents
from hub.use_cases.calls import note_call_on_incident
from hub.use_cases.incident_follow_ups import asked_agency_ids, count_open_follow_ups
from hub.use_cases.typed_ids import get_incident_id

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on boards."""
    return {"board": partial(_board, hub), "incident called": partial(_called, hub)}


async def _board(hub: "Hub", arguments: Arguments) -> Any:
    """Give the board; with `brief`, only which incident is meant: that it is here, and may be seen."""
    if arguments.get("brief"):
        return {"id": (await hub.reader.read(partial(get_incident_id, typed=arguments["incident"]))).hex()}
    now = hub.clock.now()

    def query(connection: Connection) -> dict[str, Any]:
        incident, lines = incidents.get_board(connection, get_incident_id(connection, arguments["incident"]))
        known = {agency.id: agency for agency in agencies.list_agencies(connection)}
        asked = asked_agency_ids(connection, incident)
        steps = [_step(each) for each in calls.list_steps(connection, incident.id.hex())]
        called = {each["agency"]: each for each in steps if each["agency"]}
        told = [
            _line(line, known[line.agency_id])
            | {
                "asked": line.agency_id in asked,
                "late": is_late(line, incident, line.agency_id in asked, now),
                "called": called.get(known[line.agency_id].slug),
            }
            for line in lines
        ]
        return incident_said(incident) | {
            "lines": told,
            "open_follow_ups": count_open_follow_ups(connection, incident.id),
            "steps": steps,
        }

    return await hub.reader.read(query)


async def _called(hub: "Hub", arguments: Arguments) -> Any:
    """Note that an agency on an incident was called: it was asked once more, by a person."""
    incident_id = await hub.reader.read(lambda connection: get_incident_id(connection, arguments["incident"]))
    await hub.writer.submit(partial(note_call_on_incident, incident_id, arguments["agency"]))
    hub.changes.happened()  # no agency is told: no mail wakes the pages
    return {}


def _line(line: Activation, agency: Agency) -> dict[str, Any]:
    counts = {name: getattr(line, name) for name in COUNTS}
    for name in ("people_exposed", "contacts_made"):
        if counts[name] is not None:
            counts[name] = word(CountBand, counts[name])
    if counts["decline_reason"] is not None:
        counts["decline_reason"] = word(DeclineReason, counts["decline_reason"])
    return {
        "agency": agency.slug,
        "agency_id": line.agency_id.hex(),
        "name": agency.name,
        "discipline": word(Discipline, agency.discipline),
        "duty_contact": agency.duty_contact,
        "status": word(ActivationStatus, line.status),
        "changed_at": line.changed_at.isoformat(),
        "version": line.version,
        "first_active_at": line.first_active_at and line.first_active_at.isoformat(),
    } | counts


def _step(step: calls.Step) -> dict[str, Any]:
    at: datetime = step.at
    return {"at": at.isoformat(), "by": step.by, "what": step.what, "agency": step.agency}
