"""How long each class of record is kept, and the legal holds.

Source: DESIGN.md 6, "At rest".
"""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import CheckConstraint, Connection, Integer, LargeBinary, String, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.domain.retention import Hold, HoldReason, HoldScope, RecordClass
from node.persistence.schema import Base, table_of


class RetentionRuleRow(Base):
    __tablename__ = "retention_rule"
    __table_args__ = (CheckConstraint("days >= 1", name="days"),)

    record_class: Mapped[str] = mapped_column(String(40), primary_key=True)
    days: Mapped[int] = mapped_column(Integer)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LegalHoldRow(Base):
    __tablename__ = "legal_hold"
    __table_args__ = (
        CheckConstraint("length(id) = 16", name="id_length"),
        CheckConstraint("(subject_id IS NULL) = (scope = 'everything')", name="subject_or_everything"),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    scope: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(String(40))
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    placed_by: Mapped[str] = mapped_column(String(200))
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lifted_by: Mapped[str | None] = mapped_column(String(200))


_RULE, _HOLD = table_of(RetentionRuleRow), table_of(LegalHoldRow)


def list_rules(connection: Connection) -> dict[RecordClass, int]:
    """Tell of each class that has a rule how many days it is kept."""
    rows = connection.execute(select(_RULE.c.record_class, _RULE.c.days).order_by(_RULE.c.record_class))
    return {RecordClass(name): days for name, days in rows}


def set_rule(connection: Connection, record_class: RecordClass, days: int | None, now: datetime) -> None:
    """Set how long a class is kept; None: for ever."""
    connection.execute(delete(_RULE).where(_RULE.c.record_class == record_class.value))
    if days is not None:
        connection.execute(insert(_RULE), {"record_class": record_class.value, "days": days, "set_at": now})


def add_hold(connection: Connection, hold: Hold) -> None:
    """Store a hold."""
    connection.execute(insert(_HOLD), asdict(hold) | {"scope": hold.scope.value, "reason": hold.reason.value})


def lift_hold(connection: Connection, hold_id: bytes, by: str, now: datetime) -> None:
    """Store that a hold is lifted."""
    connection.execute(update(_HOLD).where(_HOLD.c.id == hold_id).values(lifted_at=now, lifted_by=by))


def list_holds(connection: Connection, *, in_force: bool) -> list[Hold]:
    """List the holds in the order in which they were placed: those in force, or all."""
    query = select(_HOLD).order_by(_HOLD.c.placed_at, _HOLD.c.id)
    if in_force:
        query = query.where(_HOLD.c.lifted_at.is_(None))
    return [
        Hold(**(dict(row._mapping) | {"scope": HoldScope(row.scope), "reason": HoldReason(row.reason)}))
        for row in connection.execute(query)
    ]
