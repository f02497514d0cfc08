"""Counts taken in: each table of each agency and window once; and who holds back.

1. The window is one that this hub opened, and the table is one of its tables.
2. Its period is over, by the hub's clock.
3. An agency releases a table for a window once. A release is never corrected.
4. The table passes the checks of `hub.domain.table_release`.

What is held back is told as that, and not why: until the agency lifts it, or releases all the same.

Source: DESIGN.md 7; `report.proto`, TableRelease and ReleaseHold.
"""

from datetime import datetime

from sqlalchemy import Connection

from common.wire.v1.codes_pb2 import Outcome, ReleaseHoldState
from common.wire.v1.report_pb2 import Report
from hub.domain.agency import Sender
from hub.domain.reporting_window import ReportingWindow
from hub.domain.table_release import counts_of, packed, problem_of, unpacked
from hub.persistence import reporting_windows, table_releases
from hub.persistence.table_releases import StoredRelease
from hub.persistence.transaction import Transaction


class TableReleases:
    """The tables that a group of reports releases."""

    def __init__(self) -> None:
        self._connection: Connection | None = None
        self._windows: dict[bytes, ReportingWindow] = {}
        self._released: dict[tuple[bytes, bytes], dict[int, bytes]] = {}  # (window id, agency id) -> packed counts
        self._new: list[StoredRelease] = []

    def load(self, reports: list[Report], tx: Transaction) -> None:
        """Read the windows that are named."""
        self._connection = tx.connection
        named = {report.table_release.window_id for report in reports}
        self._windows = reporting_windows.load_windows(tx.connection, named)

    def apply(self, report: Report, sender: Sender, now: datetime) -> Outcome:
        """Take one table, or say why not (1 to 4)."""
        release = report.table_release
        window = self._windows.get(release.window_id)
        if window is None or release.table not in window.tables:  # 1
            return Outcome.OUTCOME_REFUSED_UNKNOWN_WINDOW
        if now < window.ends_at:  # 2
            return Outcome.OUTCOME_REFUSED_TIME
        before = self._released_before(window.id, sender.agency_id)
        if release.table in before:  # 3
            return Outcome.OUTCOME_REFUSED_DUPLICATE
        problem = problem_of(release, window, {kind: unpacked(counts) for kind, counts in before.items()})  # 4
        if problem is not None:
            return problem
        stored = packed(counts_of(release) or ())
        before[release.table] = stored
        self._new.append(
            StoredRelease(window.id, sender.agency_id, release.table, release.catalogue_version, stored, now)
        )
        return Outcome.OUTCOME_APPLIED

    def save(self, tx: Transaction) -> None:
        """Write them."""
        table_releases.add_releases(tx.connection, self._new)

    def _released_before(self, window_id: bytes, agency_id: bytes) -> dict[int, bytes]:
        key = (window_id, agency_id)
        if key not in self._released:
            assert self._connection is not None
            self._released[key] = table_releases.released_by(self._connection, *key)
        return self._released[key]


class ReleaseHolds:
    """What a group of reports says of holding back."""

    def __init__(self) -> None:
        self._known: frozenset[bytes] = frozenset()
        self._told: dict[tuple[bytes, bytes], bool] = {}  # (window id, agency id) -> held

    def load(self, reports: list[Report], tx: Transaction) -> None:
        """Read which of the windows that are named there are."""
        named = {report.release_hold.window_id for report in reports}
        self._known = frozenset(reporting_windows.load_windows(tx.connection, named))

    def apply(self, report: Report, sender: Sender, now: datetime) -> Outcome:
        """Take one agency's newest word on a window."""
        told = report.release_hold
        if told.window_id not in self._known:
            return Outcome.OUTCOME_REFUSED_UNKNOWN_WINDOW
        is_held = told.state == ReleaseHoldState.RELEASE_HOLD_STATE_HELD
        self._told[told.window_id, sender.agency_id] = is_held
        return Outcome.OUTCOME_APPLIED

    def save(self, tx: Transaction) -> None:
        """Write it."""
        table_releases.save_holds(tx.connection, self._told, tx.now)
