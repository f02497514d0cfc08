"""Reporting windows: told by the hub, or the node's own where it has no hub.

1. A window that is known is never changed: the same one again does nothing, another one under its id is refused.
2. Two windows of one table never overlap. One that does is refused; but the node's own that are not drawn give way to
   the hub's, and so does a window that is not drawn where a restored hub opened the same one anew.
3. A node without a hub opens its own quarter by quarter, from the one of its first record on, ten years back at most.
   What it opens for the past is drawn days later: an import may still be on its way.

Source: node/domain/release.py; DESIGN.md 7; TRUST.md t06.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from common.disclosure.catalogue import TABLES
from common.errors import InvalidRequest
from common.ids import new_id
from common.wire.v1 import notice_pb2 as wire
from node.domain.release import OWN_K, ReportingWindow, check_window, own_quarters, own_tables
from node.persistence import counted, releases, reporting_windows
from node.persistence.membership import find_membership
from node.use_cases.notice_fields import MAX_ENTRIES, id_in, time_in

OWN_GO_BACK = timedelta(days=3_653)


def apply_window(connection: Connection, notice: wire.Notice, _: datetime) -> None:
    """Take a window that the hub opened (1, 2); raises InvalidRequest where it is not as the contract says."""
    told = notice.reporting_window
    window = ReportingWindow(
        id=id_in(told.window_id, "window_id"),
        starts_at=time_in(told.starts_at, "starts_at"),
        ends_at=time_in(told.ends_at, "ends_at"),
        tables=frozenset(told.tables[:MAX_ENTRIES]) & TABLES.keys(),
        k=told.k,
        release_by=time_in(told.release_by, "release_by"),
        told_at=time_in(notice.issued_at, "issued_at"),
    )
    check_window(window)
    held = reporting_windows.list_windows(connection)
    same = next((each for each in held if each.id == window.id), None)
    if same is not None:
        _check_same(same, window)
        return
    reporting_windows.remove_windows(connection, _giving_way(window, held, set(releases.list_states(connection))))
    reporting_windows.add_windows(connection, [window])


def open_own(connection: Connection, now: datetime) -> list[ReportingWindow]:
    """Open the windows of a node without a hub that are not there yet (3)."""
    if find_membership(connection) is not None:
        return []
    held = reporting_windows.list_windows(connection)
    first = min(now, counted.first_occurred_at(connection) or now)
    new = [
        ReportingWindow(new_id(now), start, end, own_tables(), OWN_K, None, now)
        for start, end in own_quarters(max(first, now - OWN_GO_BACK), now)
    ]
    made = [window for window in new if not any(window.overlaps(each) for each in held)]
    reporting_windows.add_windows(connection, made)
    return made


def _check_same(held: ReportingWindow, told: ReportingWindow) -> None:
    for name in ("starts_at", "ends_at", "tables", "k", "release_by"):
        if getattr(held, name) != getattr(told, name):
            raise InvalidRequest(f"{name}: this window was told of with another one, and a window is never changed")


def _giving_way(window: ReportingWindow, held: Sequence[ReportingWindow], drawn: set[bytes]) -> list[bytes]:
    """Give the windows that make room for a new one (2); raises InvalidRequest where one does not."""
    giving_way = []
    for each in held:
        if not (each.overlaps(window) and each.tables & window.tables):
            continue
        is_same = (each.starts_at, each.ends_at, each.tables) == (window.starts_at, window.ends_at, window.tables)
        if each.id not in drawn and (each.is_own or is_same):
            giving_way.append(each.id)
        elif not each.is_own:
            raise InvalidRequest(f"starts_at: this window overlaps {each.label}, which is for a table of it")
    return giving_way
