"""What agencies released for each window, and what they hold back. A release is written once and never changed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Connection, ForeignKey, Index, Integer, LargeBinary, SmallInteger, func, select
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
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


@dataclass(frozen=True)
class StoredRelease:
    """One table of one agency, as it was taken in."""

    window_id: bytes
    agency_id: bytes
    kind: int  # wire TableKind
    catalogue_version: int
    counts: bytes
    received_at: datetime


_RELEASE, _HOLD = table_of(TableReleaseRow), table_of(ReleaseHoldRow)
_COLUMNS = ("window_id", "agency_id", "kind", "catalogue_version", "counts", "received_at")
_ADD = BulkInsert(_RELEASE, *_COLUMNS)
_HELD = ("window_id", "agency_id", "is_held", "changed_at")
_SAVE_HOLDS = BulkInsert(_HOLD, *_HELD, replacing=["window_id", "agency_id"])


def add_releases(connection: Connection, releases: Iterable[StoredRelease]) -> None:
    """Store new releases, by a bulk statement."""
    _ADD.run(connection, [tuple(getattr(each, name) for name in _COLUMNS) for each in releases])


def released_by(connection: Connection, window_id: bytes, agency_id: bytes) -> dict[int, bytes]:
    """Give the packed counts of each table that an agency released for a window."""
    query = select(_RELEASE.c.kind, _RELEASE.c.counts).where(
        _RELEASE.c.window_id == window_id, _RELEASE.c.agency_id == agency_id
    )
    return {row.kind: bytes(row.counts) for row in connection.execute(query)}


def released_for(connection: Connection, window_id: bytes) -> dict[bytes, dict[int, bytes]]:
    """Give the packed counts of each table that each agency released for a window."""
    query = select(_RELEASE.c.agency_id, _RELEASE.c.kind, _RELEASE.c.counts).where(_RELEASE.c.window_id == window_id)
    found: dict[bytes, dict[int, bytes]] = defaultdict(dict)
    for agency_id, kind, counts in connection.execute(query):
        found[bytes(agency_id)][kind] = bytes(counts)
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
