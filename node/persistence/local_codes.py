"""Local codes that a node gives: `M-0001`, `S-01`. A number is given once, also when its record is erased."""

from sqlalchemy import Connection, Integer, String, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from node.persistence.schema import Base, table_of


class LocalCodeRow(Base):
    __tablename__ = "local_code"

    prefix: Mapped[str] = mapped_column(String(4), primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


_CODE = table_of(LocalCodeRow)


def give_codes(connection: Connection, prefix: str, digits: int, count: int) -> list[str]:
    """Give the next codes of a kind."""
    last = connection.execute(select(_CODE.c.last).where(_CODE.c.prefix == prefix)).scalar_one_or_none()
    if last is None:
        connection.execute(insert(_CODE).values(prefix=prefix, last=count))
    else:
        connection.execute(update(_CODE).where(_CODE.c.prefix == prefix).values(last=last + count))
    first = (last or 0) + 1
    return [f"{prefix}-{number:0{digits}}" for number in range(first, first + count)]
