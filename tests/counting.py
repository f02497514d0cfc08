"""A hub's region that counts: agencies by discipline, reporting windows, and what each agency releases for them."""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from common.agreement.encoding import encode_terms
from common.agreement.terms import DEFAULT_TERMS, Terms
from common.disclosure.catalogue import TABLES, VERSION
from common.storage.store import Store
from common.wire.times import timestamp
from common.wire.v1.codes_pb2 import Outcome, TableKind
from common.wire.v1.report_pb2 import ReleaseHold, Report, TableCell, TableRelease
from hub.domain.agency import Agency
from hub.domain.agreement import Agreement
from hub.domain.reporting_window import ReportingWindow
from hub.persistence import agencies, agreements, region, reporting_windows
from hub.use_cases.reporting_windows import open_running
from tests.builders import NOON, TRUST_DOMAIN, agency
from tests.incident_region import Region

MODES: int = TableKind.TABLE_KIND_ENCOUNTERS_BY_MODE
RATINGS: int = TableKind.TABLE_KIND_FEEDBACK_RATINGS
OUTCOMES: int = TableKind.TABLE_KIND_FOLLOW_UPS_BY_OUTCOME
CAPACITY: int = TableKind.TABLE_KIND_SUPPORTER_CAPACITY
FIRST_DAY = datetime(2026, 10, 1, tzinfo=UTC)


def release(
    window_id: bytes, table: int, counts: list[int | None], *, at: datetime = NOON, zeros_withheld: bool = False
) -> Report:
    """A report that releases a table: its counts in the order of its places, None for withheld."""
    cells = [
        TableCell(row=row, column=column, count=count)
        for (row, column), count in zip(TABLES[table].places(), counts, strict=True)
    ]
    told = TableRelease(
        window_id=window_id,
        table=table,  # type: ignore[arg-type]
        catalogue_version=VERSION,
        cells=cells,
        zeros_withheld=zeros_withheld,
    )
    return Report(command_id=os.urandom(16), occurred_at=timestamp(at), table_release=told)


def hold(window_id: bytes, state: str = "held") -> Report:
    """A report that an agency holds back for a window, or lets go again."""
    told = ReleaseHold(window_id=window_id, state=f"RELEASE_HOLD_STATE_{state.upper()}")
    return Report(command_id=os.urandom(16), occurred_at=timestamp(NOON), release_hold=told)


def with_total(*rows: int | None, total: int | None = None) -> list[int | None]:
    """The counts of a one-way table: its total, then its rows."""
    return [sum(row or 0 for row in rows) if total is None else total, *rows]


class Counting(Region):
    """A region under an agreement, in its first quarter."""

    def __init__(
        self,
        store: Store,
        disciplines: Mapping[int, int],
        terms: Terms = DEFAULT_TERMS,
        *,
        is_founded: bool = False,
        first_day: datetime = FIRST_DAY,
    ) -> None:
        """Begin on the quarter's first day.

        Args:
            disciplines: how many agencies of each wire Discipline there are.
            is_founded: the store is a hub's, and has its region.
        """
        super().__init__(store, 0)
        self.now = first_day
        if not is_founded:
            with store.begin() as connection:
                region.add_region(connection, region.Region(TRUST_DOMAIN, "Ridgeline Region", 1, self.now))
        for discipline, count in disciplines.items():
            for number in range(count):
                self.join(f"agency-{discipline}-{number}", discipline)
        self.agree(terms, 1)
        self.write(open_running)

    def agree(self, terms: Terms, version: int) -> None:
        """Have a version of the agreement hold from now on."""
        agreement = Agreement(b"a" * 16, version, "Regional agreement", encode_terms(terms), terms, self.now, self.now)
        with self.store.begin() as connection:
            agreements.add_agreement(connection, agreement)

    def join(self, slug: str, discipline: int) -> Agency:
        """Add an agency that has joined."""
        new = agency(slug, discipline=discipline, created_at=self.now)
        with self.store.begin() as connection:
            agencies.add_agency(connection, new)
        self.agencies.append(new)
        return new

    def windows(self) -> list[ReportingWindow]:
        with self.store.read() as connection:
            return reporting_windows.list_windows(connection)

    @property
    def month(self) -> ReportingWindow:
        return next(each for each in self.windows() if CAPACITY in each.tables)

    @property
    def quarter(self) -> ReportingWindow:
        return next(each for each in self.windows() if RATINGS in each.tables)

    def only(self, window: ReportingWindow, *tables: int) -> ReportingWindow:
        """A window as it would be with these tables alone."""
        return replace(window, tables=frozenset(tables))

    def releases(
        self, by: Agency, window: ReportingWindow, table: int, counts: list[int | None], *, zeros_withheld: bool = False
    ) -> Outcome:
        """Have an agency release one table."""
        [outcome] = self.report(by, release(window.id, table, counts, at=self.now, zeros_withheld=zeros_withheld))
        return outcome

    def past(self, window: ReportingWindow) -> ReportingWindow:
        """Let a window's period end."""
        self.now = max(self.now, window.ends_at)
        return window
