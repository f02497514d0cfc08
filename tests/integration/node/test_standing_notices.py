"""What becomes due while nobody does anything is told too: check-ins, trainings, the last backup. And own settings."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from common.access.roles import Action, Role
from common.errors import InvalidRequest
from node.domain.supporter import Topic, Training
from node.opened import OpenNode
from node.operations.people_notices import announce_by_itself
from node.operations.support_requests import expire_by_itself
from node.packs import get_pack
from node.persistence.backups import record_backup
from node.use_cases.doing import Doing
from node.use_cases.local_follow_ups import NewFollowUp, open_follow_ups
from tests import records
from tests.builders import NOON
from tests.local_node import local_node
from tests.on_duty import asks, coordinator, reached, sql

DAY = timedelta(days=1)
PAGER = "https://pager.example/x"
WRONG: list[dict[str, Any]] = [
    {"mail": "d\u0000@x.example"},
    {"quiet": "x" * 10**6},
    {"ways": {"story": "mail"}},
    {"ways": {"test": "mail"}},
    {"ways": {"escalation": "fax"}},
]


@pytest.fixture
def node(tmp_path: Path) -> Iterator[OpenNode]:
    with local_node(tmp_path) as opened:
        yield opened


def told(node: OpenNode, times: int = 2) -> list[tuple[str, str]]:
    """Who is told of what, after this was looked at several times."""
    for _ in range(times):
        announce_by_itself(node)
    seer = coordinator(node, "seer")
    return sorted((row["kind"], row["to"]) for row in seer.do("notice_list"))


def trained(node: OpenNode, name: str, *ends: date) -> bytes:
    """A supporter with trainings that end on these days, who is a user with an address."""
    trainings = tuple(Training(Topic.SELF_CARE, date(2025, 1, 1), day) for day in ends)
    made = records.supporter(node, name, trainings=trainings)
    reached(node, name, Role.SUPPORTER)
    sql(node, "UPDATE user_account SET supporter_id = :s WHERE name = :n", s=made.supporter_id, n=name)
    return made.supporter_id


def test_a_training_that_ends_within_a_month_is_told_once_to_whom_it_concerns(node: OpenNode) -> None:
    today = NOON.date()
    trained(node, "sam", today + 29 * DAY)
    trained(node, "kim", today + 31 * DAY)
    trained(node, "lee", today + 5 * DAY, today + 400 * DAY)  # renewed

    assert told(node) == [("training_expires", "sam")]


def test_an_overdue_check_in_is_told_to_its_owner_and_without_one_to_who_is_on_call(node: OpenNode) -> None:
    sam, dana = trained(node, "sam"), reached(node, "dana")
    dana.is_on_call()
    late = [NewFollowUp(NOON - 2 * timedelta(hours=1), sam), NewFollowUp(NOON - DAY), NewFollowUp(NOON + DAY, sam)]
    doing = Doing("user dana", dana.user_id, Action.ASSIGN_FOLLOW_UP, NOON)
    node.write(
        "t",
        lambda connection: open_follow_ups(
            connection, node.vault, doing, late, get_pack("default"), node.settings.zone
        ),
    )

    assert told(node) == [("check_in_overdue", "dana"), ("check_in_overdue", "sam")]


def test_a_backup_that_is_two_days_old_is_told_to_the_operators(node: OpenNode) -> None:
    reached(node, "oren", Role.OPERATOR)
    assert told(node) == []
    node.write("t", lambda connection: record_backup(connection, NOON - 2 * DAY, 1))
    announce_by_itself(node)

    assert [row["to"] for row in coordinator(node, "kim").do("notice_list")] == ["oren"]


def test_a_legal_hold_on_everything_keeps_closed_requests(node: OpenNode) -> None:
    dana = coordinator(node)
    asks(node)
    dana.do("support_request_close", id=dana.do("support_requests")[0]["id"], reason="peer_found")
    dana.do("hold_place", scope="everything", reason="audit")
    node.clock.advance(60 * DAY)  # type: ignore[attr-defined]

    expire_by_itself(node)

    assert len(coordinator(node, "kim").do("support_requests", all=True)) == 1


def test_a_person_sees_and_changes_only_their_own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_NODE_PAGER_HOSTS", "pager.example")
    with local_node(tmp_path) as node:
        _try_settings(node)


def _try_settings(node: OpenNode) -> None:
    dana = coordinator(node)
    held = dana.do(
        "notice_settings", mail="dana@agency.example", pager=PAGER, quiet="22:00-06:00",
        ways={"training expires": "none"},
    )  # fmt: skip

    assert held == dana.do("notice_settings")
    assert (held["mail"], held["quiet"], held["ways"]["training_expires"]) == (
        "dana@agency.example",
        "22:00-06:00",
        "none",
    )
    assert coordinator(node, "kim").do("notice_settings")["mail"] == ""
    for wrong in WRONG:
        with pytest.raises(InvalidRequest):
            dana.do("notice_settings", **wrong)
    assert dana.do("notice_settings", mail="", pager="", quiet="")["mail"] == ""
    assert b"dana@agency.example" not in (node.data / "node.db").read_bytes()


def test_hours_that_nobody_has_are_told_a_day_ahead_to_every_coordinator_each_gap_once(node: OpenNode) -> None:
    dana, _, _ = reached(node, "dana"), reached(node, "kim"), reached(node, "sam", Role.SUPPORTER)
    assert told(node) == []  # an agency that keeps no rota has no gaps
    for weekday in ("sunday", "monday", "tuesday", "thursday"):  # it is Tuesday, noon; Wednesday has nobody
        dana.do("rota_set", user="dana", weekday=weekday, starts="00:00", ends="00:00", duty="first")

    assert kinds(node) == [("rota_gap", "dana"), ("rota_gap", "kim")]
    node.clock.advance(timedelta(hours=20))  # type: ignore[attr-defined]
    announce_by_itself(node)
    assert kinds(node) == [("rota_gap", "dana"), ("rota_gap", "kim")]


def test_a_gap_farther_off_than_a_day_is_not_told_yet(node: OpenNode) -> None:
    dana = reached(node, "dana")
    for weekday in ("monday", "tuesday", "wednesday"):
        dana.do("rota_set", user="dana", weekday=weekday, starts="00:00", ends="00:00", duty="first")

    assert kinds(node) == []


def kinds(node: OpenNode) -> list[tuple[str, str]]:
    announce_by_itself(node)
    with node.store.read() as connection:
        query = "SELECT n.kind, u.name FROM people_notice n JOIN user_account u ON u.id = n.recipient"
        return sorted((row.kind, row.name) for row in connection.execute(text(query)))
