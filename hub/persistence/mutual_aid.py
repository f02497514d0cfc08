"""Requests for peers and the offers on them, in order of arrival. An offer that ended is kept: it stands no more."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    Row,
    SmallInteger,
    String,
    bindparam,
    func,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from hub.domain.mutual_aid import PeerOffer, PeerRequest
from hub.persistence.bulk import BulkInsert
from hub.persistence.schema import Base, table_of


class PeerRequestRow(Base):
    __tablename__ = "peer_request"
    __table_args__ = (CheckConstraint("length(id) = 16", name="id_length"),)

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    asking_agency_id: Mapped[bytes] = mapped_column(ForeignKey("agency.id"))
    incident_id: Mapped[bytes | None] = mapped_column(ForeignKey("incident.id"))
    wanted: Mapped[int] = mapped_column(Integer)
    disciplines: Mapped[str] = mapped_column(String(64))  # comma-separated codes
    languages: Mapped[str] = mapped_column(String(64))  # comma-separated codes
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[int] = mapped_column(SmallInteger)
    version: Mapped[int] = mapped_column(BigInteger)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)  # when the clock changes it next


class PeerOfferRow(Base):
    __tablename__ = "peer_offer"
    __table_args__ = (CheckConstraint("matched <= supporters", name="matched"),)

    request_id: Mapped[bytes] = mapped_column(ForeignKey("peer_request.id"), primary_key=True)
    agency_id: Mapped[bytes] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)  # among those that stand
    supporters: Mapped[int] = mapped_column(Integer)
    matched: Mapped[int] = mapped_column(Integer)
    stands: Mapped[bool] = mapped_column(Boolean)


_REQUEST, _OFFER = table_of(PeerRequestRow), table_of(PeerOfferRow)
_REQUESTS_BY_IDS = select(_REQUEST).where(_REQUEST.c.id.in_(bindparam("ids", expanding=True)))
_OFFERS_BY_IDS = (
    select(_OFFER)
    .where(_OFFER.c.request_id.in_(bindparam("ids", expanding=True)), _OFFER.c.stands)
    .order_by(_OFFER.c.position)
)
_SAVE_REQUESTS = BulkInsert(_REQUEST, *(column.name for column in _REQUEST.columns), replacing=["id"])
_SAVE_OFFERS = BulkInsert(_OFFER, *(column.name for column in _OFFER.columns), replacing=["request_id", "agency_id"])


def save_requests(connection: Connection, changed: Iterable[tuple[PeerRequest | None, PeerRequest]]) -> None:
    """Store new and changed requests, each as (before, now), with the offers that changed."""
    requests, offers = [], []
    for before, request in changed:
        requests.append(_request_row(request))
        standing = {offer.agency_id for offer in request.offers}
        gone = [offer for offer in (before.offers if before else ()) if offer.agency_id not in standing]
        offers += [(request.id, offer.agency_id, 0, offer.supporters, 0, False) for offer in gone]
        offers += [
            (request.id, offer.agency_id, place, offer.supporters, offer.matched, True)
            for place, offer in enumerate(request.offers)
        ]
    _SAVE_REQUESTS.run(connection, requests)
    _SAVE_OFFERS.run(connection, offers)


def load_requests(connection: Connection, request_ids: Iterable[bytes]) -> dict[bytes, PeerRequest]:
    """Fetch the requests among `request_ids` that exist, with the offers that stand."""
    ids = list(request_ids)
    offers: dict[bytes, list[PeerOffer]] = {}
    for row in connection.execute(_OFFERS_BY_IDS, {"ids": ids}):
        offers.setdefault(bytes(row.request_id), []).append(
            PeerOffer(bytes(row.agency_id), row.supporters, row.matched)
        )
    return {bytes(row.id): _request(row, offers) for row in connection.execute(_REQUESTS_BY_IDS, {"ids": ids})}


def list_requests(
    connection: Connection, status: int | None = None, incident_id: bytes | None = None
) -> list[PeerRequest]:
    """List requests, the newest first; with `status`, those that have it; with `incident_id`, those of one."""
    query = select(_REQUEST.c.id).order_by(_REQUEST.c.requested_at.desc())
    query = query if status is None else query.where(_REQUEST.c.status == status)
    return _in_order(connection, query if incident_id is None else query.where(_REQUEST.c.incident_id == incident_id))


def list_live(connection: Connection) -> list[PeerRequest]:
    """List requests that have not ended."""
    return _in_order(connection, select(_REQUEST.c.id).where(_REQUEST.c.due_at.is_not(None)).order_by(_REQUEST.c.id))


def next_due(connection: Connection) -> datetime | None:
    """Tell when the clock changes one next."""
    found: datetime | None = connection.execute(select(func.min(_REQUEST.c.due_at))).scalar_one()
    return found


def list_due(connection: Connection, now: datetime, limit: int) -> list[PeerRequest]:
    """List requests that the clock changes by now, the longest due first."""
    query = select(_REQUEST.c.id).where(_REQUEST.c.due_at <= now).order_by(_REQUEST.c.due_at).limit(limit)
    return _in_order(connection, query)


def _in_order(connection: Connection, query: Any) -> list[PeerRequest]:
    ids = [bytes(id_) for id_ in connection.execute(query).scalars()]
    found: Mapping[bytes, PeerRequest] = load_requests(connection, ids)
    return [found[id_] for id_ in ids]


def _request(row: Row[Any], offers: Mapping[bytes, list[PeerOffer]]) -> PeerRequest:
    return PeerRequest(
        id=bytes(row.id),
        asking_agency_id=bytes(row.asking_agency_id),
        incident_id=None if row.incident_id is None else bytes(row.incident_id),
        wanted=row.wanted,
        disciplines=_numbers(row.disciplines),
        languages=_numbers(row.languages),
        until=row.until,
        status=row.status,
        version=row.version,
        requested_at=row.requested_at,
        offers=tuple(offers.get(bytes(row.id), ())),
    )


def _request_row(request: PeerRequest) -> tuple[Any, ...]:
    values = vars(request) | {
        "disciplines": ",".join(map(str, request.disciplines)),
        "languages": ",".join(map(str, request.languages)),
        "due_at": request.due_at,
    }
    return tuple(values[column.name] for column in _REQUEST.columns)


def _numbers(joined: str) -> tuple[int, ...]:
    return tuple(int(part) for part in joined.split(",") if part)
