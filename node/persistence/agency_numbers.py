"""The agency's own numbers of incidents."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, LargeBinary, String, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.domain.agency_number import AgencyNumber
from node.persistence.schema import Base, table_of


class AgencyNumberRow(Base):
    __tablename__ = "agency_number"
    __table_args__ = ({"sqlite_with_rowid": False},)

    # No foreign key to the incident: each news of it takes its row's place.
    system: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    incident_id: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    linked_by: Mapped[str] = mapped_column(String(200))  # as in the audit trail


_NUMBER = table_of(AgencyNumberRow)


def save_number(connection: Connection, incident_id: bytes, number: AgencyNumber, by: str, now: datetime) -> None:
    """Store a number of an incident."""
    told = {"incident_id": incident_id, "linked_at": now, "linked_by": by}
    connection.execute(insert(_NUMBER), vars(number) | told)


def remove_number(connection: Connection, number: AgencyNumber) -> None:
    """Take a number away."""
    of_one = (_NUMBER.c.system == number.system) & (_NUMBER.c.number == number.number)
    connection.execute(delete(_NUMBER).where(of_one))


def numbers_by_incident(connection: Connection) -> dict[bytes, list[AgencyNumber]]:
    """Give every incident's numbers, in order."""
    found: dict[bytes, list[AgencyNumber]] = {}
    for row in connection.execute(select(_NUMBER).order_by(_NUMBER.c.system, _NUMBER.c.number)):
        found.setdefault(bytes(row.incident_id), []).append(AgencyNumber(row.system, row.number))
    return found


def find_linked(connection: Connection, system: str, numbers: Iterable[str]) -> dict[str, bytes]:
    """Tell which incident each of some numbers of a system belongs to; those of none are left out."""
    query = select(_NUMBER).where(_NUMBER.c.system == system, _NUMBER.c.number.in_(list(numbers)))
    return {row.number: bytes(row.incident_id) for row in connection.execute(query)}
