"""Whom the hub tells that something waits on their queue, and what is to be told."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, Connection, LargeBinary, String, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from common.notify.preference import Preference, preference_of
from common.notify.queue import declare_queue
from hub.persistence.schema import Base, table_of

QUEUE = declare_queue(Base.metadata)


class NoticeRecipientRow(Base):
    __tablename__ = "notice_recipient"

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    time_zone: Mapped[str] = mapped_column(String(64))
    chosen: Mapped[dict[str, Any]] = mapped_column(JSON)


@dataclass(frozen=True)
class Recipient:
    """A regional or state coordinator, as far as telling goes."""

    id: bytes
    name: str
    time_zone: str
    chosen: Preference

    @property
    def zone(self) -> ZoneInfo:
        """The clocks that times are said by, and quiet hours go by."""
        return ZoneInfo(self.time_zone)


_TABLE = table_of(NoticeRecipientRow)


def save_recipient(connection: Connection, recipient: Recipient) -> None:
    """Store whom to tell, in place of the one of that name."""
    remove_recipient(connection, recipient.name)
    connection.execute(insert(_TABLE), vars(recipient) | {"chosen": recipient.chosen.to_json()})


def remove_recipient(connection: Connection, name: str) -> int:
    """Tell somebody no more; gives how many there were."""
    return connection.execute(delete(_TABLE).where(_TABLE.c.name == name)).rowcount


def list_recipients(connection: Connection) -> list[Recipient]:
    """List whom to tell, by name."""
    rows = connection.execute(select(_TABLE).order_by(_TABLE.c.name))
    return [Recipient(bytes(row.id), row.name, row.time_zone, preference_of(row.chosen)) for row in rows]
