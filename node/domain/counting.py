"""Which record counts in which reporting window.

1. A record counts once: in the earliest window of its series that is not drawn yet and ends after the record's moment.
   So what is entered late counts in the next period, and what was corrected after it counted does not count again.
2. What lies before the first window began counts nowhere.
3. A contact's moment is when it occurred; of a check-in that ended, its end; of one that fell due, when its time ran
   out.
4. A window that has tables of encounters counts its contacts for all of them. One that has none, but other tables of
   contacts, counts what its months counted (`relations.py`, 3), as it was then: a month carries that over. Where it is
   not exactly its months, or one of them has no figures here, those tables cannot be counted.
5. Ratings are known by month alone: those of a month count together, as if they were of its middle.

Source: DESIGN.md 7, "late entries go into the next period"; DOMAIN.md 5.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from enum import IntEnum

from common.disclosure.catalogue import OF_ENCOUNTERS
from common.disclosure.cell import Window
from common.wire.v1.codes_pb2 import TableKind
from node.domain.release import drawing_order

CARRIED = frozenset(  # of the other tables of contacts, those that add up over months
    {TableKind.TABLE_KIND_SUPPORT_KIND_BY_INCIDENT_RELATED, TableKind.TABLE_KIND_REFERRALS_BY_KIND}
)


class Series(IntEnum):
    """What is counted once, each for itself."""

    CONTACTS = 1
    ENDED = 2  # check-ins by outcome
    FELL_DUE = 3  # check-ins on time
    RATINGS = 4


TABLES_OF: dict[Series, frozenset[int]] = {
    Series.CONTACTS: frozenset(OF_ENCOUNTERS),
    Series.ENDED: frozenset({TableKind.TABLE_KIND_FOLLOW_UPS_BY_OUTCOME}),
    Series.FELL_DUE: frozenset({TableKind.TABLE_KIND_ON_TIME_CHECK_INS}),
    Series.RATINGS: frozenset({TableKind.TABLE_KIND_FEEDBACK_RATINGS}),
}


def of_series(series: Series, windows: Iterable[Window]) -> list[Window]:
    """Give the windows of a series, in the order in which they are drawn."""
    return sorted((each for each in windows if each.tables & TABLES_OF[series]), key=drawing_order)


def window_of(moment: datetime, windows: Sequence[Window], closed: Collection[bytes]) -> Window | None:
    """Tell where a record counts that has not counted yet (1, 2).

    Args:
        windows: of its series, in order.
        closed: ids of windows that are drawn or set aside.
    """
    if not windows or moment < min(window.starts_at for window in windows):
        return None
    return next((window for window in windows if window.ends_at > moment and window.id not in closed), None)


def span_of(
    window: Window, series: Series, windows: Iterable[Window], closed: Collection[bytes]
) -> tuple[datetime, datetime] | None:
    """Give from when to when a record's moment lies that counts in a window and has not counted yet; None: no record's.

    The same rule as `window_of`, for asking a store.
    """
    every = of_series(series, windows)
    if window.id in closed or window not in every:
        return None
    before = [each.ends_at for each in every if each.id not in closed and drawing_order(each) < drawing_order(window)]
    since = max([min(each.starts_at for each in every), *before])
    return (since, window.ends_at) if since < window.ends_at else None


def middle_of(month: str) -> datetime:
    """Give the moment that the ratings of a month count by (5)."""
    return datetime(int(month[:4]), int(month[5:]), 15, 12, tzinfo=UTC)
