"""Incidents and their boards, as the hub told them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.codes import word
from common.wire.v1 import codes_pb2 as codes
from node.domain.activation import BANDS
from node.domain.agency_number import AgencyNumber, read_agency_numbers, read_system
from node.opened import OpenNode
from node.operations.guarded import Guarded
from node.operations.plain import agency_names, word_or_none
from node.operations.typed import list_of
from node.operations.with_hub import needs_hub
from node.persistence import incidents
from node.persistence.agency_numbers import numbers_by_incident
from node.use_cases.activations import get_incident
from node.use_cases.agency_numbers import link_numbers


def list_incidents(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """List the incidents that the hub told of, with the agency's own numbers; with `number`, those that have it."""
    wanted, numbers = arguments.get("number"), node.read(numbers_by_incident)
    return [
        {
            "id": incident.id.hex(),
            "type": word(codes.IncidentType, incident.type),
            "title": incident.title,
            "status": word(codes.IncidentStatus, incident.status),
            "opened_at": incident.opened_at.isoformat(),
            "agencies": len(incident.agency_ids),
            "version": incident.version,
            "asked": [word(codes.Discipline, discipline) for discipline in incident.asked],
            "activate_by": incident.activate_by and incident.activate_by.isoformat(),
            "numbers": _numbers(numbers.get(incident.id, ())),
        }
        for incident in node.read(incidents.list_incidents)
        if wanted is None or wanted in {each.number for each in numbers.get(incident.id, ())}
    ]


@needs_hub
def board(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Give the activation board of one incident."""

    def read(connection: Connection) -> Any:
        incident = get_incident(connection, arguments["incident"])
        names = agency_names(connection)
        lines = incidents.list_board(connection, incident.id)
        return {
            "incident": incident.id.hex(),
            "title": incident.title,
            "status": word(codes.IncidentStatus, incident.status),
            "numbers": _numbers(numbers_by_incident(connection).get(incident.id, ())),
            "lines": [
                {
                    "agency_id": line.agency_id.hex(),
                    "agency": names.get(line.agency_id, ""),
                    "status": word(codes.ActivationStatus, line.status),
                    "decline_reason": word_or_none(codes.DeclineReason, line.decline_reason),
                    **{
                        name: word_or_none(codes.CountBand, count) if name in BANDS else count
                        for name, count in vars(line.counts).items()
                    },
                    "version": line.version,
                    "changed_at": line.changed_at.isoformat(),
                }
                for line in lines
            ],
        }

    return node.read(read)


def set_numbers(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Say which of the agency's own numbers an incident has in one system, in place of those before."""
    system = read_system(arguments.get("system"))
    numbers = read_agency_numbers(list_of(arguments.get("numbers"), "numbers"))

    def write(connection: Connection) -> Any:
        incident = get_incident(connection, str(arguments["incident"]))
        held = link_numbers(connection, f"user {person.name}", incident, system, numbers, node.clock.now())
        return {"incident": incident.id.hex(), "title": incident.title, "numbers": _numbers(held)}

    return node.write("incident_numbers", write)


OPERATIONS: dict[str, Guarded] = {"incident_numbers": Guarded(Action.COORDINATE, set_numbers)}


def _numbers(held: Iterable[AgencyNumber]) -> list[str]:
    return [f"{each.system} {each.number}" for each in held]
