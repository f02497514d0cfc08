"""Which check-ins are owed to somebody after an incident, and when each opens."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from common.agreement.terms import DEFAULT_TERMS
from node.domain.check_in_plan import ANNIVERSARY, FIRST, Step, goes_on_after, step_name, steps
from node.domain.local_follow_up import Outcome
from tests.builders import NOON

DENVER = ZoneInfo("America/Denver")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WITH_ANNIVERSARY = replace(DEFAULT_TERMS, anniversary=True)


def days(found: list[Step], zone: ZoneInfo = DENVER) -> list[date]:
    return [step.due_at.astimezone(zone).date() for step in found]


def test_the_first_is_owed_from_24_to_72_hours_after_the_incident_then_on_day_7_14_and_28() -> None:
    found = steps(NOON, NOON, DEFAULT_TERMS, DENVER)

    assert [step.number for step in found] == [0, 1, 2, 3]
    assert (found[0].opens_at, found[0].due_at) == (NOON + 24 * HOUR, NOON + 72 * HOUR)
    assert days(found[1:]) == [date(2026, 11, day) for day in (10, 17)] + [date(2026, 12, 1)]


def test_the_agreements_window_and_cadence_hold_and_its_anniversary() -> None:
    terms = replace(WITH_ANNIVERSARY, contact_within=48 * HOUR, check_ins=(3 * DAY, 4 * DAY))

    found = steps(NOON, NOON, terms, DENVER)

    assert found[0].due_at == NOON + 48 * HOUR
    assert days(found[1:]) == [date(2026, 11, 6), date(2026, 11, 10), date(2027, 11, 3)]
    assert found[-1].number == ANNIVERSARY
    assert steps(NOON, NOON, replace(terms, contact_within=24 * HOUR), DENVER)[0].opens_at == NOON


def test_a_leap_day_has_its_anniversary_on_the_28th() -> None:
    leap = datetime(2028, 2, 29, 20, tzinfo=UTC)
    assert days(steps(leap, leap, WITH_ANNIVERSARY, DENVER))[-1] == date(2029, 2, 28)


def test_days_are_counted_where_the_agency_is_across_daylight_saving() -> None:
    spring = datetime(2026, 3, 5, 6, 30, tzinfo=UTC)  # 23:30 on the 4th in Denver; clocks go forward on the 8th
    autumn = datetime(2026, 10, 29, 5, 30, tzinfo=UTC)  # 23:30 on the 28th; clocks go back on November 1st

    first, day_7, *_ = steps(spring, spring, DEFAULT_TERMS, DENVER)
    assert first.due_at == spring + 72 * HOUR  # hours, not days
    assert day_7.due_at.astimezone(UTC) == datetime(2026, 3, 12, 5, 59, tzinfo=UTC)  # 23:59 on the 11th, one hour less
    _, day_7, *_ = steps(autumn, autumn, DEFAULT_TERMS, DENVER)
    assert day_7.due_at.astimezone(UTC) == datetime(2026, 11, 5, 6, 59, tzinfo=UTC)  # 23:59 on the 4th, one hour more


def test_who_is_put_on_the_list_late_is_owed_one_check_in_at_once_and_the_coming_ones() -> None:
    planned_at = NOON + 10 * DAY

    found = steps(NOON, planned_at, DEFAULT_TERMS, DENVER)

    assert [step.number for step in found] == [1, 2, 3]
    assert (found[0].opens_at, found[0].due_at) == (planned_at, planned_at + 24 * HOUR)
    assert steps(NOON, NOON + 400 * DAY, DEFAULT_TERMS, DENVER)[0].number == 3


@example(late_by_h=43, cadence=[1], anniversary=False)  # a day's step is over, the first window is not
@given(st.integers(0, 60 * 24), st.lists(st.integers(1, 30), max_size=6), st.booleans())
def test_one_is_owed_at_least_each_step_once_in_order_and_none_before_the_list_was_made(
    late_by_h: int, cadence: list[int], anniversary: bool
) -> None:
    terms = replace(DEFAULT_TERMS, check_ins=tuple(days * DAY for days in cadence), anniversary=anniversary)
    planned_at = NOON + late_by_h * HOUR

    found = steps(NOON, planned_at, terms, DENVER)

    assert found
    numbers = [step.number for step in found]
    assert numbers == sorted(set(numbers))
    assert all(step.due_at > planned_at and step.opens_at <= step.due_at for step in found)
    assert [step.due_at for step in found[1:]] == sorted(step.due_at for step in found[1:])
    assert found == steps(NOON, planned_at, terms, DENVER)


def test_who_declines_or_was_referred_on_is_not_asked_again() -> None:
    assert [outcome.value for outcome in Outcome if not goes_on_after(outcome)] == [
        "declined_by_member",
        "referred_on",
        "not_needed",
    ]
    assert goes_on_after(None)
    assert [step_name(number) for number in (FIRST, 1, ANNIVERSARY)] == ["first check-in", "check-in 2", "anniversary"]
