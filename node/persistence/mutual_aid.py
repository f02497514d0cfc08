"""Requests for peers, as the hub told them last."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    Integer,
    LargeBinary,
    Row,
    SmallInteger,
    delete,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.domain.mutual_aid import PeerMatch, PeerRequest
from node.persistence.schema import Base, table_of


class PeerRequestRow(Base):
    __tablename__ = "peer_request"

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    incident_id: Mapped[bytes | None] = mapped_column(LargeBinary)
    asking_agency_id: Mapped[bytes] = mapped_column(LargeBinary)
    wanted: Mapped[int] = mapped_column(Integer)
    matched: Mapped[int] = mapped_column(Integer)
    disciplines: Mapped[list[int]] = mapped_column(JSON)
    languages: Mapped[list[int]] = mapped_column(JSON)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[int] = mapped_column(SmallInteger)
    matches: Mapped[list[list[Any]]] = mapped_column(JSON)  # each as [agency id in hex, supporters]
    version: Mapped[int] = mapped_column(BigInteger)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fill_by: Mapped[datetime] = mapped_column(UtcDateTime)


TABLE = table_of(PeerRequestRow)


def save_request(connection: Connection, request: PeerRequest) -> None:
    """Store a request in place of an earlier version of it."""
    connection.execute(delete(TABLE).where(TABLE.c.id == request.id))
    connection.execute(
        insert(TABLE),
        vars(request)
        | {
            "disciplines": list(request.disciplines),
            "languages": list(request.languages),
            "matches": [[match.agency_id.hex(), match.supporters] for match in request.matches],
        },
    )


def find_request(connection: Connection, request_id: bytes) -> PeerRequest | None:
    """Find a request by id."""
    row = connection.execute(select(TABLE).where(TABLE.c.id == request_id)).one_or_none()
    return None if row is None else _request(row)


def list_requests(connection: Connection) -> list[PeerRequest]:
    """List every request, the newest first."""
    return [_request(row) for row in connection.execute(select(TABLE).order_by(TABLE.c.requested_at.desc()))]


def _request(row: Row[Any]) -> PeerRequest:
    return PeerRequest(
        id=bytes(row.id),
        incident_id=None if row.incident_id is None else bytes(row.incident_id),
        asking_agency_id=bytes(row.asking_agency_id),
        wanted=row.wanted,
        matched=row.matched,
        disciplines=tuple(row.disciplines),
        languages=tuple(row.languages),
        until=row.until,
        status=row.status,
        matches=tuple(PeerMatch(bytes.fromhex(agency_id), supporters) for agency_id, supporters in row.matches),
        version=row.version,
        requested_at=row.requested_at,
        fill_by=row.fill_by,
    )
