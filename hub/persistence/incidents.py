"""Incidents, who takes part, and the lines of their activation boards."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    Row,
    SmallInteger,
    String,
    bindparam,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from common.errors import NotFound
from common.storage.columns import UtcDateTime
from hub.domain.activation import COUNTS, Activation
from hub.domain.incident import Incident
from hub.persistence.bulk import BulkInsert, BulkUpdate
from hub.persistence.schema import Base, table_of

# An epoch lifts versions far up (common/versions.py). SQLite's integers are as long as they need be.
VERSION = BigInteger().with_variant(Integer(), "sqlite")


class IncidentRow(Base):
    __tablename__ = "incident"

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    type: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str] = mapped_column(String(200))
    status: Mapped[int] = mapped_column(SmallInteger)
    jurisdictions: Mapped[str] = mapped_column(String(200))  # comma-separated
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(VERSION)
    asked: Mapped[str] = mapped_column(String(64), server_default=text("''"))  # disciplines' codes, comma-separated
    activate_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ActivationRow(Base):
    """A participant's line; that it exists is what makes an agency a participant."""

    __tablename__ = "activation"

    incident_id: Mapped[bytes] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    agency_id: Mapped[bytes] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)  # the order in which the agencies were named
    status: Mapped[int] = mapped_column(SmallInteger)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(VERSION)
    decline_reason: Mapped[int | None] = mapped_column(SmallInteger)
    supporters_deployed: Mapped[int | None] = mapped_column(Integer)
    supporters_for_mutual_aid: Mapped[int | None] = mapped_column(Integer)
    people_exposed: Mapped[int | None] = mapped_column(SmallInteger)
    contacts_made: Mapped[int | None] = mapped_column(SmallInteger)
    follow_ups_open: Mapped[int | None] = mapped_column(Integer)
    follow_ups_due: Mapped[int | None] = mapped_column(Integer)
    follow_ups_done: Mapped[int | None] = mapped_column(Integer)
    first_active_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


_INCIDENT, _LINE = table_of(IncidentRow), table_of(ActivationRow)
_INCIDENTS_BY_IDS = select(_INCIDENT).where(_INCIDENT.c.id.in_(bindparam("ids", expanding=True)))
_LINES_BY_IDS = (
    select(_LINE).where(_LINE.c.incident_id.in_(bindparam("ids", expanding=True))).order_by(_LINE.c.position)
)
_TAKING_PART = select(_LINE.c.incident_id, _LINE.c.agency_id).order_by(_LINE.c.incident_id, _LINE.c.position)
_PLACE = (_LINE.c.incident_id, _LINE.c.status)
_STATUSES = select(*_PLACE, func.count()).group_by(*_PLACE).order_by(_LINE.c.status)
_STORED = ("status", "changed_at", "version", *COUNTS, "first_active_at")
_ADD_LINES = BulkInsert(_LINE, "incident_id", "agency_id", "position", *_STORED)
_SAVE_LINES = BulkUpdate(_LINE, ["incident_id", "agency_id"], _STORED)


def add_incident(connection: Connection, incident: Incident, lines: Iterable[Activation]) -> None:
    """Store a new incident with its participants' first lines."""
    connection.execute(insert(_INCIDENT), _incident_row(incident))
    add_lines(connection, lines, 0)


def add_lines(connection: Connection, lines: Iterable[Activation], first: int) -> None:
    """Store the lines of new participants; the board shows them from place `first` on."""
    _ADD_LINES.run(
        connection,
        [(line.incident_id, line.agency_id, place, *_stored(line)) for place, line in enumerate(lines, first)],
    )


def save_incident(connection: Connection, incident: Incident) -> None:
    """Store a changed incident; its participants' lines are apart (`add_lines`)."""
    connection.execute(update(_INCIDENT).where(_INCIDENT.c.id == incident.id), _incident_row(incident))


