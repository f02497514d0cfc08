"""Which periods a report is on: one that is named, the newest, or those before and after something that happened."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from common.disclosure.catalogue import TABLES
from common.disclosure.cell import Window
from common.errors import InvalidRequest, NotFound
from common.report.report import period_name

_NAME = re.compile(r"([0-9]{4})(?:[- ]?q([1-4])|-([0-9]{2}))?\Z", re.ASCII | re.IGNORECASE)
_BESIDE = 2  # periods before, and as many after
WRONG = "period: {said!r} is none: say a year, a quarter or a month, such as 2026, 2026-Q2 or 2026-05"


def named(said: str, periods: Sequence[Window]) -> list[Window]:
    """Give the periods that lie within a year, a quarter or a month, by its name.

    Raises:
        InvalidRequest: that names no time.
        NotFound: there is no such period yet.
    """
    match = _NAME.match(said.strip())
    if match is None:
        raise InvalidRequest(WRONG.format(said=said[:40]))
    year, quarter, month = (int(part) if part else None for part in match.groups())
    assert year is not None
    first = month or (quarter or 1) * 3 - 2
    length = 1 if month else 3 if quarter else 12
    if not (1 <= first <= 12 and year >= 1):
        raise InvalidRequest(WRONG.format(said=said[:40]))
    start, end = _month(year, first), _month(year, first + length)
    found = [period for period in periods if start <= period.starts_at and period.ends_at <= end]
    if not found:
        known = ", ".join(dict.fromkeys(period_name(period) for period in periods[-6:])) or "none yet"
        raise NotFound(f"no period within {said} has figures; the newest are: {known}")
    return found


def around(moment: datetime | date, periods: Sequence[Window], beside: int = _BESIDE) -> list[Window]:
    """Give the periods before and after something, and the one in which it happened, of each length.

    Args:
        moment: when it happened; a day is meant from its beginning, in UTC.
    """
    at = moment if isinstance(moment, datetime) else datetime.combine(moment, time(), UTC)
    kinds = dict.fromkeys(period.tables for period in periods)
    found: list[Window] = []
    for tables in kinds:
        own = [period for period in periods if period.tables == tables]
        before = [period for period in own if period.ends_at <= at][-beside:]
        during = [period for period in own if period.starts_at <= at < period.ends_at]
        after = [period for period in own if period.starts_at > at][:beside]
        found += [*before, *during, *after]
    return sorted(found, key=lambda period: (period.starts_at, period.ends_at - period.starts_at, period.id))


def tables_said(said: str | None) -> list[int]:
    """Give the table of a name, or every one; raises InvalidRequest where there is none of that name."""
    if not said:
        return list(TABLES)
    wanted = said.strip().lower().replace("-", "_").replace(" ", "_")
    found = [kind for kind, table in TABLES.items() if table.name == wanted]
    if not found:
        names = ", ".join(table.name for table in TABLES.values())
        raise InvalidRequest(f"table: {said[:40]!r} is not one of {names}")
    return found


def _month(year: int, number: int) -> datetime:
    return datetime(year + (number - 1) // 12, (number - 1) % 12 + 1, 1, tzinfo=UTC)
