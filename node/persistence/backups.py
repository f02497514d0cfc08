"""What the node knows of its backups, and whether an erasure left something to be done outside of the store.

Source: DESIGN.md 6; TRUST.md i04.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Connection, SmallInteger, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.persistence.schema import Base, table_of


@dataclass(frozen=True)
class BackupState:
    """How the backups stand."""

    made_at: datetime | None = None  # of the last one
    size: int = 0
    is_due: bool = False  # destroyed keys are still in the log, or beside the backups


class BackupStateRow(Base):
    __tablename__ = "backup_state"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    size: Mapped[int] = mapped_column(BigInteger)
    is_due: Mapped[bool] = mapped_column(Boolean)


_STATE = table_of(BackupStateRow)


def find_state(connection: Connection) -> BackupState:
    """Read how the backups stand."""
    row = connection.execute(select(_STATE.c.made_at, _STATE.c.size, _STATE.c.is_due)).one_or_none()
    return BackupState() if row is None else BackupState(row.made_at, row.size, row.is_due)


def record_backup(connection: Connection, made_at: datetime, size: int) -> None:
    """Keep when the last backup was made, and its size."""
    _save(connection, made_at=made_at, size=size)


def set_due(connection: Connection, *, is_due: bool) -> None:
    """Keep whether destroyed keys are still to be removed outside of the store."""
    _save(connection, is_due=is_due)


def _save(connection: Connection, **values: object) -> None:
    if connection.execute(update(_STATE).values(**values)).rowcount == 0:
        connection.execute(insert(_STATE).values({"id": 1, "size": 0, "is_due": False} | values))
