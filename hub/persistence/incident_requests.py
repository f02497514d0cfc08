"""What agencies asked the hub to open, and what became of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Connection, ForeignKey, LargeBinary, Row, SmallInteger, String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from common.errors import NotFound
from common.ids import ID_LENGTH
from common.storage.columns import UtcDateTime
from hub.domain.incident_request import IncidentRequest, RequestState
from hub.persistence.bulk import BulkInsert, BulkSelect
from hub.persistence.schema import Base, table_of


class IncidentRequestRow(Base):
    __tablename__ = "incident_request"
    __table_args__ = (
        CheckConstraint(
            "(state = 'waiting' AND incident_id IS NULL AND decline_reason IS NULL)"
            " OR (state = 'opened' AND incident_id IS NOT NULL AND decline_reason IS NULL)"
            " OR (state = 'declined' AND incident_id IS NULL AND decline_reason IS NOT NULL)",
            name="state",
        ),
    )

    command_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    agency_id: Mapped[bytes] = mapped_column(ForeignKey("agency.id"))
    type: Mapped[int] = mapped_column(SmallInteger)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    agency_ids: Mapped[bytes] = mapped_column(LargeBinary)  # one after the other
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(16))
    incident_id: Mapped[bytes | None] = mapped_column(ForeignKey("incident.id"))
    decline_reason: Mapped[int | None] = mapped_column(SmallInteger)


_TABLE = table_of(IncidentRequestRow)
_ADD = BulkInsert(_TABLE, "command_id", "agency_id", "type", "started_at", "agency_ids", "received_at", "state")
_ASKERS = BulkSelect(
    "SELECT incident_request.command_id, incident_request.agency_id FROM {keys} CROSS JOIN incident_request"
    " WHERE incident_request.command_id = v.column1",
    (b"",),
)


def load_askers(connection: Connection, command_ids: Iterable[bytes]) -> dict[bytes, bytes]:
    """Give which agency asked, for those of these requests that are known."""
    rows = _ASKERS.run(connection, [(command_id,) for command_id in command_ids])
    return {bytes(command_id): bytes(agency_id) for command_id, agency_id in rows}


def add_requests(connection: Connection, requests: Iterable[IncidentRequest]) -> None:
    """Store new requests, which wait for their answer."""
    _ADD.run(
        connection,
        [
            (
                each.command_id,
                each.agency_id,
                each.type,
                each.started_at,
                b"".join(each.agency_ids),
                each.received_at,
                each.state.value,
            )
            for each in requests
        ],
    )


def save_answer(connection: Connection, request: IncidentRequest) -> None:
    """Store what became of a request."""
    answer = {
        "state": request.state.value,
        "incident_id": request.incident_id,
        "decline_reason": request.decline_reason,
    }
    connection.execute(update(_TABLE).where(_TABLE.c.command_id == request.command_id).values(answer))


def get_request(connection: Connection, command_id: bytes) -> IncidentRequest:
    """Fetch a request, or raise NotFound."""
    row = connection.execute(select(_TABLE).where(_TABLE.c.command_id == command_id)).one_or_none()
    if row is None:
        raise NotFound("this hub knows no such request: `holdfast hub incident requests` lists them")
    return _request(row)


def ids_between(connection: Connection, low: bytes, high: bytes) -> list[bytes]:
    """List the ids of requests from `low` to `high`, both included."""
    found = connection.scalars(select(_TABLE.c.command_id).where(_TABLE.c.command_id.between(low, high)))
    return [bytes(command_id) for command_id in found]


def list_requests(connection: Connection) -> list[IncidentRequest]:
    """List every request: those that wait for an answer first, and then the newest first."""
    query = select(_TABLE).order_by(_TABLE.c.state != RequestState.WAITING.value, _TABLE.c.received_at.desc())
    return [_request(row) for row in connection.execute(query)]


def _request(row: Row[Any]) -> IncidentRequest:
    named = bytes(row.agency_ids)
    return IncidentRequest(
        command_id=bytes(row.command_id),
        agency_id=bytes(row.agency_id),
        type=row.type,
        started_at=row.started_at,
        agency_ids=tuple(named[start : start + ID_LENGTH] for start in range(0, len(named), ID_LENGTH)),
        received_at=row.received_at,
        state=RequestState(row.state),
        incident_id=None if row.incident_id is None else bytes(row.incident_id),
        decline_reason=row.decline_reason,
    )
