"""Two records of each table that has a sealed body, how the first one changes, and how one that is read is flagged."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import text

from common.access.roles import Role
from common.errors import WrongState
from node.domain.incident_roster import Presence
from node.opened import OpenNode
from node.operations.releases import draw_due
from node.persistence import check_in_plans, disclosures, encounters, local_follow_ups, members, releases, supporters
from node.persistence.bodies import Flagged
from node.persistence.erasing import SEALED
from node.use_cases.incident_rosters import read_roster, set_roster
from tests.builders import NOON
from tests.care import CLINICIAN, COORDINATOR, add_incident, add_member, add_supporter, do
from tests.local_node import person
from tests.nodes import INCIDENT_ID
from tests.on_duty import SignedIn, asked, signed_in
from tests.records import supporter
from tests.releasing import AFTER, contacts, pass_time, windows

HARM = {"reason": "harm_to_others", "told": ["law_enforcement"]}
Ids = tuple[bytes, bytes]


@dataclass(frozen=True)
class Case:
    """How two records of a table come to be, how the first one changes, and whether one that is read is flagged.

    Args:
        change: None where a record never changes.
        is_flagged: by the id that `make` gave.
    """

    make: Callable[[OpenNode], Ids]
    change: Callable[[OpenNode, bytes], object] | None
    is_flagged: Callable[[OpenNode, bytes], bool]


def read(node: OpenNode, find: Callable[..., Any], **arguments: Any) -> Any:
    return node.read(partial(find, vault=node.vault, **arguments))


def _id(node: OpenNode, find: Callable[..., bytes | None], number: int) -> bytes:
    found = node.read(partial(find, number=number))
    assert found is not None
    return found


def two_members(node: OpenNode) -> Ids:
    return add_member(node)[0], add_member(node, "Bo Berg")[0]


def code_of_member(node: OpenNode, id_: bytes) -> str:
    return str(read(node, members.find_members, ids=[id_])[id_].member.code)


def two_supporters(node: OpenNode) -> Ids:
    return add_supporter(node).id, add_supporter(node, "drew").id


def change_supporter(node: OpenNode, id_: bytes) -> None:
    code = read(node, supporters.find_supporter, supporter_id=id_).supporter.code
    do(node, "supporter_edit", COORDINATOR, supporter=code, cap="7")


def two_present(node: OpenNode) -> Ids:
    both = two_supporters(node)
    _set_roster(node, dict.fromkeys(both, Presence.WITNESS))
    return both


def _set_roster(node: OpenNode, present: dict[bytes, Presence]) -> None:
    write = partial(set_roster, vault=node.vault, actor="user kim", incident_id=INCIDENT_ID, present=present, now=NOON)
    node.write("test", write)


def change_present(node: OpenNode, id_: bytes) -> None:
    others = {each.supporter_id: Presence.WITNESS for each in read(node, read_roster, incident_id=INCIDENT_ID)}
    _set_roster(node, others | {id_: Presence.PARTY})


def is_present_flagged(node: OpenNode, id_: bytes) -> bool:
    found = {each.supporter_id: each for each in read(node, read_roster, incident_id=INCIDENT_ID)}
    return bool(found[id_].is_altered)


def two_encounters(node: OpenNode) -> Ids:
    casey = add_supporter(node)
    both = [bytes.fromhex(do(node, "encounter_log", casey)["id"]) for _ in range(2)]
    return both[0], both[1]


def change_encounter(node: OpenNode, id_: bytes) -> None:
    stored = read(node, encounters.find_encounter, encounter_id=id_)
    by = person(Role.SUPPORTER, supporter_id=stored.supporter_id)
    do(node, "encounter_edit", by, encounter=id_.hex(), kind="other")


def two_check_ins(node: OpenNode) -> Ids:
    casey = add_supporter(node)
    for _ in range(2):
        do(node, "own_followup_open", casey)
    return _id(node, local_follow_ups.find_id, 1), _id(node, local_follow_ups.find_id, 2)


def change_check_in(node: OpenNode, _: bytes) -> None:
    do(node, "check_in_change", check_in="C-1", verb="postpone", due="2026-12-01")


def two_plans(node: OpenNode) -> Ids:
    incident = add_incident(node)
    codes = [code for _, code in (add_member(node), add_member(node, "Bo Berg"))]
    do(node, "check_in_plan", incident=incident.id.hex(), members=codes)
    ids = [id_ for id_, _ in read(node, check_in_plans.list_plans)]
    return ids[0], ids[1]


def change_plan(node: OpenNode, id_: bytes) -> None:
    plan = dict(read(node, check_in_plans.list_plans))[id_]
    do(node, "check_in_plan_end", incident=INCIDENT_ID.hex(), members=[code_of_member(node, plan.member_id)])


def two_disclosures(node: OpenNode) -> Ids:
    _, ann = add_member(node)
    for _ in range(2):
        do(node, "disclosure_record", CLINICIAN, member=ann, **HARM)
    return _id(node, disclosures.find_id, 1), _id(node, disclosures.find_id, 2)


def is_disclosure_flagged(node: OpenNode, id_: bytes) -> bool:
    listed = {each.id: each.disclosure for each in read(node, disclosures.list_disclosures)}
    return isinstance(listed[id_], Flagged)


def two_first_notices(node: OpenNode) -> Ids:
    for id_ in two_members(node):
        do(node, "disclosure_first_notice", CLINICIAN, member=code_of_member(node, id_), way="by_post")
    with node.store.read() as connection:
        ids = [
            bytes(id_) for id_ in connection.execute(text("SELECT id FROM first_session_notice ORDER BY id")).scalars()
        ]
    return ids[0], ids[1]


def is_first_notice_flagged(node: OpenNode, id_: bytes) -> bool:
    with node.store.read() as connection:
        index = connection.execute(text("SELECT member_index FROM first_session_notice WHERE id = :id"), {"id": id_})
        wanted = bytes(index.scalar_one())
        about = [each.id for each in members.search_members(connection, node.vault, (), None, None, 9)]
    [about_one] = [each for each in about if disclosures.member_index(node.vault, each) == wanted]
    return about_one not in read(node, disclosures.has_first_notice, member_ids=[about_one])


def two_requests(node: OpenNode) -> Ids:
    dana = signed_in(node, "dana", Role.COORDINATOR)
    _DANA[node] = dana
    return bytes.fromhex(asked(node, dana)), bytes.fromhex(asked(node, dana))


_DANA: dict[OpenNode, SignedIn] = {}


def is_request_flagged(node: OpenNode, id_: bytes) -> bool:
    try:
        _DANA[node].do("support_request_show", id=id_.hex())
    except WrongState:
        return True
    return False


def two_releases(node: OpenNode) -> Ids:
    contacts(node, supporter(node), 20, date(2026, 5, 5))
    draw_due(node)
    pass_time(node, NOON + AFTER)
    first, second, *_ = windows(node)
    return first.id, second.id


CASES = {
    "member": Case(
        two_members,
        lambda node, id_: do(node, "member_edit", member=code_of_member(node, id_), unit="Station 4"),
        lambda node, id_: isinstance(read(node, members.find_members, ids=[id_])[id_].member, Flagged),
    ),
    "supporter": Case(
        two_supporters,
        change_supporter,
        lambda node, id_: isinstance(read(node, supporters.find_supporter, supporter_id=id_).supporter, Flagged),
    ),
    "incident_roster": Case(two_present, change_present, is_present_flagged),
    "encounter_version": Case(
        two_encounters,
        change_encounter,
        lambda node, id_: isinstance(read(node, encounters.find_encounter, encounter_id=id_).encounter, Flagged),
    ),
    "local_follow_up_version": Case(
        two_check_ins,
        change_check_in,
        lambda node, id_: isinstance(read(node, local_follow_ups.find_follow_ups, ids=[id_])[id_].follow_up, Flagged),
    ),
    "check_in_plan": Case(
        two_plans,
        change_plan,
        lambda node, id_: isinstance(dict(read(node, check_in_plans.list_plans, has_ended=True))[id_], Flagged),
    ),
    "disclosure_version": Case(
        two_disclosures,
        lambda node, _: do(node, "disclosure_notice_given", CLINICIAN, disclosure="D-1", way="by_post"),
        is_disclosure_flagged,
    ),
    "first_session_notice": Case(two_first_notices, None, is_first_notice_flagged),
    "support_request_version": Case(
        two_requests,
        lambda node, id_: _DANA[node].do("support_request_take", id=id_.hex()),
        is_request_flagged,
    ),
    "drawn_release": Case(
        two_releases,
        None,
        lambda node, id_: isinstance(read(node, releases.list_releases)[id_].kept, Flagged),
    ),
}
BODIES = {each.table: each.subject for each in SEALED if each.emptied}
