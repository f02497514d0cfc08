"""Check-ins after an incident, which open by themselves for each person on its exposure list.

1. The first is owed between 24 hours after the incident began and the agreement's window (72 hours, as a rule): counted
   in hours. Where the agreement's window is 24 hours or less, it is owed at once.
2. Then the agreement's cadence (7, 7 and 14 days: so on day 7, 14 and 28), and a year later when the agreement says so:
   counted in days where the agency is, due until the end of that day, whatever daylight saving does.
3. A step opens some days before it is due, so that whoever owns it sees it coming.
4. A step whose time was over before somebody was put on the list is not owed. But one check-in is owed at once, within
   24 hours, where the list was made after the first window.
5. Steps depend on what the plan itself holds, not on when somebody looks: so each opens once, after any restart and
   whatever the clock did.
6. Who declines is not asked again: the plan ends.

Source: DOMAIN.md 3, "Post-incident check-ins"; DOMAIN.md 4, "Agreement".
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from itertools import accumulate

from common.agreement.terms import Terms
from node.domain.local_follow_up import Outcome, end_of_day

NOT_BEFORE = timedelta(hours=24)
LATE_WITHIN = timedelta(hours=24)
OPENS_AHEAD = timedelta(days=3)
ANNIVERSARY_OPENS_AHEAD = timedelta(days=14)
FIRST, ANNIVERSARY = 0, 1_000  # steps; between them the cadence's, from 1 on
_ENDING = (Outcome.DECLINED_BY_MEMBER, Outcome.REFERRED_ON, Outcome.NOT_NEEDED)


@dataclass(frozen=True)
class Plan:
    """That one person of an incident's exposure list is checked in with.

    Args:
        supporter_id: who is to own the check-ins; None: the coordinator assigns each.
        started_at: when the incident began, as the hub had told when the plan was made (5).
        agreement_version: whose cadence holds; 0: none was in force.
        ended_at: nothing more opens by it.
    """

    id: bytes
    version: int
    incident_id: bytes
    member_id: bytes
    supporter_id: bytes | None
    started_at: datetime
    planned_at: datetime
    agreement_version: int
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Step:
    """One check-in that is owed."""

    number: int
    opens_at: datetime
    due_at: datetime


def steps(started_at: datetime, planned_at: datetime, terms: Terms, zone: tzinfo) -> list[Step]:
    """Give the check-ins that are owed to a person, in order (1 to 5).

    Args:
        started_at: when the incident began.
        planned_at: when the person was put on its list.
    """
    first = _first(started_at, terms)
    every = [first, *_by_the_day(started_at, terms, zone)]
    passed = [step for step in every if step.due_at <= planned_at]
    coming = [step for step in every if step.due_at > planned_at]
    if first in passed:  # 4
        return [replace(passed[-1], opens_at=planned_at, due_at=planned_at + LATE_WITHIN), *coming]
    return coming


def goes_on_after(outcome: Outcome | None) -> bool:
    """Tell whether further check-ins are owed to somebody whose last one ended so (6)."""
    return outcome not in _ENDING


def step_name(number: int) -> str:
    """Say which check-in of an incident it is."""
    if number == FIRST:
        return "first check-in"
    return "anniversary" if number == ANNIVERSARY else f"check-in {number + 1}"


def _first(started_at: datetime, terms: Terms) -> Step:
    opens_after = NOT_BEFORE if terms.contact_within > NOT_BEFORE else timedelta(0)
    return Step(FIRST, started_at + opens_after, started_at + terms.contact_within)


def _by_the_day(started_at: datetime, terms: Terms, zone: tzinfo) -> Iterator[Step]:
    began = started_at.astimezone(zone)
    for number, after in enumerate(accumulate(terms.check_ins), FIRST + 1):
        day = (began.replace(tzinfo=None) + after).date()
        yield Step(number, end_of_day(day - OPENS_AHEAD, zone), end_of_day(day, zone))
    if terms.anniversary:
        day = _a_year_after(began.date())
        yield Step(ANNIVERSARY, end_of_day(day - ANNIVERSARY_OPENS_AHEAD, zone), end_of_day(day, zone))


def _a_year_after(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if is_leap_day else day.day)
