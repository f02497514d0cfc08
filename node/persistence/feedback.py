"""Feedback codes and counted ratings, kept so that neither leads to the other.

1. A code is kept as a blind digest, with the month of its issue and whether it was used. Nothing says when in the
   month, who issued it, or to whom. Rows lie in the order of digests (WITHOUT ROWID): their place tells nothing.
2. A rating adds one to a count of its month. There is no row for a rating.

Source: DOMAIN.md 3, "Anonymous feedback".
"""

from collections.abc import Iterable

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Connection,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from node.persistence.schema import Base, table_of


class FeedbackCodeRow(Base):
    __tablename__ = "feedback_code"
    __table_args__ = ({"sqlite_with_rowid": False},)

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    is_used: Mapped[bool] = mapped_column(Boolean)


class FeedbackCountRow(Base):
    __tablename__ = "feedback_count"
    __table_args__ = (CheckConstraint("rating BETWEEN 1 AND 5", name="rating"), {"sqlite_with_rowid": False})

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    rating: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(Integer)


_CODE, _COUNT = table_of(FeedbackCodeRow), table_of(FeedbackCountRow)


def add_codes(connection: Connection, digests: Iterable[bytes], month: str) -> None:
    """Store the digests of new codes."""
    rows = [{"digest": digest, "month": month, "is_used": False} for digest in sorted(digests)]
    connection.execute(insert(_CODE), rows)


def use_code(connection: Connection, digest: bytes, oldest_month: str) -> bool:
    """Use a code up; tell whether there was one that is unused, and not older than this month."""
    usable = (_CODE.c.digest == digest) & _CODE.c.is_used.is_(False) & (_CODE.c.month >= oldest_month)
    return connection.execute(update(_CODE).where(usable).values(is_used=True)).rowcount == 1


def add_rating(connection: Connection, month: str, rating: int) -> None:
    """Count a rating."""
    counted = (_COUNT.c.month == month) & (_COUNT.c.rating == rating)
    if not connection.execute(update(_COUNT).where(counted).values(count=_COUNT.c["count"] + 1)).rowcount:
        connection.execute(insert(_COUNT), {"month": month, "rating": rating, "count": 1})


def list_counts(connection: Connection) -> dict[str, dict[int, int]]:
    """Give each month's counts, by rating; a rating that nobody gave is 0."""
    counts: dict[str, dict[int, int]] = {}
    for row in connection.execute(select(_COUNT).order_by(_COUNT.c.month.desc())):
        counts.setdefault(row.month, dict.fromkeys(range(1, 6), 0))[row.rating] = row._mapping["count"]
    return counts


def count_unused(connection: Connection) -> int:
    """Tell how many codes are out and unused."""
    unused = select(func.count()).select_from(_CODE).where(_CODE.c.is_used.is_(False))
    return int(connection.execute(unused).scalar_one())


def forget_codes(connection: Connection, before_month: str) -> int:
    """Delete codes of earlier months, used or not."""
    return connection.execute(delete(_CODE).where(_CODE.c.month < before_month)).rowcount
