"""What counted in which window, so that nothing counts twice; and what has not counted yet. Ids and times alone.

Source: node/domain/counting.py.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    func,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.bulk import insert_all
from node.domain.counting import Series
from node.domain.encounter import EncounterState
from node.domain.local_follow_up import State
from node.domain.member import MemberState
from node.persistence.data_keys import DataKeyRow
from node.persistence.encounter_tables import ENCOUNTER
from node.persistence.local_follow_up_tables import FOLLOW_UP
from node.persistence.members import MemberRow
from node.persistence.schema import Base, table_of


class CountedRecordRow(Base):
    __tablename__ = "counted_record"
    __table_args__ = (Index(None, "window_id", "series"), {"sqlite_with_rowid": False})

    series: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    subject_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    window_id: Mapped[bytes] = mapped_column(LargeBinary, ForeignKey("reporting_window.id"))


_RECORD = table_of(CountedRecordRow)
_KEY, _MEMBER = table_of(DataKeyRow), table_of(MemberRow)


def add_counted(connection: Connection, series: Series, window_id: bytes, ids: Iterable[bytes]) -> None:
    """Note that records counted in a window."""
    insert_all(connection, _RECORD, [(int(series), id_, window_id) for id_ in sorted(ids)])


def list_counted(connection: Connection, series: Series, windows: Iterable[bytes]) -> list[bytes]:
    """List the records that counted in some windows, in order."""
    of = (_RECORD.c.series == int(series)) & _RECORD.c.window_id.in_(list(windows))
    query = select(_RECORD.c.subject_id).where(of).order_by(_RECORD.c.subject_id)
    return [bytes(id_) for id_ in connection.execute(query).scalars()]


def contacts_to_count(connection: Connection, since: datetime, until: datetime) -> list[bytes]:
    """List the encounters of a time that have not counted yet and are not void, in order."""
    when = (ENCOUNTER.c.occurred_at >= since) & (ENCOUNTER.c.occurred_at < until)
    return _to_count(connection, Series.CONTACTS, ENCOUNTER, when & (ENCOUNTER.c.state == EncounterState.CURRENT.value))


def ended_to_count(connection: Connection) -> list[bytes]:
    """List the check-ins that ended and have not counted by their outcome; when they ended stands in their body."""
    return _to_count(connection, Series.ENDED, FOLLOW_UP, FOLLOW_UP.c.state != State.OPEN.value)


def due_to_count(connection: Connection, since: datetime, until: datetime) -> list[bytes]:
    """List the check-ins whose time ran out and that have not counted as due."""
    when = (FOLLOW_UP.c.due_at >= since) & (FOLLOW_UP.c.due_at < until)
    return _to_count(connection, Series.FELL_DUE, FOLLOW_UP, when)


def months_to_count(connection: Connection, months: Collection[str]) -> list[str]:
    """Tell which of some months' ratings have not counted yet, in order."""
    counted = list_subjects(connection, Series.RATINGS)
    return sorted(month for month in months if month.encode() not in counted)


def list_subjects(connection: Connection, series: Series) -> set[bytes]:
    """List everything of a series that has counted."""
    query = select(_RECORD.c.subject_id).where(_RECORD.c.series == int(series))
    return {bytes(id_) for id_ in connection.execute(query).scalars()}


def first_occurred_at(connection: Connection) -> datetime | None:
    """Tell when the first encounter occurred that is not void."""
    current = ENCOUNTER.c.state == EncounterState.CURRENT.value
    found: datetime | None = connection.execute(select(func.min(ENCOUNTER.c.occurred_at)).where(current)).scalar_one()
    return found


def count_members(connection: Connection) -> int:
    """Tell how many members the agency has: the size of its roster."""
    query = select(func.count()).select_from(_MEMBER.join(_KEY, _KEY.c.subject_id == _MEMBER.c.id))
    current = _MEMBER.c.state == MemberState.CURRENT.value
    return int(connection.execute(query.where(current, _KEY.c.wrapped.is_not(None))).scalar_one())


def _to_count(connection: Connection, series: Series, table: Table, which: Any) -> list[bytes]:
    counted = select(_RECORD.c.subject_id).where(_RECORD.c.series == int(series), _RECORD.c.subject_id == table.c.id)
    query = select(table.c.id).where(which, ~counted.exists()).order_by(table.c.id)
    return [bytes(id_) for id_ in connection.execute(query).scalars()]
