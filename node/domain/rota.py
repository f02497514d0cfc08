"""Who is on call when: weekly turns, what was changed for one time, and the hours that nobody has.

1. A weekly turn is said in the agency's own hours, and means the moments that its clocks show then. An hour that is
   skipped in spring begins at the jump; of an hour that comes twice in autumn the first one counts. So turns that meet
   on paper meet on the clock.
2. A change holds for one stretch of time and one duty: whoever had that duty then is off, the named one has it. The
   latest change wins.
3. The one on backup is asked when the first cannot be reached. An hour is a gap when nobody has any duty.

Source: DOMAIN.md 2, "Notices to people"; TRUST.md t08.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
LONGEST_VIEW = timedelta(days=400)


class Duty(StrEnum):
    """In which order people on call are asked."""

    FIRST = "first"
    BACKUP = "backup"


@dataclass(frozen=True)
class Weekly:
    """A turn that comes back every week, in the agency's own hours."""

    id: bytes
    weekday: int  # on which it begins; 0 is Monday
    starts: time
    ends: time  # at or before `starts`: on the next day
    duty: Duty
    user_id: bytes
    valid_from: date  # the first day on which it may begin
    valid_until: date | None = None  # the last


@dataclass(frozen=True)
class Change:
    """A duty for one stretch of time, whatever the weekly turns say."""

    id: bytes
    starts: datetime
    ends: datetime
    duty: Duty
    user_id: bytes | None  # None: nobody


@dataclass(frozen=True)
class Rota:
    """Everything that was set; changes in the order in which they were made."""

    turns: Sequence[Weekly] = ()
    changes: Sequence[Change] = ()


@dataclass(frozen=True)
class Shift:
    """One person on call, without a break."""

    starts: datetime
    ends: datetime
    duty: Duty
    user_id: bytes


def moment_of(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """Give the moment at which the clocks of a zone show a time on a day (1), UTC."""
    shown = datetime.combine(day, wall, zone)
    first = shown.astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == shown.replace(tzinfo=None):
        return first
    before, after = shown.replace(fold=1).astimezone(UTC), first  # the jump lies between: it is looked for
    offset = after.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)


def shifts_between(rota: Rota, start: datetime, end: datetime, zone: ZoneInfo) -> list[Shift]:
    """Give every shift between two moments, cut to them, in order; what one person has without a break is one."""
    cut = (
        replace(each, starts=max(each.starts, start), ends=min(each.ends, end))
        for each in pieces_between(rota, start, end, zone)
    )
    return _joined(each for each in cut if each.starts < each.ends)


def pieces_between(rota: Rota, start: datetime, end: datetime, zone: ZoneInfo) -> list[Shift]:
    """Give the shifts as they were set: each turn of the week, and each change, for itself."""
    shifts: list[Shift] = [shift for turn in rota.turns for shift in _shifts_of(turn, start, end, zone)]
    for change in rota.changes:  # 2
        if change.ends <= start or change.starts >= end:
            continue
        shifts = [rest for shift in shifts for rest in _without(shift, change)]
        if change.user_id is not None:
            shifts.append(Shift(change.starts, change.ends, change.duty, change.user_id))
    return shifts


def on_call(rota: Rota, now: datetime, zone: ZoneInfo) -> list[Shift]:
    """Give who is on call now, the first before the backup, each shift as long as it lasts."""
    around = shifts_between(rota, now - 7 * _DAY, now + 7 * _DAY, zone)
    standing = [shift for shift in around if shift.starts <= now < shift.ends]
    return sorted(standing, key=lambda shift: (shift.duty is Duty.BACKUP, shift.starts))


def gaps(shifts: Iterable[Shift], start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Give the stretches between two moments in which nobody has any duty (3)."""
    found, covered_to = [], start
    for shift in sorted(shifts, key=lambda each: each.starts):
        if shift.starts > covered_to:
            found.append((covered_to, min(shift.starts, end)))
        covered_to = max(covered_to, shift.ends)
    if covered_to < end:
        found.append((covered_to, end))
    return [(first, last) for first, last in found if first < last]


def _shifts_of(turn: Weekly, start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[Shift]:
    day = start.astimezone(zone).date() - 2 * _DAY
    day += ((turn.weekday - day.weekday()) % 7) * _DAY
    last = end.astimezone(zone).date() + _DAY
    while day <= last:
        if turn.valid_from <= day and (turn.valid_until is None or day <= turn.valid_until):
            ends_on = day if turn.ends > turn.starts else day + _DAY
            yield Shift(moment_of(day, turn.starts, zone), moment_of(ends_on, turn.ends, zone), turn.duty, turn.user_id)
        day += 7 * _DAY


def _without(shift: Shift, change: Change) -> Iterator[Shift]:
    """Give what is left of a shift beside a change of the same duty."""
    if shift.duty is not change.duty or change.ends <= shift.starts or shift.ends <= change.starts:
        yield shift
        return
    if shift.starts < change.starts:
        yield replace(shift, ends=change.starts)
    if change.ends < shift.ends:
        yield replace(shift, starts=change.ends)


def _joined(shifts: Iterable[Shift]) -> list[Shift]:
    """Put together what one person has without a break."""
    whole: list[Shift] = []
    for shift in sorted(shifts, key=lambda each: (each.duty, each.user_id, each.starts)):
        last = whole[-1] if whole else None
        if last and (last.duty, last.user_id) == (shift.duty, shift.user_id) and shift.starts <= last.ends:
            whole[-1] = replace(last, ends=max(last.ends, shift.ends))
        else:
            whole.append(shift)
    return sorted(whole, key=lambda each: (each.starts, each.duty is Duty.BACKUP, each.user_id))
