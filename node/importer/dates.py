"""Dates and times as people write them, several styles in one column.

1. A date in figures says neither whether day or month comes first: the column tells, by the parts that are above 12,
   else the file's other columns, else its sign (a full stop: day first), else the order of the lines.
2. A date that cannot be in the column's order is refused, not turned round.
3. A year of two figures is of this century. A follow-up without a year is the first such day from the contact on.
4. Figures that are no date or no time of day are no date: nothing is rounded or carried over.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum

from node.importer.sheet import Cell


class Order(StrEnum):
    """Which comes first in a date of figures, where the year does not."""

    MONTH = "month first"
    DAY = "day first"


@dataclass(frozen=True, slots=True)
class When:
    """A moment as it was written; `at` is None where only a day is, `offset` where none was written."""

    day: date
    at: time | None = None
    offset: timezone | None = None


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar enero janvier ene", "feb february februar febrero fevrier fev",
            "mar march marz marzo mars", "apr april abril avril abr avr", "may mai mayo", "jun june juni junio juin",
            "jul july juli julio juillet juil", "aug august agosto aout ago",
            "sep sept september septiembre septembre set setiembre", "oct october oktober octubre octobre okt",
            "nov november noviembre novembre", "dec december dezember diciembre decembre dez dic",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_TIME = r"(?P<time>[0-9].*)?"
_FIGURES = re.compile(
    r"([0-9]{1,2})\s*([/.-])\s*([0-9]{1,2})\s*\2\s*([0-9]{4}|[0-9]{2})(?:[\s,t]+" + _TIME + ")?", re.ASCII
)
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?:[\s,t]+" + _TIME + ")?", re.ASCII)
_DAY_NAMED = re.compile(
    r"(?:[a-z]{2,9}[.,]?\s+)?([0-9]{1,2})(?:st|nd|rd|th|\.)?[\s-]+(?:de\s+)?([a-z]{3,10})\.?"
    r"(?:[\s,-]+(?:del?\s+)?((?:19|20)[0-9]{2}|[0-9]{2}(?![:0-9])))?(?:[\s,]+(?:a las\s+)?" + _TIME + ")?", re.ASCII
)  # fmt: skip
_MONTH_NAMED = re.compile(
    r"(?:[a-z]{3,9},\s+)?([a-z]{3,9})\.?[\s-]+([0-9]{1,2})(?:st|nd|rd|th)?(?:[\s,-]+((?:19|20)[0-9]{2}))?(?:[\s,]+"
    + _TIME
    + ")?",
    re.ASCII,
)
_NO_YEAR = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\.?", re.ASCII)
_CLOCK = re.compile(
    r"([0-9]{1,2})[:.h]([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?\s*(?:h|hrs?|uhr)?\s*([ap])?\.?m?\.?\s*(z|[+-][0-9]{2}:?[0-9]{2})?",
    re.ASCII,
)
_MILITARY = re.compile(r"([0-9]{3,4})\s*(?:h|hrs?|hours)?", re.ASCII)
_HOUR = re.compile(r"([0-9]{1,2})\s*([ap])\.?m\.?", re.ASCII)


def read_when(cell: Cell, order: Order | None) -> When | None:
    """Read a date, with a time where one is written. None: it is none, or not of this order (2)."""
    if isinstance(cell, datetime):
        return When(cell.date(), cell.time().replace(tzinfo=None) if cell.time() != time() else None)
    if isinstance(cell, date):
        return When(cell)
    if not isinstance(cell, str) or len(cell) > 60:
        return None
    text = _plain(cell)
    parts = _year_first(text) or _figures(text, order) or _named(text)
    if parts is None or parts[0] is None:
        return None
    return _moment((parts[0], parts[1], parts[2]), parts[3])


def read_time(cell: Cell) -> tuple[time, timezone | None] | None:
    """Read a time of day: `0729`, `04:46 AM`, `15:23`, `3 pm`."""
    if isinstance(cell, datetime):
        return cell.time(), None
    if isinstance(cell, time):
        return cell, None
    if not isinstance(cell, str) or len(cell) > 40:
        return None
    text = _plain(cell)
    if found := _CLOCK.fullmatch(text):
        return _clock(int(found[1]), int(found[2]), int(found[3] or 0), found[4], found[5])
    if found := _HOUR.fullmatch(text):
        return _clock(int(found[1]), 0, 0, found[2], None)
    if found := _MILITARY.fullmatch(text):
        return _clock(int(found[1]) // 100, int(found[1]) % 100, 0, None, None)
    return None


def read_day_after(cell: Cell, from_day: date, order: Order | None) -> date | None:
    """Read a day that may lack its year: then it is the first such day from `from_day` on (3)."""
    whole = read_when(cell, order)
    if whole is not None or not isinstance(cell, str):
        return whole.day if whole else None
    text = _plain(cell)
    if found := _NO_YEAR.fullmatch(text):
        first, second = int(found[1]), int(found[3])
        month, day = (first, second) if _order(order, found[2]) is Order.MONTH else (second, first)
    elif (named := _named(text)) and named[0] is None:
        month, day = named[1], named[2]
    else:
        return None
    years = (from_day.year + ahead for ahead in range(5))
    days = (_day(year, month, day) for year in years)
    return next((each for each in days if each is not None and each >= from_day), None)


def figures_of(cell: Cell) -> tuple[int, int, str] | None:
    """Give the first and second part of a date in figures and its sign, if it is one: what rule 1 goes by."""
    if not isinstance(cell, str) or len(cell) > 60:
        return None
    text = _plain(cell)
    found = _FIGURES.fullmatch(text) or _NO_YEAR.fullmatch(text)
    return None if found is None else (int(found[1]), int(found[3]), found[2])


@dataclass(frozen=True)
class Guess:
    """An order, why, and whether anything in the file shows it."""

    order: Order | None
    because: str
    is_sure: bool = True


def guess_order(cells: Iterable[Cell], others: Iterable[Cell] = ()) -> Guess:
    """Tell which comes first in a column's dates (1)."""
    own = list(cells)
    figures = [found for cell in own if (found := figures_of(cell))]
    if not figures:
        return Guess(None, "")
    for where, seen in (("this column", figures), ("another column", [f for c in others if (f := figures_of(c))])):
        month = sum(second > 12 >= first for first, second, _ in seen)
        day = sum(first > 12 >= second for first, second, _ in seen)
        if month or day:
            order = Order.MONTH if month >= day else Order.DAY
            against = min(month, day)
            because = f"{max(month, day)} dates of {where} can be nothing else"
            return Guess(order, because + (f", {against} contradict it" if against else ""), is_sure=not against)
    if all(sign == "." for _, _, sign in figures):
        return Guess(Order.DAY, "dates with full stops", is_sure=False)
    rising = {order: _rises(own, order) for order in Order}
    if rising[Order.MONTH] != rising[Order.DAY]:
        order = max(Order, key=lambda each: rising[each])
        return Guess(order, "the lines are then in order of time", is_sure=False)
    return Guess(Order.MONTH, "nothing in the file tells", is_sure=False)


