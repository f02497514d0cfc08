"""How often a wrong code was said in an hour, by purpose: what bounds guessing, also on a node that is stopped."""

from datetime import datetime, timedelta
from enum import IntEnum

from sqlalchemy import BigInteger, Connection, Integer, SmallInteger, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from node.persistence.schema import Base, table_of

_HOUR = timedelta(hours=1)


class Purpose(IntEnum):
    """What kind of code is guessed at."""

    FEEDBACK = 1
    SUPPORT_REQUEST = 2


class GuessRow(Base):
    __tablename__ = "code_guess"

    purpose: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    hour: Mapped[int] = mapped_column(BigInteger)  # since 1970
    wrong: Mapped[int] = mapped_column(Integer)


_TABLE = table_of(GuessRow)


def count_wrong(connection: Connection, purpose: Purpose, now: datetime) -> int:
    """Tell how many wrong codes were said in this hour."""
    this_hour = (_TABLE.c.purpose == int(purpose)) & (_TABLE.c.hour == _hour(now))
    return connection.execute(select(_TABLE.c.wrong).where(this_hour)).scalar_one_or_none() or 0


def note_wrong(connection: Connection, purpose: Purpose, now: datetime) -> None:
    """Count a wrong code."""
    wrong = count_wrong(connection, purpose, now) + 1
    if wrong > 1:
        connection.execute(update(_TABLE).where(_TABLE.c.purpose == int(purpose)).values(wrong=wrong))
        return
    connection.execute(delete(_TABLE).where(_TABLE.c.purpose == int(purpose)))
    connection.execute(insert(_TABLE), {"purpose": int(purpose), "hour": _hour(now), "wrong": wrong})


def _hour(now: datetime) -> int:
    return int(now.timestamp() // _HOUR.total_seconds())
