"""The on-call rota: weekly turns and changes. Users' ids and times, nothing of anybody's record."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import CheckConstraint, Connection, LargeBinary, SmallInteger, String, delete, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from common.ids import ID_LENGTH, new_id
from common.storage.columns import UtcDateTime
from node.domain.rota import Change, Duty, Rota, Weekly
from node.persistence.schema import Base, table_of

_DUTIES = ",".join(f"'{duty.value}'" for duty in Duty)


class TurnRow(Base):
    __tablename__ = "rota_turn"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint(f"duty IN ({_DUTIES})", name="duty"),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    weekday: Mapped[int] = mapped_column(SmallInteger)
    starts: Mapped[str] = mapped_column(String(5))  # HH:MM by the agency's clocks
    ends: Mapped[str] = mapped_column(String(5))
    duty: Mapped[str] = mapped_column(String(8))
    user_id: Mapped[bytes] = mapped_column(LargeBinary)
    valid_from: Mapped[str] = mapped_column(String(10))  # a day
    valid_until: Mapped[str | None] = mapped_column(String(10))


class ChangeRow(Base):
    __tablename__ = "rota_change"
    __table_args__ = (
        CheckConstraint("starts < ends", name="starts_before_it_ends"),
        CheckConstraint(f"duty IN ({_DUTIES})", name="duty"),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)  # begins with the time at which it was made
    starts: Mapped[datetime] = mapped_column(UtcDateTime)
    ends: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    duty: Mapped[str] = mapped_column(String(8))
    user_id: Mapped[bytes | None] = mapped_column(LargeBinary)


_TURN, _CHANGE = table_of(TurnRow), table_of(ChangeRow)


def load_rota(connection: Connection, since: datetime) -> Rota:
    """Load the rota, without changes that ended before `since`."""
    turns = connection.execute(select(_TURN).order_by(_TURN.c.weekday, _TURN.c.starts, _TURN.c.id))
    changes = connection.execute(select(_CHANGE).where(_CHANGE.c.ends > since).order_by(_CHANGE.c.id))
    return Rota([_turn(row) for row in turns], [_change(row) for row in changes])


def add_turn(connection: Connection, turn: Weekly) -> None:
    """Store a weekly turn."""
    row = vars(turn) | {
        "starts": f"{turn.starts:%H:%M}",
        "ends": f"{turn.ends:%H:%M}",
        "duty": turn.duty.value,
        "valid_from": turn.valid_from.isoformat(),
        "valid_until": turn.valid_until and turn.valid_until.isoformat(),
    }
    connection.execute(insert(_TURN), row)


def remove_turn(connection: Connection, turn_id: bytes) -> None:
    """Delete a weekly turn."""
    connection.execute(delete(_TURN).where(_TURN.c.id == turn_id))


def next_change_id(connection: Connection, now: datetime) -> bytes:
    """Give the id of a new change: after every other, since the latest wins."""
    last = connection.execute(select(func.max(_CHANGE.c.id))).scalar_one()
    made = new_id(now)
    return made if last is None or made > bytes(last) else (int.from_bytes(last, "big") + 1).to_bytes(ID_LENGTH, "big")


def add_change(connection: Connection, change: Change) -> None:
    """Store a change."""
    connection.execute(insert(_CHANGE), vars(change) | {"duty": change.duty.value})


def _turn(row: Any) -> Weekly:
    return Weekly(
        id=bytes(row.id),
        weekday=row.weekday,
        starts=time.fromisoformat(row.starts),
        ends=time.fromisoformat(row.ends),
        duty=Duty(row.duty),
        user_id=bytes(row.user_id),
        valid_from=date.fromisoformat(row.valid_from),
        valid_until=date.fromisoformat(row.valid_until) if row.valid_until else None,
    )


def _change(row: Any) -> Change:
    user_id = None if row.user_id is None else bytes(row.user_id)
    return Change(bytes(row.id), row.starts, row.ends, Duty(row.duty), user_id)
