"""The board's figures of closed incidents: written once for each, and never changed."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, ForeignKey, Integer, SmallInteger, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from common.wire.v1.codes_pb2 import IncidentStatus
from hub.domain.board_figures import BoardFigures
from hub.persistence.incidents import IncidentRow
from hub.persistence.schema import Base, table_of


class BoardReportRow(Base):
    __tablename__ = "board_report"

    incident_id: Mapped[bytes] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    k: Mapped[int] = mapped_column(Integer)
    first_contact_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BoardFigureRow(Base):
    __tablename__ = "board_figure"

    incident_id: Mapped[bytes] = mapped_column(ForeignKey("board_report.incident_id"), primary_key=True)
    row: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)  # hub.domain.incident_counts
    figure: Mapped[int | None] = mapped_column(Integer)  # none: withheld


class ClosedIncident(NamedTuple):
    """An incident that is over, as far as the board may see."""

    id: bytes
    type: int
    opened_at: datetime
    closed_at: datetime | None
    made_at: datetime | None  # its figures for the board; None: they were not made yet


_REPORT, _FIGURE = table_of(BoardReportRow), table_of(BoardFigureRow)


def add_board_figures(connection: Connection, made: BoardFigures) -> None:
    """Store what was made of an incident."""
    report = {name: getattr(made, name) for name in ("incident_id", "made_at", "k", "first_contact_at")}
    connection.execute(insert(_REPORT), report)
    rows = [{"incident_id": made.incident_id, "row": row, "figure": count} for row, count in made.figures.items()]
    connection.execute(insert(_FIGURE), rows)


def find_board_figures(connection: Connection, incident_id: bytes) -> BoardFigures | None:
    """Fetch what was made of an incident; None when nothing was."""
    report = connection.execute(select(_REPORT).where(_REPORT.c.incident_id == incident_id)).one_or_none()
    if report is None:
        return None
    rows = connection.execute(select(_FIGURE).where(_FIGURE.c.incident_id == incident_id))
    figures: dict[int, int | None] = {each.row: each.figure for each in rows}
    return BoardFigures(incident_id, report.made_at, report.k, figures, report.first_contact_at)


def list_closed(connection: Connection) -> list[ClosedIncident]:
    """List the incidents that are closed, the one that closed last first."""
    rows = connection.execute(
        select(IncidentRow.id, IncidentRow.type, IncidentRow.opened_at, IncidentRow.closed_at, _REPORT.c.made_at)
        .outerjoin(_REPORT, _REPORT.c.incident_id == IncidentRow.id)
        .where(IncidentRow.status == IncidentStatus.INCIDENT_STATUS_CLOSED)
        .order_by(IncidentRow.closed_at.desc(), IncidentRow.id)
    )
    return [ClosedIncident(bytes(id_), *rest) for id_, *rest in rows]
