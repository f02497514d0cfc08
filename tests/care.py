"""A node with a roster, members and an incident that its agency is on; valid by default."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from common.access.person import Person
from common.access.roles import Action, Role
from node.domain.incident import Incident
from node.domain.member import Member
from node.domain.supporter import Supporter
from node.opened import OpenNode
from node.operations import GUARDED
from node.operations.answering import answer
from node.persistence import incidents
from node.use_cases import members, supporters
from node.use_cases.membership import take_membership
from tests.builders import NOON
from tests.local_node import person
from tests.nodes import AGENCY_ID, INCIDENT_ID, MEMBERSHIP
from tests.people import sign_in_as

COORDINATOR = person(Role.COORDINATOR, name="morgan")
CLINICIAN = person(Role.CLINICIAN, name="quinn")
CHANGE = Action.CHANGE_ROSTER


@dataclass(frozen=True)
class Somebody:
    """A supporter who is signed in."""

    person: Person
    id: bytes
    code: str


def add_supporter(node: OpenNode, name: str = "casey", **fields: Any) -> Somebody:
    """Record a supporter who is a user too."""
    given = [Supporter("", name, **({"designated_on": date(2025, 1, 1)} | fields))]
    add = partial(supporters.add_supporters, vault=node.vault, actor="user kim", action=CHANGE, given=given, now=NOON)
    [made] = node.write("roster", add)
    assert isinstance(made.supporter, Supporter)
    return Somebody(person(Role.SUPPORTER, name=name, supporter_id=made.id), made.id, made.supporter.code)


def add_member(node: OpenNode, name: str = "Ann Ek", **fields: Any) -> tuple[bytes, str]:
    """Record a member, and give the id and the code."""
    given = [Member("", name, **fields)]
    add = partial(members.add_members, vault=node.vault, actor="user kim", action=CHANGE, given=given, now=NOON)
    [made] = node.write("roster", add)
    assert isinstance(made.member, Member)
    return made.id, made.member.code


def add_incident(node: OpenNode, **changes: Any) -> Incident:
    """Have the agency be on an incident that began at noon, as the hub told."""
    node.write("test", partial(take_membership, told=MEMBERSHIP, now=NOON))
    told: dict[str, Any] = {
        "id": INCIDENT_ID,
        "type": 1,
        "title": "Mill fire",
        "status": 1,
        "started_at": NOON,
        "opened_at": NOON,
        "version": 1,
        "agency_ids": (AGENCY_ID,),
        "asked": (),
        "activate_by": None,
        "jurisdictions": (),
    }
    incident = Incident(**(told | changes))
    node.write("test", partial(incidents.save_incident, incident=incident))
    return incident


def do(node: OpenNode, name: str, who: Person | Somebody = COORDINATOR, **arguments: Any) -> Any:
    """Ask for a guarded operation as somebody."""
    asking = who.person if isinstance(who, Somebody) else who
    return GUARDED[name].do(node, asking, arguments)


def try_as(node: OpenNode, role: Role, name: str, **arguments: Any) -> Any:
    """Ask for an operation with a session of a new user of one role: the role table decides."""
    token = sign_in_as(node, role, name=f"{role.value}-{len(name)}")
    return answer(node, name, arguments | {"session": token})
