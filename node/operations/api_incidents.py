"""Incidents, as another system of the agency sees and links them by the JSON interface; what `api_calls` answers with.

Source: issue "two consoles"; node/domain/api_token.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from common.codes import word
from common.errors import InvalidRequest, NotFound
from common.ids import ID_LENGTH
from common.wire.v1 import codes_pb2 as codes
from node.domain.agency_number import AgencyNumber, read_agency_numbers, read_system
from node.domain.api_token import ApiToken
from node.domain.incident import Incident
from node.domain.incident_roster import Presence
from node.domain.supporter import read_code
from node.domain.words import read_word
from node.opened import OpenNode
from node.operations.incident_rosters import everybody
from node.operations.typed import list_of
from node.persistence import agency_numbers, incidents, supporters
from node.use_cases.agency_numbers import link_numbers
from node.use_cases.incident_rosters import set_roster

Arguments = dict[str, Any]
_MOST = 100  # incidents in one answer


@dataclass(frozen=True)
class Answered:
    """What a call answers, and what it was about, as in the audit trail."""

    said: Any
    subject: str = ""


def list_(node: OpenNode, connection: Connection, token: ApiToken, arguments: Arguments) -> Answered:
    """List incidents, the newest first; with a number, those that have it."""
    numbers = agency_numbers.numbers_by_incident(connection)
    known, after, wanted = incidents.list_incidents(connection), arguments.get("after"), arguments.get("number")
    if after is not None:
        before = [each.id.hex() for each in known]
        if after not in before:
            raise NotFound("after: this node was told of no such incident")
        known = known[before.index(str(after)) + 1 :]
    if wanted is not None:
        known = [each for each in known if wanted in {held.number for held in numbers.get(each.id, ())}]
    limit = min(int(arguments.get("limit") or _MOST), _MOST)
    shown = [_shown(each, numbers.get(each.id, ())) for each in known[:limit]]
    return Answered({"incidents": shown, "after": shown[-1]["id"] if len(known) > limit else None})


def show(node: OpenNode, connection: Connection, token: ApiToken, arguments: Arguments) -> Answered:
    """Give one incident."""
    incident = get_known(connection, arguments.get("incident"))
    numbers = agency_numbers.numbers_by_incident(connection).get(incident.id, ())
    return Answered(_shown(incident, numbers), _subject(incident))


def link(node: OpenNode, connection: Connection, token: ApiToken, arguments: Arguments) -> Answered:
    """Say which numbers an incident has in one system."""
    incident, system = get_known(connection, arguments.get("incident")), read_system(arguments.get("system"))
    numbers = read_agency_numbers(list_of(arguments.get("numbers"), "numbers"))
    held = link_numbers(connection, token.actor, incident, system, numbers, node.clock.now())
    return Answered({"incident": incident.id.hex(), "numbers": _said(held)}, _subject(incident))


def set_who_was_there(node: OpenNode, connection: Connection, token: ApiToken, arguments: Arguments) -> Answered:
    """Record which of the agency's supporters were at an incident, by their codes; none: nobody was."""
    incident, present = get_known(connection, arguments.get("incident")), dict[bytes, Presence]()
    for each in list_of(arguments.get("supporters"), "supporters"):
        presence = read_word(Presence, each["presence"], "presence")
        if present.setdefault(_supporter(node, connection, each["supporter"]), presence) is not presence:
            raise InvalidRequest("supporters: one is named twice: witness, party or responder?")
    absent = [] if present else everybody(node, connection, present)
    now = node.clock.now()
    told = set_roster(connection, node.vault, token.actor, incident.id, present, now, absent)
    count = sum(each.presence is not None and not each.is_altered for each in told)
    return Answered({"incident": incident.id.hex(), "supporters": count}, _subject(incident))


def get_known(connection: Connection, said: Any) -> Incident:
    """Fetch an incident by its whole id; raises NotFound."""
    incident = incidents.find_incident(connection, id_said(said, "incident"))
    if incident is None:
        raise NotFound("this node was told of no such incident")
    return incident


def id_said(said: Any, field: str) -> bytes:
    """Read an id; raises InvalidRequest."""
    try:
        raw = bytes.fromhex(said) if isinstance(said, str) else b""
    except ValueError:
        raw = b""
    if len(raw) != ID_LENGTH:
        raise InvalidRequest(f"{field}: an id of {2 * ID_LENGTH} hex digits is needed")
    return raw


def _supporter(node: OpenNode, connection: Connection, said: Any) -> bytes:
    """Find a supporter by code alone: a name that is tried tells nothing."""
    code = read_code(said) if isinstance(said, str) else None
    found = None if code is None else supporters.find_by_code(connection, node.vault, code)
    if found is None:
        raise NotFound("no supporter of this node has one of these codes: nothing was recorded")
    return found.id


def _subject(incident: Incident) -> str:
    return f"incident {incident.id.hex()}"


def _shown(incident: Incident, numbers: Iterable[AgencyNumber]) -> dict[str, Any]:
    return {
        "id": incident.id.hex(),
        "title": incident.title,
        "type": word(codes.IncidentType, incident.type),
        "status": word(codes.IncidentStatus, incident.status),
        "opened_at": incident.opened_at.isoformat(),
        "numbers": _said(numbers),
    }


def _said(numbers: Iterable[AgencyNumber]) -> list[dict[str, str]]:
    return [{"system": each.system, "number": each.number} for each in numbers]
