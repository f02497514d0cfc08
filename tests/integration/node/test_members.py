"""Members in a store: found by what people type, shown only as the trail knows them."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from common.access.roles import Action
from common.errors import InvalidRequest, NotFound, WrongState
from node.domain.encounter import RecipientClass
from node.domain.member import Member, MemberState
from node.opened import OpenNode
from node.persistence.audit import TRAIL
from node.persistence.bodies import Flagged
from node.persistence.members import StoredMember
from node.use_cases import members
from tests.local_node import local_node

ACTOR = "user casey"


@pytest.fixture
def node(tmp_path: Path) -> Iterator[OpenNode]:
    with local_node(tmp_path) as opened:
        yield opened


def add(node: OpenNode, *names: str, **fields: Any) -> list[StoredMember]:
    given = [Member("", name, **fields) for name in names]
    return node.write(
        "member", lambda c: members.add_members(c, node.vault, ACTOR, Action.CHANGE_ROSTER, given, node.clock.now())
    )


def find(node: OpenNode, said: str, **options: Any) -> list[str]:
    found = node.write("m", lambda c: members.search(c, node.vault, ACTOR, said, node.clock.now(), **options))
    return [members.intact(each).name for each in found.members]


def change(node: OpenNode, member: StoredMember, **changes: Any) -> StoredMember:
    return node.write("m", lambda c: members.change_member(c, node.vault, ACTOR, member.id, changes, node.clock.now()))


def trail(node: OpenNode) -> list[tuple[str, str, int]]:
    return [(e.action, e.subject, e.version) for _, _, e in node.read(lambda c: list(TRAIL.read(c)))]


def test_members_get_codes_in_turn_and_come_back_as_they_were_recorded(node: OpenNode) -> None:
    first, second = add(node, "Ann Ek", "Bo Li", recipient_class=RecipientClass.VOLUNTEER, unit="Engine 4", contact="x")

    stored = node.read(lambda c: members.get_by_code(c, node.vault, "m 2"))

    assert [members.intact(each).code for each in (first, second)] == ["M-0001", "M-0002"]
    assert stored == second


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("obrien", ["Siobhán O'Brien"]),
        ("o'BRIEN", ["Siobhán O'Brien"]),
        ("sio bri", []),  # no word of the name begins with bri
        ("siob obr", ["Siobhán O'Brien"]),
        ("SIOBHAN", ["Siobhán O'Brien"]),
        ("muller", ["Jörg Müller-Lüdenscheidt"]),
        ("lüdensch", ["Jörg Müller-Lüdenscheidt"]),
        ("mullerlud", ["Jörg Müller-Lüdenscheidt"]),
        ("li", ["Bo Li"]),
        ("bo", ["Bo Li"]),
        ("s", []),
        ("M-0003", ["Bo Li"]),
        ("3", ["Bo Li"]),
        ("17", []),
        ("...", []),
        ("", ["Siobhán O'Brien", "Jörg Müller-Lüdenscheidt", "Bo Li"]),
        ("' OR 1=1 --", []),
    ],
)
def test_a_member_is_found_by_what_a_person_types(node: OpenNode, said: str, names: list[str]) -> None:
    add(node, "Siobhán O'Brien", "Jörg Müller-Lüdenscheidt", "Bo Li")

    assert find(node, said) == names


def test_every_member_that_is_shown_stands_in_the_trail(node: OpenNode) -> None:
    added = add(node, "Ann Ek", "Ann Oh", "Bo Li")

    find(node, "ann")

    shown = [(Action.FIND_MEMBER.value, f"member {each.id.hex()}", 0) for each in added[:2]]
    assert trail(node)[3:] == shown


def test_a_search_shows_one_page_and_goes_on_after_it(node: OpenNode) -> None:
    names = [f"Ann Number{number}" for number in range(members.PAGE + 3)]
    add(node, *names)

    page = node.write("m", lambda c: members.search(c, node.vault, ACTOR, "ann", node.clock.now()))

    assert (len(page.members), page.has_more) == (members.PAGE, True)
    assert find(node, "ann", after=page.members[-1].id) == names[members.PAGE :]


def test_a_changed_member_is_found_by_the_new_name_only(node: OpenNode) -> None:
    (member,) = add(node, "Ann Ek")

    changed = change(node, member, name="Ann Holm")

    assert changed.version == 2
    assert (find(node, "ek"), find(node, "holm")) == ([], ["Ann Holm"])
    assert trail(node)[1] == (Action.CHANGE_ROSTER.value, f"member {member.id.hex()}", 2)


def test_a_former_member_is_found_when_asked_for(node: OpenNode) -> None:
    (member,) = add(node, "Ann Ek")
    change(node, member, state=MemberState.FORMER)

    assert (find(node, "ann"), find(node, "ann", state=None)) == ([], ["Ann Ek"])


def test_a_supervisor_is_another_member(node: OpenNode) -> None:
    ann, bo = add(node, "Ann Ek", "Bo Li")

    assert members.intact(change(node, ann, supervisor_id=bo.id)).supervisor_id == bo.id
    with pytest.raises(InvalidRequest, match="nobody supervises themselves"):
        change(node, bo, supervisor_id=bo.id)
    with pytest.raises(NotFound, match="supervisor"):
        change(node, bo, supervisor_id=os.urandom(16))


FORGED = {
    "an old version put back": "UPDATE member SET body = :old, version = 1 WHERE id = :id",
    "an old body under the new number": "UPDATE member SET body = :old WHERE id = :id",
    "another's body": "UPDATE member SET body = (SELECT body FROM member WHERE id != :id LIMIT 1) WHERE id = :id",
    "another state": "UPDATE member SET state = 'former' WHERE id = :id",
    "another key": "UPDATE data_key SET wrapped = zeroblob(60) WHERE subject_id = :id",
    "a destroyed key": "UPDATE data_key SET wrapped = NULL, destroyed_at = 1 WHERE subject_id = :id",
}


@pytest.mark.parametrize("forged", FORGED)
def test_t03_a_member_that_was_altered_in_the_store_is_flagged_and_the_others_are_readable(
    node: OpenNode, forged: str
) -> None:
    ann, bo = add(node, "Ann Ek", "Bo Li")
    with node.store.begin() as c:
        old = c.execute(text("SELECT body FROM member WHERE id = :id"), {"id": ann.id}).scalar_one()
    change(node, ann, name="Ann Holm")
    with node.store.begin() as c:
        c.execute(text(FORGED[forged]), {"id": ann.id} | ({"old": old} if ":old" in FORGED[forged] else {}))

    flagged, readable = node.write(
        "m", lambda c: members.search(c, node.vault, ACTOR, "", node.clock.now(), state=None).members
    )

    assert isinstance(flagged.member, Flagged)
    assert flagged.member.is_erased == (forged == "a destroyed key")
    assert readable == bo
    with pytest.raises(WrongState):
        change(node, ann, name="Ann Again")
