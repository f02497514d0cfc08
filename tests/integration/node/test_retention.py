"""What is past its time is erased once a day, class by class; what a legal hold keeps is not."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection

from common.access.roles import Action, Role
from common.errors import InvalidRequest, NotFound
from node.domain.member import Member
from node.opened import OpenNode
from node.operations.answering import answer
from node.persistence.data_keys import KeyKind, find_keys, make_key
from node.scheduled import STEPS
from node.scheduler import Scheduler, Step
from node.use_cases.members import add_members
from tests.fakes import SetClock
from tests.people import audited, sign_in_as


class Coordinator:
    """Somebody who decides what is kept."""

    def __init__(self, node: OpenNode) -> None:
        self._node = node
        self._count = 0

    def asks(self, operation: str, **arguments: Any) -> Any:
        self._count += 1
        token = sign_in_as(self._node, Role.COORDINATOR, name=f"casey.{self._count}")
        return answer(self._node, operation, arguments | {"session": token})


def pass_days(node: OpenNode, days: int) -> None:
    assert isinstance(node.clock, SetClock)
    node.clock.advance(timedelta(days=days))


def add_member(node: OpenNode, name: str) -> tuple[str, bytes]:
    def use_case(connection: Connection) -> tuple[str, bytes]:
        now = node.clock.now()
        [stored] = add_members(connection, node.vault, "user casey", Action.CHANGE_ROSTER, [Member("", name)], now)
        assert isinstance(stored.member, Member)
        return stored.member.code, stored.id

    return node.write("test", use_case)


def is_there(node: OpenNode, subject_id: bytes) -> bool:
    return subject_id in node.read(lambda c: find_keys(c, node.vault, [subject_id]))


def test_with_no_rule_everything_is_kept_for_ever(backed_up: OpenNode) -> None:
    coordinator, (_, id_) = Coordinator(backed_up), add_member(backed_up, "Ann Ek")
    pass_days(backed_up, 36_000)

    assert {row["days"] for row in coordinator.asks("retention_show")} == {None}
    assert coordinator.asks("retention_run") == {}
    assert is_there(backed_up, id_)


def test_a_member_goes_when_the_days_are_over_and_not_before(backed_up: OpenNode) -> None:
    coordinator, (_, id_) = Coordinator(backed_up), add_member(backed_up, "Ann Ek")
    coordinator.asks("retention_set", record_class="member", days=30)
    pass_days(backed_up, 29)
    _, later = add_member(backed_up, "Bo Ek")
    assert coordinator.asks("retention_run") == {"member": 0}

    pass_days(backed_up, 2)
    assert coordinator.asks("retention_preview") == [{"class": "member", "days": 30, "due": 1, "kept_by_hold": 0}]
    assert is_there(backed_up, id_), "a preview erases nothing"
    assert coordinator.asks("retention_run") == {"member": 1}

    assert not is_there(backed_up, id_)
    assert is_there(backed_up, later)
    assert coordinator.asks("retention_run") == {"member": 0}


@pytest.mark.parametrize("kind", [KeyKind.FOLLOW_UP, KeyKind.PEER_REQUEST, KeyKind.DISCLOSURE])
def test_each_other_class_goes_by_its_own_rule(backed_up: OpenNode, kind: KeyKind) -> None:
    node, coordinator = backed_up, Coordinator(backed_up)
    ids = {each: each.to_bytes(16, "big") for each in (KeyKind.FOLLOW_UP, KeyKind.PEER_REQUEST, KeyKind.DISCLOSURE)}
    for each, id_ in ids.items():
        node.write("test", partial(make_key, vault=node.vault, kind=each, subject_id=id_, now=node.clock.now()))
    coordinator.asks("retention_set", record_class=kind.name.lower(), days=10)
    pass_days(node, 11)

    coordinator.asks("retention_run")

    assert {each for each, id_ in ids.items() if not is_there(node, id_)} == {kind}


@pytest.mark.parametrize("scope", ["member", "everything"])
def test_what_a_hold_keeps_outlives_its_time_until_it_is_lifted(backed_up: OpenNode, scope: str) -> None:
    coordinator, (code, id_) = Coordinator(backed_up), add_member(backed_up, "Ann Ek")
    _, other = add_member(backed_up, "Bo Ek")
    coordinator.asks("retention_set", record_class="member", days=1)
    hold = coordinator.asks("hold_place", scope=scope, subject=code, reason="subpoena")
    pass_days(backed_up, 2)

    coordinator.asks("retention_run")
    assert is_there(backed_up, id_)
    assert is_there(backed_up, other) == (scope == "everything")

    coordinator.asks("hold_lift", hold=hold["id"])
    coordinator.asks("retention_run")
    assert not is_there(backed_up, id_)
    with pytest.raises(NotFound):
        coordinator.asks("hold_lift", hold=hold["id"])


async def test_a_running_node_erases_once_a_day_by_itself_and_says_so(backed_up: OpenNode) -> None:
    coordinator, (_, id_) = Coordinator(backed_up), add_member(backed_up, "Ann Ek")
    coordinator.asks("retention_set", record_class="member", days=1)
    scheduler = Scheduler(backed_up, STEPS)
    await scheduler.run_due()
    assert is_there(backed_up, id_)

    pass_days(backed_up, 2)
    await scheduler.run_due()

    assert not is_there(backed_up, id_)
    assert ("retention", "erase record", f"member {id_.hex()}", "done") in audited(backed_up)


async def test_a_step_that_fails_is_tried_again_and_holds_up_no_other(backed_up: OpenNode) -> None:
    done: list[str] = []

    def fail(_: OpenNode) -> None:
        done.append("failed")
        raise OSError("no")

    steps = [Step("one", timedelta(days=1), fail), Step("two", timedelta(days=1), lambda _: done.append("two"))]
    scheduler = Scheduler(backed_up, steps)
    for minutes in (0, 1, 5):
        assert isinstance(backed_up.clock, SetClock)
        backed_up.clock.advance(timedelta(minutes=minutes))
        await scheduler.run_due()

    assert done == ["failed", "two", "failed"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"record_class": "everything", "days": 3},
        {"record_class": "note", "days": 0},
        {"record_class": "note", "days": 40_000},
    ],
)
def test_a_rule_out_of_range_is_refused(backed_up: OpenNode, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        Coordinator(backed_up).asks("retention_set", **wrong)
