"""What agencies released for each window, what they hold back, and what is left out of the region's figures.

A release is written once and never changed; that it is left out, too.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Boolean,
    Connection,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    func,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from hub.domain.release_audit import Taken
from hub.persistence.bulk import BulkInsert
from hub.persistence.schema import Base, table_of


class TableReleaseRow(Base):
    __tablename__ = "table_release"
    __table_args__ = (Index(None, "window_id", "received_at"),)

    window_id: Mapped[bytes] = mapped_column(ForeignKey("reporting_window.id"), primary_key=True)
    agency_id: Mapped[bytes] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    kind: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)  # wire TableKind
    catalogue_version: Mapped[int] = mapped_column(Integer)
    counts: Mapped[bytes] = mapped_column(LargeBinary)  # `hub.domain.table_release.packed`
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReleaseHoldRow(Base):
    __tablename__ = "release_hold"

    window_id: Mapped[bytes] = mapped_column(ForeignKey("reporting_window.id"), primary_key=True)
    agency_id: Mapped[bytes] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    is_held: Mapped[bool] = mapped_column(Boolean)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TableLeftOutRow(Base):
    __tablename__ = "table_left_out"
    __table_args__ = (
        ForeignKeyConstraint(
            ["window_id", "agency_id", "kind"],
            ["table_release.window_id", "table_release.agency_id", "table_release.kind"],
        ),
    )

    window_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    agency_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    kind: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)  # wire TableKind
    left_out_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class StoredRelease:
    """One table of one agency, as it was taken in."""

    window_id: bytes
    agency_id: bytes
    kind: int  # wire TableKind
    catalogue_version: int
    counts: bytes
    received_at: datetime


_RELEASE, _HOLD, _LEFT_OUT = table_of(TableReleaseRow), table_of(ReleaseHoldRow), table_of(TableLeftOutRow)
_COLUMNS = ("window_id", "agency_id", "kind", "catalogue_version", "counts", "received_at")
_ADD = BulkInsert(_RELEASE, *_COLUMNS)
_HELD = ("window_id", "agency_id", "is_held", "changed_at")
_SAVE_HOLDS = BulkInsert(_HOLD, *_HELD, replacing=["window_id", "agency_id"])
_LEAVE_OUT = BulkInsert(_LEFT_OUT, "window_id", "agency_id", "kind", "left_out_at")


def add_releases(connection: Connection, releases: Iterable[StoredRelease]) -> None:
    """Store new releases, by a bulk statement."""
    _ADD.run(connection, [tuple(getattr(each, name) for name in _COLUMNS) for each in releases])


def released_by(connection: Connection, window_id: bytes, agency_id: bytes) -> dict[int, bytes]:
    """Give the packed counts of each table that an agency released for a window."""
    query = select(_RELEASE.c.kind, _RELEASE.c.counts).where(
        _RELEASE.c.window_id == window_id, _RELEASE.c.agency_id == agency_id
    )
    return {row.kind: bytes(row.counts) for row in connection.execute(query)}


def taken_for(connection: Connection, window_ids: Collection[bytes]) -> dict[bytes, list[Taken]]:
    """Give each agency's tables for these windows, without those that are left out."""
    query = select(
        _RELEASE.c.agency_id, _RELEASE.c.window_id, _RELEASE.c.kind, _RELEASE.c.counts, _RELEASE.c.received_at
    ).where(_RELEASE.c.window_id.in_(window_ids))
    out, found = left_out(connection), defaultdict[bytes, list[Taken]](list)
    for row in connection.execute(query):
        window_id, agency_id = bytes(row.window_id), bytes(row.agency_id)
        if row.kind not in out.get(window_id, {}).get(agency_id, ()):
            found[agency_id].append(Taken(window_id, row.kind, bytes(row.counts), row.received_at))
    return found


def reporters(connection: Connection) -> dict[bytes, frozenset[bytes]]:
    """Give which agencies released something for each window."""
    query = select(_RELEASE.c.window_id, _RELEASE.c.agency_id).distinct()
    found: dict[bytes, set[bytes]] = defaultdict(set)
    for window_id, agency_id in connection.execute(query):
        found[bytes(window_id)].add(bytes(agency_id))
    return {window_id: frozenset(agencies) for window_id, agencies in found.items()}


def newest_receipts(connection: Connection) -> dict[bytes, datetime]:
    """Give when the newest release for each window came."""
    query = select(_RELEASE.c.window_id, func.max(_RELEASE.c.received_at).label("at")).group_by(_RELEASE.c.window_id)
    return {bytes(row.window_id): row.at for row in connection.execute(query)}


def save_holds(connection: Connection, holds: Mapping[tuple[bytes, bytes], bool], now: datetime) -> None:
    """Replace what these agencies said of these windows before, by (window id, agency id)."""
    _SAVE_HOLDS.run(connection, [(*key, is_held, now) for key, is_held in holds.items()])


def holders(connection: Connection) -> dict[bytes, frozenset[bytes]]:
    """Give which agencies hold back what they would release for each window."""
    query = select(_HOLD.c.window_id, _HOLD.c.agency_id).where(_HOLD.c.is_held)
    found: dict[bytes, set[bytes]] = defaultdict(set)
    for window_id, agency_id in connection.execute(query):
        found[bytes(window_id)].add(bytes(agency_id))
    return {window_id: frozenset(agencies) for window_id, agencies in found.items()}


def leave_out(connection: Connection, window_id: bytes, kinds: Mapping[bytes, Collection[int]], now: datetime) -> None:
    """Leave tables of these agencies out of the region's figures of a window from now on."""
    rows = [(window_id, agency_id, kind, now) for agency_id, each in kinds.items() for kind in sorted(each)]
    _LEAVE_OUT.run(connection, rows)


def left_out(connection: Connection) -> dict[bytes, dict[bytes, frozenset[int]]]:
    """Give the tables that are left out, by window and agency."""
    found: dict[bytes, dict[bytes, frozenset[int]]] = defaultdict(lambda: defaultdict(frozenset))
    for row in connection.execute(select(_LEFT_OUT.c.window_id, _LEFT_OUT.c.agency_id, _LEFT_OUT.c.kind)):
        found[bytes(row.window_id)][bytes(row.agency_id)] |= {row.kind}
    return found
