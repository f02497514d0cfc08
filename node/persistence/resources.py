"""The resource directory, every version of each entry. It is about no member: nothing here is sealed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (  # fmt: skip
    JSON,
    Boolean,
    CheckConstraint,
    Connection,
    Date,
    Integer,
    LargeBinary,
    Row,
    String,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.domain.encounter import Referral
from node.domain.resource import Resource
from node.persistence.schema import Base, table_of


class ResourceRow(Base):
    __tablename__ = "resource"
    __table_args__ = (CheckConstraint("version >= 1", name="version"), CheckConstraint("number >= 1", name="number"))

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    reach: Mapped[str] = mapped_column(String(300))
    hours: Mapped[str] = mapped_column(String(120))
    languages: Mapped[list[str]] = mapped_column(JSON)
    is_confidential: Mapped[bool | None] = mapped_column(Boolean)
    checked_on: Mapped[date | None] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    author: Mapped[bytes] = mapped_column(LargeBinary)


_TABLE = table_of(ResourceRow)


def add_version(connection: Connection, resource: Resource, author: bytes, now: datetime) -> None:
    """Store a version of an entry."""
    row = vars(resource) | {"kind": resource.kind.value, "languages": list(resource.languages)}
    connection.execute(insert(_TABLE), row | {"written_at": now, "author": author})


def next_number(connection: Connection) -> int:
    """Give the number of the next new entry."""
    last: int | None = connection.execute(select(func.max(_TABLE.c.number))).scalar_one()
    return (last or 0) + 1


def list_resources(connection: Connection) -> list[Resource]:
    """List every entry in its newest version, by number."""
    newest = select(func.max(_TABLE.c.version)).where(_TABLE.c.number == (outer := _TABLE.alias()).c.number)
    query = select(outer).where(outer.c.version == newest.scalar_subquery()).order_by(outer.c.number)
    return [_resource(row) for row in connection.execute(query)]


def list_versions(connection: Connection, number: int) -> list[Resource]:
    """List every version of one entry, the first one first."""
    query = select(_TABLE).where(_TABLE.c.number == number).order_by(_TABLE.c.version)
    return [_resource(row) for row in connection.execute(query)]


def _resource(row: Row[Any]) -> Resource:
    stored = {name: value for name, value in row._mapping.items() if name not in ("written_at", "author")}
    return Resource(**(stored | {"kind": Referral(row.kind), "languages": tuple(row.languages)}))
