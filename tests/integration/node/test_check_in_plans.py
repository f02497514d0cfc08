"""Check-ins after an incident open by themselves, each once: after restarts, and whatever the clock did."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from common.errors import NotFound, WrongState
from node.opened import OpenNode
from node.operations.check_in_plans import create_due_check_ins
from node.persistence import incidents
from tests.builders import NOON
from tests.care import add_incident, add_member, add_supporter, do
from tests.fakes import SetClock
from tests.local_node import local_node
from tests.nodes import OTHER_AGENCY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def node(tmp_path: Path) -> Any:
    with local_node(tmp_path, time_zone="America/Denver") as opened:
        yield opened


def at(node: OpenNode, moment: datetime) -> int:
    node.clock.advance(moment - node.clock.now())  # type: ignore[attr-defined]
    return create_due_check_ins(node)


def plan(node: OpenNode, *codes: str, **more: Any) -> Any:
    return do(node, "check_in_plan", incident=add_incident(node).id.hex(), members=list(codes), **more)


def steps(node: OpenNode) -> list[tuple[str, str, str]]:
    rows = do(node, "check_ins", ended=True)
    return [(row["member"], row["step"], row["due_at"][:10]) for row in rows]


def test_they_open_one_after_the_other_for_each_member_of_the_list(node: OpenNode) -> None:
    casey, (_, ann), (_, bo) = add_supporter(node), add_member(node), add_member(node, "Bo Berg")
    plan(node, ann, bo, supporter=casey.code)

    assert at(node, NOON + 23 * HOUR) == 0
    assert at(node, NOON + 24 * HOUR) == 2
    assert [row["owner"] for row in do(node, "check_ins")] == [casey.code] * 2
    assert at(node, NOON + 24 * HOUR) == 0
    assert at(node, NOON + 60 * DAY) == 6
    assert [day for who, _, day in steps(node) if who == ann] == [
        "2026-11-06", "2026-11-10", "2026-11-17", "2026-12-01"
    ]  # fmt: skip
    assert at(node, NOON + 900 * DAY) == 0


def test_none_is_doubled_by_a_restart_a_clock_that_steps_back_or_one_that_was_made(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        add_supporter(node)
        _, ann = add_member(node)
        plan(node, ann)
        assert at(node, NOON + 5 * DAY) == 2
        do(node, "check_in_change", check_in="C-1", verb="done")
        assert at(node, NOON + 2 * DAY) == 0  # back
    with OpenNode(node.data, SetClock(NOON + 6 * DAY)) as again:
        assert create_due_check_ins(again) == 0
        assert create_due_check_ins(again) == 0
        assert len(do(again, "check_ins", ended=True)) == 2


@pytest.mark.parametrize(
    ("began", "first_opens", "day_7_ends"),
    [
        (datetime(2027, 3, 11, 18, tzinfo=UTC), datetime(2027, 3, 12, 18, tzinfo=UTC), "2027-03-18T23:59:00-06:00"),
        (datetime(2027, 11, 4, 18, tzinfo=UTC), datetime(2027, 11, 5, 18, tzinfo=UTC), "2027-11-11T23:59:00-07:00"),
    ],
)
def test_t08_daylight_saving_moves_no_day_and_doubles_none(
    node: OpenNode, began: datetime, first_opens: datetime, day_7_ends: str
) -> None:
    _, ann = add_member(node)
    incident = add_incident(node, started_at=began, opened_at=began)
    node.clock.advance(began - node.clock.now())  # type: ignore[attr-defined]
    do(node, "check_in_plan", incident=incident.id.hex(), members=[ann])

    assert at(node, first_opens - timedelta(seconds=1)) == 0
    opened, moment = 0, first_opens
    while moment < began + 8 * DAY:  # every quarter of an hour, across the change of the clocks
        opened += at(node, moment)
        moment += timedelta(minutes=15)

    assert opened == 2
    assert do(node, "check_ins")[1]["due_at"] == day_7_ends


def test_who_is_put_on_the_list_late_is_checked_in_with_at_once(node: OpenNode) -> None:
    _, ann = add_member(node)
    node.clock.advance(10 * DAY)  # type: ignore[attr-defined]

    [row] = plan(node, ann)

    assert [each["state"] for each in row["check_ins"]] == ["open", "opens by itself", "opens by itself"]
    assert steps(node) == [(ann, "check-in 2", "2026-11-14")]


def test_who_declines_is_not_asked_again_and_may_be_put_on_the_list_anew(node: OpenNode) -> None:
    _, ann = add_member(node)
    plan(node, ann)
    at(node, NOON + DAY)

    ended = do(node, "check_in_change", check_in="C-1", verb="close", outcome="declined_by_member")

    assert ended["plan_ended"] is True
    assert at(node, NOON + 60 * DAY) == 0
    plan(node, ann)
    assert [step for _, step, _ in steps(node)] == ["first check-in", "check-in 4"]


def test_who_could_not_be_reached_is_tried_again_on_day_7(node: OpenNode) -> None:
    _, ann = add_member(node)
    plan(node, ann)
    at(node, NOON + DAY)

    assert do(node, "check_in_change", check_in="C-1", verb="close", outcome="unable")["plan_ended"] is False
    assert at(node, NOON + 7 * DAY) == 1


def test_a_plan_that_is_ended_opens_nothing_more(node: OpenNode) -> None:
    _, ann = add_member(node)
    plan(node, ann)
    incident = do(node, "check_in_plan_end", incident=add_incident(node).id.hex(), members=[ann])

    assert {each["state"] for each in incident[0]["check_ins"]} == {"ended with the plan"}
    assert at(node, NOON + 60 * DAY) == 0
    assert len(do(node, "check_in_plans", incident=add_incident(node).id.hex())) == 1


def test_a_list_is_taken_whole_or_not_at_all(node: OpenNode) -> None:
    (_, ann), (_, bo) = add_member(node), add_member(node, "Bo Berg")
    plan(node, ann)

    with pytest.raises(WrongState, match="M-0001: is on the exposure list of this incident already"):
        plan(node, bo, ann)
    with pytest.raises(NotFound, match="M-0099"):
        plan(node, bo, "M-0099")
    assert at(node, NOON + DAY) == 1


def test_only_for_an_incident_that_this_agency_is_on(node: OpenNode) -> None:
    _, ann = add_member(node)
    other = replace(add_incident(node), id=b"\x99" * 16, agency_ids=(OTHER_AGENCY,))
    node.write("test", partial(incidents.save_incident, incident=other))

    with pytest.raises(WrongState, match="this agency is not on that incident"):
        do(node, "check_in_plan", incident=other.id.hex(), members=[ann])


def test_what_a_supporter_on_a_break_would_get_goes_on_the_coordinators_list(node: OpenNode) -> None:
    sam, (_, ann) = add_supporter(node, "sam", paused_since=NOON), add_member(node)
    plan(node, ann, supporter=sam.code)

    assert at(node, NOON + DAY) == 1
    assert [row["owner"] for row in do(node, "check_ins", unassigned=True)] == ["unassigned"]
