"""Who of the agency's own supporters was at an incident."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.errors import InvalidRequest, WrongState
from node.domain.incident_roster import Presence
from node.opened import OpenNode
from node.operations.guarded import Guarded
from node.operations.typed import flag_of
from node.persistence import supporters
from node.persistence.bodies import Flagged
from node.persistence.incident_rosters import Recorded
from node.use_cases.activations import get_incident
from node.use_cases.incident_rosters import read_roster, set_roster
from node.use_cases.supporters import get_by_name


def set_(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Record who was there, in place of what was recorded before."""
    actor, now = f"user {person.name}", node.clock.now()

    def write(connection: Connection) -> Any:
        incident = get_incident(connection, str(arguments["incident"]))
        present = _present(node, connection, arguments)
        absent = everybody(node, connection, present) if flag_of(arguments, "nobody") else []
        recorded = set_roster(connection, node.vault, actor, incident.id, present, now, absent)
        return _shown(node, connection, incident.title, recorded)

    return node.write("incident_roster", write)


def list_(node: OpenNode, _: Person, arguments: dict[str, Any]) -> Any:
    """List who was there."""

    def read(connection: Connection) -> Any:
        incident = get_incident(connection, str(arguments["incident"]))
        ids = [each.id for each in supporters.list_supporters(connection, node.vault)]
        return _shown(node, connection, incident.title, read_roster(connection, node.vault, incident.id, ids))

    return node.read(read)


OPERATIONS: dict[str, Guarded] = {
    "incident_roster_set": Guarded(Action.CHANGE_ROSTER, set_),
    "incident_roster_list": Guarded(Action.SEE_ROSTER, list_),
}


def _present(node: OpenNode, connection: Connection, arguments: dict[str, Any]) -> dict[bytes, Presence]:
    present: dict[bytes, Presence] = {}
    for presence in Presence:
        for said in arguments.get(presence.value) or []:
            supporter_id = get_by_name(connection, node.vault, str(said)).id
            if present.setdefault(supporter_id, presence) is not presence:
                raise InvalidRequest(f"{presence}: {said} is named twice: witness, party or responder?")
    return present


def everybody(node: OpenNode, connection: Connection, present: Mapping[bytes, Presence]) -> list[bytes]:
    """Give every supporter of the roster, of whom it is said that they were not there."""
    if present:
        raise InvalidRequest("nobody: name supporters, or say that nobody was there; not both")
    every = supporters.list_supporters(connection, node.vault)
    ids = [each.id for each in every if not (isinstance(each.supporter, Flagged) and each.supporter.is_erased)]
    if not ids:
        raise WrongState("this node keeps no roster of supporters yet: there is nobody of whom it could be said")
    return ids


def _shown(node: OpenNode, connection: Connection, title: str, recorded: list[Recorded]) -> dict[str, Any]:
    codes = {
        each.id: each.id.hex()[:8] if isinstance(each.supporter, Flagged) else each.supporter.code
        for each in supporters.list_supporters(connection, node.vault)
    }
    rows = [
        {
            "supporter": codes.get(each.supporter_id, each.supporter_id.hex()[:8]),
            "presence": each.presence,
            "altered": each.is_altered,
        }
        for each in recorded
        if each.presence is not None or each.is_altered
    ]
    return {
        "title": title,
        "is_recorded": bool(recorded),
        "supporters": sorted(rows, key=lambda row: str(row["supporter"])),
    }
