"""Reporting windows: the closed periods for which counts are released, as a region's calendar and agreement make them.

1. Windows are calendar months and calendar quarters, in UTC. Supporter capacity goes by month; the tables of encounters
   by month or by quarter, as the agreement in force says; every other table by quarter.
2. Two windows of one table never overlap. How a quarter's tables of encounters go is settled by its first window: an
   agreement that says otherwise later on holds from the next quarter.
3. What an agency does not hold back leaves by itself at `release_by`: the agreement's grace after the period's end, or
   after the window was opened, where that came later.
4. A window's k is the one of the agreement that it was opened under.
5. A window's id follows from what it is: the first 16 bytes of a SHA-256 over region, period, tables and k. A hub that
   was restored from an older backup opens it again under the id that its agencies know.

Source: DESIGN.md 7; DOMAIN.md 5.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from common.agreement.terms import Terms
from common.disclosure.catalogue import TABLES, Period
from common.disclosure.cell import Window
from common.errors import InvalidRequest, WrongState
from common.ids import ID_LENGTH
from common.wire.v1.agreement_pb2 import ReportingPeriod

LONGEST_PAST = 40  # quarters that can be opened at once: ten years
_MONTHS_OF_A_QUARTER = 3


@dataclass(frozen=True)
class Span:
    """A calendar month or quarter, and the tables that are due for it."""

    starts_at: datetime
    ends_at: datetime
    tables: frozenset[int]


@dataclass(frozen=True)
class ReportingWindow:
    """One window, as it was opened and told to the agencies. It never changes."""

    id: bytes  # 16 bytes
    starts_at: datetime
    ends_at: datetime
    tables: frozenset[int]  # wire TableKind
    k: int
    release_by: datetime
    opened_at: datetime

    @property
    def window(self) -> Window:
        """The window as the rules of disclosure name it."""
        return Window(self.id, self.starts_at, self.ends_at, self.tables)

    def is_due_from(self, member_since: datetime) -> bool:
        """Tell whether an agency that is known since then was told of the window in time to release for it."""
        return member_since < self.release_by


def opened(spans: Collection[Span], terms: Terms, trust_domain: str, now: datetime) -> list[ReportingWindow]:
    """Make the windows of these spans in a region, under the terms in force (3 to 5)."""
    return [
        ReportingWindow(
            id=_id(span, terms.k, trust_domain),
            starts_at=span.starts_at,
            ends_at=span.ends_at,
            tables=span.tables,
            k=terms.k,
            release_by=max(span.ends_at, now) + terms.release_grace,
            opened_at=now,
        )
        for span in spans
    ]


def running(terms: Terms, windows: Iterable[ReportingWindow], now: datetime) -> list[Span]:
    """Give the spans of the running month and quarter that no window covers yet (1, 2)."""
    known = list(windows)
    start = _quarter_of(now)
    as_agreed = _agreed(terms, start, known)
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = [_span(month, 1, as_agreed), _span(start, _MONTHS_OF_A_QUARTER, as_agreed)]
    return [left for left in (_without(span, known) for span in found) if left.tables]


def past(terms: Terms, windows: Iterable[ReportingWindow], first: datetime, now: datetime) -> list[Span]:
    """Give the spans of every month and quarter from `first` to the running quarter, which is not among them.

    Raises:
        InvalidRequest: `first` does not begin a quarter, or lies too far back.
        WrongState: a window of the same tables overlaps them, or none of them is over.
    """
    end = _quarter_of(now)
    if first != _quarter_of(first):
        raise InvalidRequest("from: must be the first day of a quarter, such as 2024-10-01")
    starts = [first]
    while starts[-1] < end:
        starts.append(_later(starts[-1], _MONTHS_OF_A_QUARTER))
        if len(starts) > LONGEST_PAST + 1:
            raise InvalidRequest(f"from: at most {LONGEST_PAST} quarters can be opened at once")
    if first >= end:
        raise WrongState("from: no quarter since then is over; the running one opens by itself")
    spans = [
        span
        for start in starts[:-1]
        for span in (
            *(_span(_later(start, month), 1, _period(terms)) for month in range(_MONTHS_OF_A_QUARTER)),
            _span(start, _MONTHS_OF_A_QUARTER, _period(terms)),
        )
    ]
    _check_apart(spans, windows)
    return spans


def _id(span: Span, k: int, trust_domain: str) -> bytes:
    tables = ",".join(str(kind) for kind in sorted(span.tables))
    parts = ("reporting window", trust_domain, span.starts_at.isoformat(), span.ends_at.isoformat(), tables, str(k))
    return sha256("\n".join(parts).encode()).digest()[:ID_LENGTH]


def _check_apart(spans: Iterable[Span], windows: Iterable[ReportingWindow]) -> None:
    known = list(windows)
    for span in spans:
        if _without(span, known) != span:
            raise WrongState(
                f"the period from {span.starts_at:%Y-%m-%d} has its reporting windows already, and what is released "
                "for one is released once: `holdfast hub reporting list` shows them"
            )


def _agreed(terms: Terms, start: datetime, known: Iterable[ReportingWindow]) -> Period:
    """Tell how a quarter's tables of encounters go: as they began, else as the agreement says (2)."""
    of_encounters = _of(Period.AS_AGREED)
    end = _later(start, _MONTHS_OF_A_QUARTER)
    for window in known:
        if window.tables & of_encounters and start <= window.starts_at < end:
            return Period.QUARTER if window.ends_at == end and window.starts_at == start else Period.MONTH
    return _period(terms)


def _period(terms: Terms) -> Period:
    by_month = terms.reporting_period == ReportingPeriod.REPORTING_PERIOD_MONTH
    return Period.MONTH if by_month else Period.QUARTER


def _span(start: datetime, months: int, as_agreed: Period) -> Span:
    period = Period.MONTH if months == 1 else Period.QUARTER
    tables = _of(period) | (_of(Period.AS_AGREED) if as_agreed is period else frozenset())
    return Span(start, _later(start, months), tables)


def _without(span: Span, known: Iterable[ReportingWindow]) -> Span:
    """Leave out the tables that a window covers for some of the time."""
    covered = {
        kind
        for window in known
        if window.starts_at < span.ends_at and span.starts_at < window.ends_at
        for kind in window.tables
    }
    return Span(span.starts_at, span.ends_at, span.tables - covered)


def _of(period: Period) -> frozenset[int]:
    return frozenset(kind for kind, table in TABLES.items() if table.period is period)


def _quarter_of(moment: datetime) -> datetime:
    month = moment.month - (moment.month - 1) % _MONTHS_OF_A_QUARTER
    return datetime(moment.year, month, 1, tzinfo=UTC)


def _later(start: datetime, months: int) -> datetime:
    years, month = divmod(start.month - 1 + months, 12)
    return start.replace(year=start.year + years, month=month + 1)
