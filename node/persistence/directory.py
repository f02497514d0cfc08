"""The region's directory, as the hub told it last."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Boolean, Connection, LargeBinary, SmallInteger, String, delete, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from node.domain.directory import DirectoryEntry
from node.persistence.schema import Base, table_of


class DirectoryRow(Base):
    __tablename__ = "directory_entry"

    agency_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    discipline: Mapped[int] = mapped_column(SmallInteger)
    jurisdiction: Mapped[str] = mapped_column(String(100))
    duty_contact: Mapped[str] = mapped_column(String(400))
    active: Mapped[bool] = mapped_column(Boolean)
    version: Mapped[int] = mapped_column(BigInteger)  # of the whole directory


TABLE = table_of(DirectoryRow)


def replace_directory(connection: Connection, entries: Sequence[DirectoryEntry], version: int) -> None:
    """Store a directory in place of the one before."""
    connection.execute(delete(TABLE))
    if entries:
        connection.execute(insert(TABLE), [vars(entry) | {"version": version} for entry in entries])


def directory_version(connection: Connection) -> int | None:
    """Tell the version held; None before the first."""
    version: int | None = connection.execute(select(func.max(TABLE.c.version))).scalar_one()
    return version


def list_directory(connection: Connection) -> list[DirectoryEntry]:
    """List the agencies, by name."""
    return [
        DirectoryEntry(bytes(row.agency_id), row.name, row.discipline, row.jurisdiction, row.duty_contact, row.active)
        for row in connection.execute(select(TABLE).order_by(TABLE.c.name))
    ]
