"""Since when each supporter has had as many open check-ins as the agency's cap, or more: what a nudge goes by."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, ForeignKey, LargeBinary, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.persistence.schema import Base, table_of


class HighLoadRow(Base):
    __tablename__ = "high_load"

    supporter_id: Mapped[bytes] = mapped_column(LargeBinary, ForeignKey("supporter.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


_TABLE = table_of(HighLoadRow)


def keep_high_loads(connection: Connection, supporter_ids: Collection[bytes], now: datetime) -> None:
    """Store whose load is high now: who is new in it since now, who was in it as before, who is not, no more."""
    held = high_loads(connection)
    gone = [id_ for id_ in held if id_ not in supporter_ids]
    if gone:
        connection.execute(delete(_TABLE).where(_TABLE.c.supporter_id.in_(gone)))
    new = [{"supporter_id": id_, "since": now} for id_ in sorted(supporter_ids) if id_ not in held]
    if new:
        connection.execute(insert(_TABLE), new)


def high_loads(connection: Connection) -> dict[bytes, datetime]:
    """Give since when whose load has been high."""
    return {bytes(row.supporter_id): row.since for row in connection.execute(select(_TABLE))}
