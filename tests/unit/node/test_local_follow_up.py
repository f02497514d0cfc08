"""A check-in has one owner or stands on the coordinator's list, and changes by its versions alone."""

from collections.abc import Callable
from datetime import UTC, date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from common.errors import WrongState
from node.domain.local_follow_up import (
    LocalFollowUp,
    Outcome,
    Stale,
    State,
    assigned,
    check_seen,
    closed,
    corrected,
    done,
    end_of_day,
    linked,
    postponed,
    reopened,
)
from tests.builders import NOON

CASEY, RILEY = b"c" * 16, b"r" * 16
DAY = timedelta(days=1)


def check_in(**changes: Any) -> LocalFollowUp:
    values: dict[str, Any] = {
        "id": b"i" * 16,
        "version": 1,
        "number": 42,
        "member_id": b"m" * 16,
        "supporter_id": CASEY,
        "due_at": NOON + DAY,
        "state": State.OPEN,
        "opened_at": NOON,
    }
    return LocalFollowUp(**(values | changes))


def test_each_change_is_one_version_on() -> None:
    held = check_in()
    for step in (
        assigned(held, RILEY),
        assigned(held, None),
        postponed(held, NOON + 2 * DAY),
        corrected(held, NOON + 2 * DAY, None),
        done(held, NOON),
        closed(held, Outcome.REFERRED_ON, NOON),
        linked(held, "7K3MPXR4"),
    ):
        assert step.version == 2
        assert step.id == held.id
    assert check_in().version == 1


def test_one_that_is_done_was_completed_and_one_that_is_closed_says_how() -> None:
    made = done(check_in(), NOON)
    assert (made.state, made.outcome, made.ended_at) == (State.DONE, Outcome.COMPLETED, NOON)
    ended = closed(check_in(), Outcome.UNABLE_TO_REACH, NOON)
    assert (ended.state, ended.outcome, ended.ended_at) == (State.CLOSED, Outcome.UNABLE_TO_REACH, NOON)


def test_what_has_ended_is_changed_no_more_but_for_30_days_opened_again() -> None:
    ended = closed(check_in(), Outcome.UNABLE_TO_REACH, NOON)
    changes: list[Callable[[], LocalFollowUp]] = [
        lambda: assigned(ended, RILEY),
        lambda: done(ended, NOON),
        lambda: postponed(ended, NOON),
    ]
    for change in changes:
        with pytest.raises(WrongState, match=r"C-42 was closed as unable to reach: `holdfast node check-in reopen`"):
            change()
    again = reopened(ended, NOON + 30 * DAY)
    assert (again.state, again.outcome, again.ended_at, again.supporter_id) == (State.OPEN, None, None, CASEY)
    with pytest.raises(WrongState, match="within the last 30 days"):
        reopened(ended, NOON + 30 * DAY + timedelta(seconds=1))
    with pytest.raises(WrongState, match="C-42 is open"):
        reopened(again, NOON)


def test_a_stale_change_is_refused_and_told() -> None:
    with pytest.raises(Stale, match="it is at version 3, you saw 2"):
        check_seen(check_in(version=3), 2)
    check_seen(check_in(version=3), 3)
    check_seen(check_in(version=3), None)


def test_what_would_change_nothing_is_told() -> None:
    with pytest.raises(WrongState, match="belongs to that supporter already"):
        assigned(check_in(), CASEY)
    with pytest.raises(WrongState, match="on the coordinator's list already"):
        assigned(check_in(supporter_id=None), None)
    with pytest.raises(WrongState, match="linked to that reference already"):
        linked(check_in(hub_reference="7K3MPXR4"), "7K3MPXR4")


def test_it_is_overdue_once_its_day_is_over() -> None:
    held = check_in(due_at=NOON)
    assert not held.is_overdue(NOON)
    assert held.is_overdue(NOON + timedelta(seconds=1))
    assert not done(held, NOON).is_overdue(NOON + DAY)


@pytest.mark.parametrize(
    ("day", "hour"),
    [(date(2026, 3, 8), 5), (date(2026, 3, 7), 6), (date(2026, 11, 1), 6), (date(2026, 10, 31), 5)],
)
def test_a_day_ends_where_the_agency_is_whatever_daylight_saving_does(day: date, hour: int) -> None:
    end = end_of_day(day, ZoneInfo("America/Denver")).astimezone(UTC)

    assert end.hour == hour
    assert end.date() == day + DAY
