"""Which version of an agreement holds at a time, and which are superseded."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from common.agreement.terms import DEFAULT_TERMS
from common.agreement.versions import in_force, not_superseded
from tests.builders import NOON


@dataclass(frozen=True)
class Dated:
    version: int
    in_force_from: datetime


FIRST, SECOND, THIRD = (Dated(number, NOON + timedelta(days=30 * number)) for number in (1, 2, 3))
EVERY = [THIRD, FIRST, SECOND]


def test_the_newest_version_whose_date_has_come_holds() -> None:
    instant = timedelta(microseconds=1)

    assert in_force([], NOON) is None
    assert in_force(EVERY, FIRST.in_force_from - instant) is None
    assert in_force(EVERY, FIRST.in_force_from) == FIRST
    assert in_force(EVERY, SECOND.in_force_from - instant) == FIRST
    assert in_force(EVERY, SECOND.in_force_from) == SECOND
    assert in_force(EVERY, THIRD.in_force_from + timedelta(days=900)) == THIRD


def test_what_holds_and_what_will_hold_is_not_superseded() -> None:
    assert not_superseded(EVERY, NOON) == [FIRST, SECOND, THIRD]
    assert not_superseded(EVERY, SECOND.in_force_from) == [SECOND, THIRD]
    assert not_superseded(EVERY, THIRD.in_force_from) == [THIRD]
    assert not_superseded([], NOON) == []


def test_check_ins_end_with_the_cadence() -> None:
    made = [DEFAULT_TERMS.check_in_after(count) for count in range(4)]

    assert made == [timedelta(days=7), timedelta(days=7), timedelta(days=14), None]
