"""The one row that says which region this hub serves, and in which epoch."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, CheckConstraint, Connection, Integer, String, case, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from common.errors import WrongState
from common.storage.columns import UtcDateTime
from hub.persistence.schema import Base, table_of


@dataclass(frozen=True)
class Region:
    """What a hub is."""

    trust_domain: str
    name: str
    hub_epoch: int  # rises when the hub is restored from a backup, and never goes back
    created_at: datetime


class RegionRow(Base):
    __tablename__ = "region"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    trust_domain: Mapped[str] = mapped_column(String(253))
    name: Mapped[str] = mapped_column(String(200))
    hub_epoch: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    directory_version: Mapped[int] = mapped_column(BigInteger, server_default="0")


_TABLE = table_of(RegionRow)


def add_region(connection: Connection, region: Region) -> None:
    """Store what this hub is; once."""
    connection.execute(
        insert(_TABLE),
        {
            "id": 1,
            "trust_domain": region.trust_domain,
            "name": region.name,
            "hub_epoch": region.hub_epoch,
            "created_at": region.created_at,
        },
    )


def get_region(connection: Connection) -> Region:
    """Tell what this hub is."""
    row = connection.execute(select(_TABLE)).one_or_none()
    if row is None:
        raise WrongState("this store belongs to no region yet: run `holdfast hub init`")
    return Region(row.trust_domain, row.name, row.hub_epoch, row.created_at)


def raise_epoch(connection: Connection, now: datetime) -> int:
    """Begin the next epoch, and give it.

    It rises with time as well: a backup knows nothing of the epochs that began since it was made, and restored twice
    it would begin the same one twice. Nodes that had seen it would then trust what they were told in it.
    """
    held = get_region(connection)
    since_founding = max(now - held.created_at, timedelta(0)) // timedelta(seconds=1)
    epoch = max(held.hub_epoch + 1, 2 + since_founding)
    connection.execute(update(_TABLE).values(hub_epoch=epoch))
    return epoch


def next_directory_version(connection: Connection, least: int) -> int:
    """Give the version of the directory that is published now: greater than any before, and at least `least`."""
    held = _TABLE.c.directory_version
    raised = case((held < least, least), else_=held + 1)
    version = connection.execute(update(_TABLE).values(directory_version=raised).returning(held)).scalar_one_or_none()
    return least if version is None else version
