"""Incidents that the hub told of, and their boards."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
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
    String,
    delete,
    insert,
    select,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.domain.activation import BoardLine, Counts
from node.domain.incident import Incident
from node.persistence.schema import Base, table_of


class IncidentRow(Base):
    __tablename__ = "incident"

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    type: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str] = mapped_column(String(300))
    status: Mapped[int] = mapped_column(SmallInteger)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(BigInteger)
    agency_ids: Mapped[list[str]] = mapped_column(JSON)  # hex
    asked: Mapped[list[int]] = mapped_column(JSON)
    activate_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    jurisdictions: Mapped[list[str]] = mapped_column(JSON)


class BoardLineRow(Base):
    __tablename__ = "board_line"

    # No foreign key to the incident: a line may be told before it.
    incident_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    agency_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    status: Mapped[int] = mapped_column(SmallInteger)
    decline_reason: Mapped[int | None] = mapped_column(SmallInteger)
    supporters_deployed: Mapped[int | None] = mapped_column(Integer)
    supporters_for_mutual_aid: Mapped[int | None] = mapped_column(Integer)
    people_exposed: Mapped[int | None] = mapped_column(SmallInteger)
    contacts_made: Mapped[int | None] = mapped_column(SmallInteger)
    follow_ups_open: Mapped[int | None] = mapped_column(Integer)
    follow_ups_due: Mapped[int | None] = mapped_column(Integer)
    follow_ups_done: Mapped[int | None] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(BigInteger)


_INCIDENT, _LINE = table_of(IncidentRow), table_of(BoardLineRow)
_REPLACE_LINE = insert(_LINE).prefix_with("OR REPLACE")
_COUNTS = tuple(field.name for field in fields(Counts))


def save_incident(connection: Connection, incident: Incident) -> None:
    """Store an incident in place of an earlier version of it."""
    connection.execute(delete(_INCIDENT).where(_INCIDENT.c.id == incident.id))
    connection.execute(
        insert(_INCIDENT),
        vars(incident)
        | {
            "agency_ids": [agency_id.hex() for agency_id in incident.agency_ids],
            "asked": list(incident.asked),
            "jurisdictions": list(incident.jurisdictions),
        },
    )


def find_incident(connection: Connection, incident_id: bytes) -> Incident | None:
    """Find an incident by id."""
    row = connection.execute(select(_INCIDENT).where(_INCIDENT.c.id == incident_id)).one_or_none()
    return None if row is None else _incident(row)


def list_ids(connection: Connection) -> list[bytes]:
    """List the ids of every incident."""
    return [bytes(id_) for id_ in connection.execute(select(_INCIDENT.c.id)).scalars()]


def list_incidents(connection: Connection) -> list[Incident]:
    """List every incident, the newest first."""
    return [_incident(row) for row in connection.execute(select(_INCIDENT).order_by(_INCIDENT.c.opened_at.desc()))]


def save_line(connection: Connection, line: BoardLine) -> None:
    """Store one agency's line in place of an earlier version of it."""
    connection.execute(_REPLACE_LINE, _line_row(line))


def add_missing_lines(connection: Connection, lines: Iterable[BoardLine]) -> None:
    """Store the lines of agencies that have none on that board yet; a line that is held stays as it is."""
    rows = [_line_row(line) for line in lines]
    if rows:
        connection.execute(sqlite.insert(_LINE).on_conflict_do_nothing(), rows)


def find_line(connection: Connection, incident_id: bytes, agency_id: bytes) -> BoardLine | None:
    """Find one agency's line on the board of one incident."""
    query = select(_LINE).where(_LINE.c.incident_id == incident_id, _LINE.c.agency_id == agency_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else _line(row)


def list_board(connection: Connection, incident_id: bytes) -> Sequence[BoardLine]:
    """List the lines of one incident's board, by agency id."""
    query = select(_LINE).where(_LINE.c.incident_id == incident_id).order_by(_LINE.c.agency_id)
    return [_line(row) for row in connection.execute(query)]


def _incident(row: Row[Any]) -> Incident:
    return Incident(
        id=bytes(row.id),
        type=row.type,
        title=row.title,
        status=row.status,
        started_at=row.started_at,
        opened_at=row.opened_at,
        version=row.version,
        agency_ids=tuple(bytes.fromhex(agency_id) for agency_id in row.agency_ids),
        asked=tuple(row.asked),
        activate_by=row.activate_by,
        jurisdictions=tuple(row.jurisdictions),
    )


def _line(row: Row[Any]) -> BoardLine:
    return BoardLine(
        incident_id=bytes(row.incident_id),
        agency_id=bytes(row.agency_id),
        status=row.status,
        decline_reason=row.decline_reason,
        counts=Counts(**{name: getattr(row, name) for name in _COUNTS}),
        changed_at=row.changed_at,
        version=row.version,
    )


def _line_row(line: BoardLine) -> dict[str, Any]:
    row = vars(line) | vars(line.counts)
    del row["counts"]
    return row
