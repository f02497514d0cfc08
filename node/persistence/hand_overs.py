"""Shift hand-overs: who gave which check-ins to whom, and when. Ids and times alone; nothing here is sealed."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Connection, ForeignKey, Integer, LargeBinary, Row, insert, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.domain.hand_over import HandOver
from node.persistence.schema import Base, table_of


class HandOverRow(Base):
    __tablename__ = "hand_over"
    __table_args__ = (
        CheckConstraint("length(id) = 16", name="id_length"),
        CheckConstraint("from_supporter <> to_supporter", name="to_another"),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    from_supporter: Mapped[bytes] = mapped_column(LargeBinary, ForeignKey("supporter.id"), index=True)
    to_supporter: Mapped[bytes] = mapped_column(LargeBinary, ForeignKey("supporter.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    by_user: Mapped[bytes] = mapped_column(LargeBinary)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class HandOverItemRow(Base):
    __tablename__ = "hand_over_item"

    hand_over_id: Mapped[bytes] = mapped_column(LargeBinary, ForeignKey("hand_over.id"), primary_key=True)
    follow_up_id: Mapped[bytes] = mapped_column(LargeBinary, ForeignKey("local_follow_up.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)  # that the check-in got by it


_TABLE, _ITEM = table_of(HandOverRow), table_of(HandOverItemRow)


def add_hand_over(connection: Connection, hand_over: HandOver) -> None:
    """Store one, with its items."""
    row = {name: value for name, value in vars(hand_over).items() if name != "items"}
    connection.execute(insert(_TABLE), row)
    items = [{"hand_over_id": hand_over.id, "follow_up_id": id_, "version": v} for id_, v in hand_over.items]
    connection.execute(insert(_ITEM), items)


def mark_undone(connection: Connection, hand_over_id: bytes, now: datetime) -> None:
    """Store that one was undone."""
    connection.execute(update(_TABLE).where(_TABLE.c.id == hand_over_id).values(undone_at=now))


def list_hand_overs(connection: Connection, since: datetime, supporter_id: bytes | None = None) -> list[HandOver]:
    """List hand-overs since a time, the newest first; those that a supporter gave or got, or all."""
    query = select(_TABLE).where(_TABLE.c.at >= since)
    if supporter_id is not None:
        query = query.where(or_(_TABLE.c.from_supporter == supporter_id, _TABLE.c.to_supporter == supporter_id))
    rows = connection.execute(query.order_by(_TABLE.c.at.desc(), _TABLE.c.id.desc())).all()
    items: dict[bytes, list[tuple[bytes, int]]] = {bytes(row.id): [] for row in rows}
    held = select(_ITEM).where(_ITEM.c.hand_over_id.in_(list(items))).order_by(_ITEM.c.follow_up_id)
    for item in connection.execute(held):
        items[bytes(item.hand_over_id)].append((bytes(item.follow_up_id), item.version))
    return [_hand_over(row, items[bytes(row.id)]) for row in rows]


def _hand_over(row: Row[Any], items: list[tuple[bytes, int]]) -> HandOver:
    ids = (bytes(row.id), bytes(row.from_supporter), bytes(row.to_supporter))
    return HandOver(*ids, row.at, bytes(row.by_user), tuple(items), row.undone_at)
