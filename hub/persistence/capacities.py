"""Each agency's newest word on how many supporters it has."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, Integer, bindparam, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
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
_DELETE = delete(_TABLE).where(_TABLE.c.agency_id == bindparam("b_agency"))


def save_capacities(connection: Connection, told: Mapping[bytes, Mapping[str, Any]]) -> None:
    """Replace what these agencies said before."""
    if told:
        connection.execute(_DELETE, [{"b_agency": agency_id} for agency_id in told])
        connection.execute(insert(_TABLE), [{"agency_id": agency_id, **row} for agency_id, row in told.items()])


def list_capacities(connection: Connection) -> Iterable[dict[str, Any]]:
    """List every agency's newest word."""
    return [dict(row._mapping) for row in connection.execute(select(_TABLE))]
