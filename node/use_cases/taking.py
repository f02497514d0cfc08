"""Takes the true counts of a window from the records, and tells what it counted. Reads only.

1. Records are opened in batches, each checked against the trail. One that cannot be believed does not count, and is
   told of; when it is mended it counts in a later window. One that was erased before it counted does not count.
2. Capacity is the roster's at the window's end.

Source: node/domain/counting.py, node/domain/true_counts.py.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from common.disclosure.relations import months_of
from common.wire.v1.codes_pb2 import TableKind
from node.domain.counting import CARRIED, TABLES_OF, Series, middle_of, span_of
from node.domain.encounter import Encounter
from node.domain.local_follow_up import LocalFollowUp
from node.domain.release import Release, ReportingWindow
from node.domain.supporter import Supporter, capacity_of
from node.domain.true_counts import (
    OF_CONTACTS,
    Counts,
    count_capacity,
    count_contacts,
    count_due,
    count_ended,
    count_ratings,
    is_over,
    row_of_due,
)
from node.persistence import counted, encounters, feedback, local_follow_ups, releases, reporting_windows, supporters
from node.persistence.bodies import Flagged
from node.vault.vault import Vault

BATCH = 500  # records opened at a time
_INSTANT = timedelta(microseconds=1)
_NOT_ITS_MONTHS = "the months of this period were not all counted here, so that a difference would be told"
Told = Callable[[int, int], None]


@dataclass
class Taken:
    """The true counts of a window.

    Args:
        counted: the records that counted, by series.
        carried: of a month, what its quarter needs.
        refused: tables that cannot be counted for this window, with the reason.
        flagged: records that could not be believed.
    """

    counts: Counts = field(default_factory=dict)
    counted: dict[Series, list[bytes]] = field(default_factory=dict)
    carried: Counts = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    flagged: int = 0


@dataclass(frozen=True)
class Taker:
    """One read of the store, for one window."""

    connection: Connection
    vault: Vault
    zone: ZoneInfo
    window: ReportingWindow
    windows: Sequence[ReportingWindow]
    states: Mapping[bytes, Release]
    now: datetime
    told: Told

    def take(self) -> Taken:
        """Take every count of the window."""
        taken = Taken()
        self._contacts(taken)
        if self.window.tables & TABLES_OF[Series.ENDED]:
            self._ended(taken)
        if self.window.tables & TABLES_OF[Series.FELL_DUE]:
            self._due(taken)
        if self.window.tables & TABLES_OF[Series.RATINGS]:
            self._ratings(taken)
        if TableKind.TABLE_KIND_SUPPORTER_CAPACITY in self.window.tables:
            self._capacity(taken)
        return taken

    def _contacts(self, taken: Taken) -> None:
        wanted = self.window.tables & OF_CONTACTS
        if self.window.tables & TABLES_OF[Series.CONTACTS]:
            self._own_contacts(taken, wanted)
        elif wanted:
            self._contacts_of_months(taken, wanted)

    def _own_contacts(self, taken: Taken, wanted: frozenset[int]) -> None:
        found = self._opened_contacts(self._to_count(self.window), taken)
        taken.counted[Series.CONTACTS] = list(found)
        roster = counted.count_members(self.connection)
        for kind in sorted(wanted | CARRIED):
            counts = count_contacts(self.window.id, kind, found.values(), roster)
            (taken.counts if kind in wanted else taken.carried).update(counts)

    def _contacts_of_months(self, taken: Taken, wanted: frozenset[int]) -> None:
        """Count what the months of a quarter counted, or would count now (counting.py, 4)."""
        months = [each for each in self.windows if each in months_of(self.window, self.windows)]
        stored = releases.list_releases(self.connection, self.vault)
        closed = [stored.get(each.id) for each in months if each.id in self.states]
        carried = [each.kept.carried for each in closed if each is not None and not isinstance(each.kept, Flagged)]
        if not months or len(carried) < len(closed):
            taken.refused |= dict.fromkeys(wanted, _NOT_ITS_MONTHS)
            return
        coming = [id_ for each in months if each.id not in self.states for id_ in self._to_count(each)]
        ids = counted.list_counted(self.connection, Series.CONTACTS, [each.id for each in months])
        found = self._opened_contacts(coming, taken)
        reached = list(found.values())
        if TableKind.TABLE_KIND_PARTICIPATION in wanted:
            reached += self._opened_contacts(ids, taken).values()
        roster = counted.count_members(self.connection)
        for kind in sorted(wanted):
            is_carried = kind in CARRIED
            counts = count_contacts(self.window.id, kind, found.values() if is_carried else reached, roster)
            for cell, count in ((cell, count) for of in carried for cell, count in of.items()):
                if cell.table == kind:
                    counts[cell._replace(window=self.window.id)] += count
            taken.counts |= counts

    def _opened_contacts(self, ids: Sequence[bytes], taken: Taken) -> dict[bytes, Encounter]:
        found = dict[bytes, Encounter]()
        for first in range(0, len(ids), BATCH):
            for each in encounters.find_encounters(self.connection, self.vault, ids[first : first + BATCH]):
                if isinstance(each.encounter, Flagged):
                    taken.flagged += not each.encounter.is_erased
                else:
                    found[each.id] = each.encounter
            self.told(min(first + BATCH, len(ids)), len(ids))
        return found

    def _to_count(self, window: ReportingWindow) -> list[bytes]:
        span = span_of(window, Series.CONTACTS, self.windows, self.states.keys())
        return [] if span is None else counted.contacts_to_count(self.connection, *span)

    def _ended(self, taken: Taken) -> None:
        span = span_of(self.window, Series.ENDED, self.windows, self.states.keys())
        ids = [] if span is None else counted.ended_to_count(self.connection)
        found = [
            each
            for each in self._opened(ids, taken)
            if span is not None and each.ended_at is not None and span[0] <= each.ended_at < span[1]
        ]
        taken.counted[Series.ENDED] = [each.id for each in found]
        taken.counts |= count_ended(self.window.id, found)

    def _due(self, taken: Taken) -> None:
        span = span_of(self.window, Series.FELL_DUE, self.windows, self.states.keys())
        ids = [] if span is None else counted.due_to_count(self.connection, *span)
        over = (each for each in self._opened(ids, taken) if is_over(each, self.now))
        found = [each for each in over if row_of_due(each) is not None]
        taken.counted[Series.FELL_DUE] = [each.id for each in found]
        taken.counts |= count_due(self.window.id, found)

    def _ratings(self, taken: Taken) -> None:
        span = span_of(self.window, Series.RATINGS, self.windows, self.states.keys())
        given = feedback.list_counts(self.connection)
        within = [month for month in given if span is not None and span[0] <= middle_of(month) < span[1]]
        months = counted.months_to_count(self.connection, within)
        taken.counted[Series.RATINGS] = [month.encode() for month in months]
        ratings = {rating: sum(given[month][rating] for month in months) for rating in range(1, 6)}
        taken.counts |= count_ratings(self.window.id, ratings)

    def _capacity(self, taken: Taken) -> None:
        """Count the roster as it was at the window's end (2)."""
        at = min(self.window.ends_at - _INSTANT, self.now)
        stored = supporters.list_supporters(self.connection, self.vault)
        roster = [each.supporter for each in stored if isinstance(each.supporter, Supporter)]
        taken.flagged += sum(isinstance(s.supporter, Flagged) and not s.supporter.is_erased for s in stored)
        capacity = capacity_of(roster, at, at.astimezone(self.zone).date())
        taken.counts |= count_capacity(self.window.id, capacity)

    def _opened(self, ids: Sequence[bytes], taken: Taken) -> list[LocalFollowUp]:
        found = list[LocalFollowUp]()
        for first in range(0, len(ids), BATCH):
            some = local_follow_ups.find_follow_ups(self.connection, self.vault, ids[first : first + BATCH])
            for each in some.values():
                if isinstance(each.follow_up, Flagged):
                    taken.flagged += not each.follow_up.is_erased
                else:
                    found.append(each.follow_up)
        return found


def taker(
    connection: Connection, vault: Vault, zone: ZoneInfo, window: ReportingWindow, now: datetime, told: Told
) -> Taker:
    """Give what takes a window's counts, as the store is now."""
    windows = reporting_windows.list_windows(connection)
    return Taker(connection, vault, zone, window, windows, releases.list_states(connection), now, told)
