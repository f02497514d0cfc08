"""The agency's mailbox as it arrived: every notice, also those that this version cannot act on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Connection, LargeBinary, Row, String, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.persistence.schema import Base, table_of


class NoticeRow(Base):
    __tablename__ = "notice"
    __table_args__ = (CheckConstraint("cursor >= 1", name="cursor_from_1"),)

    hub_epoch: Mapped[int] = mapped_column(BigInteger, primary_key=True)  # a restored hub numbers some notices again
    cursor: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    notice_id: Mapped[bytes] = mapped_column(LargeBinary)
    kind: Mapped[str] = mapped_column(String(40))  # of the contract's oneof; `unknown` when a newer hub's
    body: Mapped[bytes] = mapped_column(LargeBinary)
    is_applied: Mapped[bool] = mapped_column(Boolean)  # false: stored and skipped
    issued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # hub clock
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class StoredNotice:
    """One notice of the mailbox."""

    hub_epoch: int
    cursor: int
    notice_id: bytes
    kind: str
    body: bytes
    is_applied: bool
    issued_at: datetime | None
    received_at: datetime


TABLE = table_of(NoticeRow)


def add_notice(connection: Connection, notice: StoredNotice) -> None:
    """Store a notice."""
    connection.execute(insert(TABLE), vars(notice))


def list_notices(connection: Connection, after: int = 0, limit: int = 500) -> list[StoredNotice]:
    """List notices in the order of the mailbox."""
    query = select(TABLE).where(TABLE.c.cursor > after).order_by(TABLE.c.hub_epoch, TABLE.c.cursor).limit(limit)
    return [_notice(row) for row in connection.execute(query)]


def _notice(row: Row[Any]) -> StoredNotice:
    return StoredNotice(
        hub_epoch=row.hub_epoch,
        cursor=row.cursor,
        notice_id=bytes(row.notice_id),
        kind=row.kind,
        body=bytes(row.body),
        is_applied=row.is_applied,
        issued_at=row.issued_at,
        received_at=row.received_at,
    )