def _rises(cells: list[Cell], order: Order) -> int:
    days = [when.day for cell in cells if (when := read_when(cell, order))]
    return sum(one <= next_ for one, next_ in itertools.pairwise(days))


def _order(order: Order | None, sign: str) -> Order:
    return order or (Order.DAY if sign == "." else Order.MONTH)


_Parts = tuple[int | None, int, int, str | None]


def _figures(text: str, order: Order | None) -> _Parts | None:
    found = _FIGURES.fullmatch(text)
    if found is None:
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    month, day = (first, second) if _order(order, found[2]) is Order.MONTH else (second, first)
    return (year if year > 99 else 2000 + year), month, day, found["time"]


def _year_first(text: str) -> _Parts | None:
    found = _YEAR_FIRST.fullmatch(text)
    return None if found is None else (int(found[1]), int(found[3]), int(found[4]), found["time"])


def _named(text: str) -> _Parts | None:
    if found := _DAY_NAMED.fullmatch(text):
        day, name = found[1], found[2]
    elif found := _MONTH_NAMED.fullmatch(text):
        day, name = found[2], found[1]
    else:
        return None
    month = _MONTHS.get(name)
    if month is None:
        return None
    year = None if found[3] is None else int(found[3])
    return (year if year is None or year > 99 else 2000 + year), month, int(day), found["time"]


def _moment(parts: tuple[int, int, int], said_time: str | None) -> When | None:
    day = _day(*parts)
    if day is None:
        return None
    if said_time is None:
        return When(day)
    found = read_time(said_time)
    return None if found is None else When(day, *found)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock(
    hour: int, minute: int, second: int, half: str | None, zone: str | None
) -> tuple[time, timezone | None] | None:
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None  # 4
    return time(hour, minute, second), _zone(zone)


def _zone(said: str | None) -> timezone | None:
    if said is None:
        return None
    if said == "z":
        return UTC
    minutes = int(said[1:3]) * 60 + int(said[-2:])
    return timezone(timedelta(minutes=-minutes if said[0] == "-" else minutes)) if minutes < 15 * 60 else None


def _plain(cell: str) -> str:
    text = " ".join(cell.split()).casefold()
    if text.isascii():
        return text
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
