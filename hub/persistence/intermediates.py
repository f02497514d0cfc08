"""The region's intermediates and their phases. Their keys are files."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from common.errors import NotFound, WrongState
from common.storage.columns import UtcDateTime
from hub.domain.credential import Intermediate, Phase
from hub.persistence.schema import Base, table_of


class IntermediateRow(Base):
    __tablename__ = "intermediate"
    __table_args__ = (
        CheckConstraint("phase IN ('prepared','active','retiring','retired')", name="phase"),
        Index(
            "uq_intermediate_active",
            "phase",
            unique=True,
            sqlite_where=text("phase = 'active'"),
            postgresql_where=text("phase = 'active'"),
        ),
    )

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    certificate: Mapped[bytes] = mapped_column(LargeBinary)
    phase: Mapped[str] = mapped_column(String(16))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


TABLE = table_of(IntermediateRow)


def add_intermediate(connection: Connection, intermediate: Intermediate) -> None:
    """Store a new intermediate."""
    connection.execute(
        insert(IntermediateRow),
        {
            "number": intermediate.number,
            "certificate": intermediate.certificate,
            "phase": intermediate.phase.value,
            "changed_at": intermediate.changed_at,
        },
    )


def list_intermediates(connection: Connection) -> list[Intermediate]:
    """List every intermediate, the oldest first."""
    return [_intermediate(row) for row in connection.execute(select(TABLE).order_by(IntermediateRow.number))]


def get_intermediate(connection: Connection, number: int) -> Intermediate:
    """Fetch an intermediate, or raise NotFound."""
    row = connection.execute(select(TABLE).where(IntermediateRow.number == number)).one_or_none()
    if row is None:
        raise NotFound(f"there is no intermediate {number} here")
    return _intermediate(row)


def get_active_intermediate(connection: Connection) -> Intermediate:
    """Fetch the one that issues, or raise WrongState."""
    row = connection.execute(select(TABLE).where(IntermediateRow.phase == Phase.ACTIVE.value)).one_or_none()
    if row is None:
        raise WrongState("no intermediate is active: `holdfast hub doctor` says what to do")
    return _intermediate(row)


def find_in_phase(connection: Connection, phase: Phase) -> Intermediate | None:
    """Fetch the newest intermediate in a phase."""
    statement = select(TABLE).where(IntermediateRow.phase == phase.value).order_by(IntermediateRow.number.desc())
    row = connection.execute(statement.limit(1)).one_or_none()
    return None if row is None else _intermediate(row)


def set_phase(connection: Connection, number: int, phase: Phase, now: datetime) -> None:
    """Move an intermediate to another phase."""
    statement = update(IntermediateRow).where(IntermediateRow.number == number)
    connection.execute(statement.values(phase=phase.value, changed_at=now))


def _intermediate(row: Row[Any]) -> Intermediate:
    return Intermediate(
        number=row.number, certificate=bytes(row.certificate), phase=Phase(row.phase), changed_at=row.changed_at
    )