def load_boards(
    connection: Connection, incident_ids: Iterable[bytes]
) -> dict[bytes, tuple[Incident, list[Activation]]]:
    """Fetch the incidents among `incident_ids` that exist, each with its board's lines."""
    ids = list(incident_ids)
    lines: dict[bytes, list[Activation]] = {}
    for row in connection.execute(_LINES_BY_IDS, {"ids": ids}):
        lines.setdefault(bytes(row.incident_id), []).append(_line(row))
    boards = {}
    for row in connection.execute(_INCIDENTS_BY_IDS, {"ids": ids}):
        board = lines.get(bytes(row.id), [])
        boards[bytes(row.id)] = (_incident(row, tuple(line.agency_id for line in board)), board)
    return boards


def get_board(connection: Connection, incident_id: bytes) -> tuple[Incident, list[Activation]]:
    """Fetch an incident with its board, or raise NotFound."""
    board = load_boards(connection, [incident_id]).get(incident_id)
    if board is None:
        raise NotFound("this hub knows no such incident: `holdfast hub incident list` shows them")
    return board


def ids_between(connection: Connection, low: bytes, high: bytes) -> list[bytes]:
    """List the ids of incidents from `low` to `high`, both included."""
    return [bytes(i) for i in connection.scalars(select(_INCIDENT.c.id).where(_INCIDENT.c.id.between(low, high)))]


def list_incidents(connection: Connection) -> list[Incident]:
    """List incidents, the newest first."""
    taking_part: dict[bytes, list[bytes]] = {}
    for incident_id, agency_id in connection.execute(_TAKING_PART):
        taking_part.setdefault(bytes(incident_id), []).append(bytes(agency_id))
    rows = connection.execute(select(_INCIDENT).order_by(_INCIDENT.c.opened_at.desc()))
    return [_incident(row, tuple(taking_part.get(bytes(row.id), ()))) for row in rows]


def load_titles(connection: Connection) -> dict[bytes, str]:
    """Give what every incident is called, the newest first."""
    query = select(_INCIDENT.c.id, _INCIDENT.c.title).order_by(_INCIDENT.c.opened_at.desc())
    return {bytes(id_): title for id_, title in connection.execute(query)}


def count_statuses(connection: Connection) -> dict[bytes, dict[int, int]]:
    """Count for each incident how many of its lines are at each status, by status."""
    counted: dict[bytes, dict[int, int]] = {}
    for incident_id, status, count in connection.execute(_STATUSES):
        counted.setdefault(bytes(incident_id), {})[status] = count
    return counted


def save_lines(connection: Connection, lines: Iterable[Activation]) -> None:
    """Store changed lines."""
    _SAVE_LINES.run(connection, [(line.incident_id, line.agency_id, *_stored(line)) for line in lines])


def _incident(row: Row[Any], agency_ids: tuple[bytes, ...]) -> Incident:
    return Incident(
        id=bytes(row.id),
        type=row.type,
        title=row.title,
        status=row.status,
        jurisdictions=tuple(part for part in row.jurisdictions.split(",") if part),
        started_at=row.started_at,
        opened_at=row.opened_at,
        version=row.version,
        agency_ids=agency_ids,
        asked=tuple(int(part) for part in row.asked.split(",") if part),
        activate_by=row.activate_by,
        closed_at=row.closed_at,
    )


def _incident_row(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.id,
        "type": incident.type,
        "title": incident.title,
        "status": incident.status,
        "jurisdictions": ",".join(incident.jurisdictions),
        "started_at": incident.started_at,
        "opened_at": incident.opened_at,
        "version": incident.version,
        "asked": ",".join(map(str, incident.asked)),
        "activate_by": incident.activate_by,
        "closed_at": incident.closed_at,
    }


def _line(row: Row[Any]) -> Activation:
    return Activation(
        incident_id=bytes(row.incident_id),
        agency_id=bytes(row.agency_id),
        **{name: getattr(row, name) for name in _STORED},
    )


def _stored(line: Activation) -> tuple[Any, ...]:
    return tuple(getattr(line, name) for name in _STORED)
