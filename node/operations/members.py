"""Members: found by whoever logs under their code, kept by the coordinator."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.errors import InvalidRequest
from common.text import clean_line
from node.domain.encounter import RecipientClass
from node.domain.member import LONGEST_CONTACT, LONGEST_NAME, LONGEST_UNIT, Member, MemberState
from node.domain.words import read_word
from node.opened import OpenNode
from node.operations.guarded import Guarded
from node.persistence.bodies import Flagged
from node.persistence.members import StoredMember, find_members
from node.use_cases import members
from node.use_cases.erasure import is_held

NOBODY = ("none", "")


def add(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """Record a member."""
    actor, now = f"user {person.name}", node.clock.now()

    def write(connection: Connection) -> Any:
        fields = _fields(node, connection, said | {"name": said.get("name", "")})
        given = [Member("", **fields)]
        (made,) = members.add_members(connection, node.vault, actor, Action.CHANGE_ROSTER, given, now)
        return _whole(node, connection, made)

    return node.write("member", write)


def find(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """Find members by code or name; each that is shown stands in the trail."""
    actor, now = f"user {person.name}", node.clock.now()
    wanted = clean_line(said.get("said", ""), "name", LONGEST_NAME)
    state = None if said.get("former") else MemberState.CURRENT

    def write(connection: Connection) -> Any:
        after = said.get("after")
        last = None if after is None else members.get_by_code(connection, node.vault, str(after)).id
        found = members.search(connection, node.vault, actor, wanted, now, state=state, after=last)
        return {"members": [_brief(each) for each in found.members], "has_more": found.has_more}

    return node.write("member", write)


def show(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """Show all that is known of a member."""
    now = node.clock.now()

    def write(connection: Connection) -> Any:
        stored = members.get_by_code(connection, node.vault, str(said["member"]))
        members.record_reads(connection, f"user {person.name}", Action.SEE_ROSTER, [stored.id], now)
        return _whole(node, connection, stored)

    return node.write("member", write)


def edit(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """Change fields of a member."""

    def changes(connection: Connection) -> dict[str, Any]:
        fields = _fields(node, connection, said)
        if not fields:
            raise InvalidRequest("say what is to be changed, such as the name or the unit")
        return fields

    return _changed(node, person, said, changes)


def end(node: OpenNode, person: Person, said: dict[str, Any]) -> Any:
    """Make a member a former one, or a current one again."""
    state = MemberState.CURRENT if said.get("again") else MemberState.FORMER
    return _changed(node, person, said, lambda _: {"state": state})


OPERATIONS: dict[str, Guarded] = {
    "member_add": Guarded(Action.CHANGE_ROSTER, add),
    "member_find": Guarded(Action.FIND_MEMBER, find),
    "member_show": Guarded(Action.SEE_ROSTER, show),
    "member_edit": Guarded(Action.CHANGE_ROSTER, edit),
    "member_end": Guarded(Action.CHANGE_ROSTER, end),
}


def _changed(node: OpenNode, person: Person, said: dict[str, Any], changes: Any) -> Any:
    actor, now = f"user {person.name}", node.clock.now()

    def write(connection: Connection) -> Any:
        stored = members.get_by_code(connection, node.vault, str(said["member"]))
        fields = changes(connection)
        return _whole(node, connection, members.change_member(connection, node.vault, actor, stored.id, fields, now))

    return node.write("member", write)


def _fields(node: OpenNode, connection: Connection, said: Mapping[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    lengths = {"name": (LONGEST_NAME, 1), "unit": (LONGEST_UNIT, 0), "contact": (LONGEST_CONTACT, 0)}
    for name, (longest, shortest) in lengths.items():
        if said.get(name) is not None:
            fields[name] = clean_line(said[name], name, longest, shortest)
    if said.get("recipient_class") is not None:
        fields["recipient_class"] = read_word(RecipientClass, said["recipient_class"], "recipient_class")
    supervisor = said.get("supervisor")
    if supervisor is not None:
        is_none = supervisor in NOBODY
        fields["supervisor_id"] = None if is_none else members.get_by_code(connection, node.vault, str(supervisor)).id
    return fields


def _brief(stored: StoredMember) -> dict[str, Any]:
    """Give what somebody needs to know that it is the right person."""
    member = stored.member
    if isinstance(member, Flagged):
        return {"code": stored.id.hex()[:8], "name": None, "flagged": member.because}
    told = {"code": member.code, "name": member.name, "unit": member.unit, "recipient_class": member.recipient_class}
    return told | {"state": member.state.value, "flagged": None}


def _whole(node: OpenNode, connection: Connection, stored: StoredMember) -> dict[str, Any]:
    brief, member = _brief(stored) | {"id": stored.id.hex(), "version": stored.version}, stored.member
    if isinstance(member, Flagged):
        return brief
    supervisor = None
    if member.supervisor_id is not None:
        found = find_members(connection, node.vault, [member.supervisor_id]).get(member.supervisor_id)
        supervisor = None if found is None else _brief(found)["code"]
    held = is_held(connection, node.vault, stored.id)
    return brief | {"contact": member.contact, "supervisor": supervisor, "is_held": held}
