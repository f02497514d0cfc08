"""Reporting windows, each written once and never changed."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import CheckConstraint, Connection, Integer, LargeBinary, UniqueConstraint, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from hub.domain.reporting_window import ReportingWindow
from hub.persistence.schema import Base, table_of


class ReportingWindowRow(Base):
    __tablename__ = "reporting_window"
    __table_args__ = (
        CheckConstraint("length(id) = 16", name="id_length"),
        CheckConstraint("starts_at < ends_at AND ends_at <= release_by", name="order"),
        UniqueConstraint("starts_at", "ends_at", "tables"),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tables: Mapped[bytes] = mapped_column(LargeBinary)  # a byte each, ascending
    k: Mapped[int] = mapped_column(Integer)
    release_by: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)


TABLE = table_of(ReportingWindowRow)


def add_windows(connection: Connection, windows: Iterable[ReportingWindow]) -> None:
    """Store new windows."""
    rows = [vars(window) | {"tables": bytes(sorted(window.tables))} for window in windows]
    if rows:
        connection.execute(insert(TABLE), rows)


def list_windows(connection: Connection) -> list[ReportingWindow]:
    """List every window, by its end and then by its length, the shorter first."""
    query = select(TABLE).order_by(TABLE.c.ends_at, TABLE.c.starts_at.desc())
    return [
        ReportingWindow(
            id=bytes(row.id),
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            tables=frozenset(bytes(row.tables)),
            k=row.k,
            release_by=row.release_by,
            opened_at=row.opened_at,
        )
        for row in connection.execute(query)
    ]


def load_windows(connection: Connection, ids: Collection[bytes]) -> dict[bytes, ReportingWindow]:
    """Fetch those of these windows that the hub has opened."""
    return {window.id: window for window in list_windows(connection) if window.id in ids}
