"""The reporting windows that this node knows: the hub's, and the node's own. A window is never changed.

A window of the hub's is *clear* while the hub has answered lately, after the window's time to be drawn: only then is it
known that this database is no older than what the hub holds (node/domain/release.py, 5).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Connection,
    Integer,
    LargeBinary,
    Row,
    String,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.domain.release import DRAWN_AFTER, ReportingWindow, drawing_order
from node.persistence.schema import Base, table_of


class ReportingWindowRow(Base):
    __tablename__ = "reporting_window"
    __table_args__ = (
        CheckConstraint("length(id) = 16", name="id_length"),
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        CheckConstraint("k >= 2", name="k"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tables: Mapped[str] = mapped_column(String(200))  # wire TableKind, in order, with commas between
    k: Mapped[int] = mapped_column(Integer)
    release_by: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: the node's own
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)
    clear_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


_WINDOW = table_of(ReportingWindowRow)
CLEAR_FOR = timedelta(hours=2)  # no heartbeat is further from the next


def add_windows(connection: Connection, windows: Iterable[ReportingWindow]) -> None:
    """Store windows."""
    rows = [vars(each) | {"tables": ",".join(map(str, sorted(each.tables)))} for each in windows]
    if rows:
        connection.execute(insert(_WINDOW), rows)


def remove_windows(connection: Connection, ids: Iterable[bytes]) -> None:
    """Forget windows that were never drawn, and never will be."""
    connection.execute(delete(_WINDOW).where(_WINDOW.c.id.in_(list(ids))))


def list_windows(connection: Connection) -> list[ReportingWindow]:
    """List every window, in the order in which they are drawn."""
    return sorted(map(_window, connection.execute(select(_WINDOW))), key=drawing_order)


def list_clear(connection: Connection, now: datetime) -> set[bytes]:
    """Tell which windows are clear; the node's own always are."""
    lately = (_WINDOW.c.clear_at > now - CLEAR_FOR) & (_WINDOW.c.clear_at <= now)
    query = select(_WINDOW.c.id).where(_WINDOW.c.release_by.is_(None) | lately)
    return {bytes(id_) for id_ in connection.execute(query).scalars()}


def note_clear(connection: Connection, now: datetime) -> None:
    """Note that the hub answered, and is not ahead of this database."""
    drawn = Base.metadata.tables["drawn_release"]
    waits = ~select(drawn.c.window_id).where(drawn.c.window_id == _WINDOW.c.id).exists()
    come = _WINDOW.c.release_by.is_not(None) & (_WINDOW.c.ends_at <= now - DRAWN_AFTER)
    connection.execute(update(_WINDOW).where(come, waits).values(clear_at=now))


def _window(row: Row[Any]) -> ReportingWindow:
    return ReportingWindow(
        id=bytes(row.id),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        tables=frozenset(map(int, row.tables.split(","))),
        k=row.k,
        release_by=row.release_by,
        told_at=row.told_at,
    )
