"""Editions: made of what agencies released, once for each window and set of new agencies, and then only read.

1. What is needed is read on a connection that only reads, the figures are worked out in a thread, and the result is
   written by one short command: the writer waits for nothing. What was read is audited first (release_audits.py).
2. Where several processes share a store, each may work one out. Whoever writes second finds it written.
3. A later edition of which nothing could be shown is not made: its agencies wait for further ones.
4. Windows come in the order of their ends, the shorter ones first: a quarter's figures go by those of its months.

Activation status never enters here: what is counted comes from releases alone.

Source: DESIGN.md 7.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from common.disclosure.cell import Window
from common.disclosure.relations import months_of
from common.wire.v1.codes_pb2 import TableKind
from hub.domain.contribution import contributions_of
from hub.domain.coverage import Coverage, Received, coverage, is_due
from hub.domain.edition import Part, State
from hub.domain.release_audit import Taken, linked_windows
from hub.domain.reporting_window import ReportingWindow
from hub.domain.rollup import make_part
from hub.domain.table_layout import layout_of
from hub.persistence import agencies, editions, reporting_windows, table_releases
from hub.persistence.transaction import Transaction

_TWO_WAY = TableKind.TABLE_KIND_SUPPORT_KIND_BY_INCIDENT_RELATED
_KIND = TableKind.TABLE_KIND_ENCOUNTERS_BY_SUPPORT_KIND

Due = tuple[bytes, frozenset[bytes]]  # window id, and the agencies that are new in its edition
Refused = Mapping[bytes, frozenset[bytes]]  # window id -> the new agencies of whom nothing could be shown


@dataclass(frozen=True)
class Draft:
    """What an edition is made of.

    Args:
        released: agency id -> wire TableKind -> packed counts, of the agencies that are new in it.
        disciplines: wire Discipline of each.
        months: the parts of the window's months with the same number; None where its contacts do not go by month.
    """

    window: ReportingWindow
    number: int
    released: Mapping[bytes, Mapping[int, bytes]]
    disciplines: Mapping[bytes, int]
    months: tuple[Part, ...] | None


@dataclass(frozen=True)
class Unaudited:
    """What came in for an edition, before the hub's audit.

    Args:
        linked: the windows that relations link to its window, itself among them.
        taken: what each agency that is new in it released for these windows.
        disciplines, months: as a draft has them.
    """

    window: ReportingWindow
    number: int
    linked: Sequence[Window]
    taken: Mapping[bytes, Sequence[Taken]]
    disciplines: Mapping[bytes, int]
    months: tuple[Part, ...] | None

    def without(self, left_out: Mapping[bytes, Collection[int]]) -> Draft:
        """Give what an edition is made of, without the tables that the audit left out of each agency."""
        released = {
            agency_id: {
                each.kind: each.counts
                for each in taken
                if each.window_id == self.window.id and each.kind not in left_out.get(agency_id, ())
            }
            for agency_id, taken in self.taken.items()
        }
        told = {agency_id: tables for agency_id, tables in released.items() if tables}
        return Draft(self.window, self.number, told, {each: self.disciplines[each] for each in told}, self.months)


def list_due(connection: Connection, now: datetime, refused: Refused) -> list[Due]:
    """List the windows of which an edition is due, in order (4), each with the agencies that are new in it."""
    everybody, received, found = agencies.list_agencies(connection), received_for(connection), list[Due]()
    for window in reporting_windows.list_windows(connection):
        came = received.get(window.id, Received())
        if is_due(window, came, everybody, now):
            new = frozenset(came.reporters) - frozenset(came.counted)
            if refused.get(window.id) != new:
                found.append((window.id, new))
    return found


def gather(connection: Connection, due: Due) -> Unaudited:
    """Read what an edition is to be made of."""
    window_id, new = due
    windows = reporting_windows.list_windows(connection)
    window = next(each for each in windows if each.id == window_id)
    linked = linked_windows(window.window, [each.window for each in windows])
    taken = table_releases.taken_for(connection, [each.id for each in linked])
    number = editions.part_count(connection, window_id) + 1
    return Unaudited(
        window,
        number,
        linked,
        {agency_id: taken[agency_id] for agency_id in new},
        {each.id: each.discipline for each in agencies.list_agencies(connection) if each.id in new},
        _months(connection, window, windows, number),
    )


def made(draft: Draft, now: datetime) -> Part | None:
    """Work an edition out; None when it is a later one of which nothing could be shown (3). Takes its time."""
    of = contributions_of(draft.released, draft.disciplines, layout_of(draft.window.tables))
    part = make_part(draft.window, draft.number, of, now, draft.months)
    shows = any((table.states == State.SHOWN).any() for table in part.tables.values())
    return part if shows or draft.number == 1 else None


def keep(part: Part, tx: Transaction, now: datetime) -> int:
    """Store an edition, unless another process did (2); tell how many were stored."""
    if editions.part_count(tx.connection, part.window_id) != part.number - 1:
        return 0
    editions.add_part(tx.connection, part)
    return 1


def received_for(connection: Connection) -> dict[bytes, Received]:
    """Give what came for each window."""
    reporters, holders = table_releases.reporters(connection), table_releases.holders(connection)
    newest, counted = table_releases.newest_receipts(connection), editions.counted_agencies(connection)
    left_out = table_releases.left_out(connection)
    return {
        id_: Received(
            reporters.get(id_, frozenset()) - _wholly(connection, id_, left_out.get(id_, {})),
            holders.get(id_, frozenset()),
            counted.get(id_, frozenset()),
            newest.get(id_),
            frozenset(left_out.get(id_, ())),
        )
        for id_ in reporters.keys() | holders.keys()
    }


def coverage_of(
    connection: Connection, windows: Collection[ReportingWindow], now: datetime
) -> dict[bytes, Mapping[bytes, Coverage]]:
    """Tell where each agency stands with each of these windows."""
    everybody, received = agencies.list_agencies(connection), received_for(connection)
    return {each.id: coverage(each, received.get(each.id, Received()), everybody, now) for each in windows}


def _wholly(connection: Connection, window_id: bytes, left_out: Mapping[bytes, Collection[int]]) -> frozenset[bytes]:
    """Give the agencies of which every table is left out."""
    released = {each: table_releases.released_by(connection, window_id, each).keys() for each in left_out}
    return frozenset(each for each, kinds in left_out.items() if released[each] <= set(kinds))


def _months(
    connection: Connection, window: ReportingWindow, windows: Collection[ReportingWindow], number: int
) -> tuple[Part, ...] | None:
    if _TWO_WAY not in window.tables or _KIND in window.tables:
        return None
    found = [each.id for each in months_of(window.window, [each.window for each in windows])]
    parts = editions.load_parts(connection, found)
    return tuple(part for id_ in found for part in parts.get(id_, ()) if part.number == number)
