"""Incidents and their boards, as the hub told them."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.codes import word
from common.wire.v1 import codes_pb2 as codes
from node.domain.activation import BANDS, Counts
from node.domain.agency_number import AgencyNumber, read_agency_numbers, read_system
from node.domain.incident import Incident
from node.opened import OpenNode
from node.operations.guarded import Guarded
from node.operations.plain import agency_names, word_or_none
from node.operations.typed import list_of
from node.operations.with_hub import needs_hub
from node.persistence import incidents
from node.persistence.agency_numbers import numbers_by_incident
from node.persistence.membership import get_membership
from node.use_cases.activations import (
    Reported,
    count_reported,
    counts_of,
    get_incident,
    possible_statuses,
    present_status,
    reported_statuses,
)
from node.use_cases.agency_numbers import link_numbers


def list_incidents(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """List the incidents that the hub told of, with this agency's status in those that are not closed.

    With `number`: those that have this number of the agency's own.
    """
    wanted = arguments.get("number")

    def read(connection: Connection) -> Any:
        numbers = numbers_by_incident(connection)
        return [
            _incident(connection, incident) | {"numbers": _numbers(numbers.get(incident.id, ()))}
            for incident in incidents.list_incidents(connection)
            if wanted is None or wanted in {each.number for each in numbers.get(incident.id, ())}
        ]

    return node.read(read)


@needs_hub
def board(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Give the activation board of one incident, and what this agency reported and may report."""

    def read(connection: Connection) -> Any:
        incident = get_incident(connection, arguments["incident"])
        names = agency_names(connection)
        lines = incidents.list_board(connection, incident.id)
        own = get_membership(connection).agency_id
        return _incident(connection, incident) | {
            "incident": incident.id.hex(),
            "agencies": [names.get(each, each.hex()[:8]) for each in incident.agency_ids],
            "jurisdictions": list(incident.jurisdictions),
            "own": _own(connection, incident),
            "numbers": _numbers(numbers_by_incident(connection).get(incident.id, ())),
            "lines": [
                {
                    "agency_id": line.agency_id.hex(),
                    "agency": names.get(line.agency_id, ""),
                    "is_own": line.agency_id == own,
                    "status": word(codes.ActivationStatus, line.status),
                    "decline_reason": word_or_none(codes.DeclineReason, line.decline_reason),
                    **_counts(line.counts),
                    "version": line.version,
                    "changed_at": line.changed_at.isoformat(),
                }
                for line in lines
            ],
        }

    return node.read(read)


def _incident(connection: Connection, incident: Incident) -> dict[str, Any]:
    own = None if incident.is_closed else present_status(connection, incident.id)
    return {
        "id": incident.id.hex(),
        "type": word(codes.IncidentType, incident.type),
        "title": incident.title,
        "status": word(codes.IncidentStatus, incident.status),
        "started_at": incident.started_at.isoformat(),
        "opened_at": incident.opened_at.isoformat(),
        "agencies": len(incident.agency_ids),
        "own_status": word_or_none(codes.ActivationStatus, own),
        "version": incident.version,
        "asked": [word(codes.Discipline, discipline) for discipline in incident.asked],
        "activate_by": incident.activate_by and incident.activate_by.isoformat(),
    }


def _own(connection: Connection, incident: Incident) -> dict[str, Any]:
    """Tell what this agency reported last, whether the hub has it, and what may follow."""
    newest = reported_statuses(connection, incident.id)
    last = next(newest, None)
    held = last if last is None or not last.entry.is_refused else next(_taken(newest), None)
    return {
        "status": word(codes.ActivationStatus, present_status(connection, incident.id)),
        "may": [word(codes.ActivationStatus, each) for each in possible_statuses(connection, incident)],
        "seen": str(count_reported(connection, incident.id)),
        "waiting": last is not None and last.entry.outcome is None,
        "reported_at": last and last.entry.created_at.isoformat(),
        "refused": (last.entry.reason or "refused by the hub") if last and last.entry.is_refused else "",
        "counts": _counts(counts_of(None if held is None else held.told)),
    }


def _taken(reported: Iterable[Reported]) -> Iterator[Reported]:
    return (each for each in reported if not each.entry.is_refused)


def _counts(counts: Counts) -> dict[str, Any]:
    return {
        name: word_or_none(codes.CountBand, count) if name in BANDS else count for name, count in vars(counts).items()
    }


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
