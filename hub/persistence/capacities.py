"""Each agency's newest word on how many supporters it has."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, Integer, select
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from hub.persistence.bulk import BulkInsert
from hub.persistence.schema import Base, table_of


class CapacityRow(Base):
    __tablename__ = "supporter_capacity"

    agency_id: Mapped[bytes] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    designated: Mapped[int | None] = mapped_column(Integer)
    available: Mapped[int | None] = mapped_column(Integer)
    paused: Mapped[int | None] = mapped_column(Integer)
    trained_in_date: Mapped[int | None] = mapped_column(Integer)
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)


COUNTS = ("designated", "available", "paused", "trained_in_date")
_TABLE = table_of(CapacityRow)
_REPLACE = BulkInsert(_TABLE, "agency_id", *COUNTS, "told_at", replacing=["agency_id"])


def save_capacities(connection: Connection, told: Mapping[bytes, Mapping[str, Any]]) -> None:
    """Replace what these agencies said before."""
    rows = [(agency_id, *(row[name] for name in COUNTS), row["told_at"]) for agency_id, row in told.items()]
    _REPLACE.run(connection, rows)


def list_capacities(connection: Connection) -> Iterable[dict[str, Any]]:
    """List every agency's newest word."""
    return [dict(row._mapping) for row in connection.execute(select(_TABLE))]
