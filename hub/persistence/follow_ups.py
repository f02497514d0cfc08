"""Follow-ups, each with the one agency that is accountable for it, and every change that was made to one.

That there is exactly one accountable agency is the table's own rule: one column, never empty, an agency of this region.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ColumnElement,
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

from common.errors import InvalidRequest, NotFound
from common.followup.reference import read_reference, reference_of
from common.followup.state import CLOSED, NOT_ESCALATED, FollowUp
from common.ids import ID_LENGTH
from common.storage.columns import UtcDateTime
from hub.persistence.bulk import BulkInsert, BulkUpdate
from hub.persistence.schema import Base, table_of


class FollowUpRow(Base):
    __tablename__ = "follow_up"
    __table_args__ = (
        CheckConstraint("length(id) = 16", name="id_length"),
        CheckConstraint("(work = 4) = (outcome IS NOT NULL)", name="outcome_when_closed"),
        CheckConstraint("(work = 4) = (closed_at IS NOT NULL)", name="closed_whole"),
        CheckConstraint("(offer = 1) = (accept_by IS NULL)", name="offer_whole"),
        CheckConstraint("offer = 1 OR length(offered_to) > 0", name="offered_to_somebody"),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    reference: Mapped[str] = mapped_column(String(8), index=True)
    incident_id: Mapped[bytes | None] = mapped_column(ForeignKey("incident.id"), index=True)
    origin: Mapped[bytes] = mapped_column(ForeignKey("agency.id"))
    accountable: Mapped[bytes] = mapped_column(ForeignKey("agency.id"), index=True)
    version: Mapped[int] = mapped_column(BigInteger)
    work: Mapped[int] = mapped_column(SmallInteger)
    cohort: Mapped[int] = mapped_column(SmallInteger)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    agreement_version: Mapped[int] = mapped_column(Integer)
    offer: Mapped[int] = mapped_column(SmallInteger)
    offered_to: Mapped[bytes] = mapped_column(LargeBinary)  # agency ids, one behind the other
    declined_by: Mapped[bytes] = mapped_column(LargeBinary)
    offer_version: Mapped[int] = mapped_column(BigInteger)
    accept_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    escalation: Mapped[int] = mapped_column(SmallInteger)
    escalate_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    escalations: Mapped[int] = mapped_column(Integer)
    contact_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_contact_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    check_ins: Mapped[int] = mapped_column(Integer)
    next_check_in: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[int | None] = mapped_column(SmallInteger)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hand_overs: Mapped[int] = mapped_column(Integer)
    reclaim_asked: Mapped[bool] = mapped_column(Boolean)
    hub_asked_to_offer: Mapped[bool] = mapped_column(Boolean)
    recovered_version: Mapped[int] = mapped_column(BigInteger)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)  # when the clock changes it next


class FollowUpChangeRow(Base):
    """What was done, by whom, and who was accountable after it."""

    __tablename__ = "follow_up_change"
    # Clustered by the opening: those that people work on were opened lately, and their changes then lie together.
    __table_args__ = ({"sqlite_with_rowid": False},)

    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)  # the follow-up's, which never changes
    follow_up_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, primary_key=True)  # that it led to
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    verb: Mapped[int] = mapped_column(SmallInteger)  # wire FollowUpVerb; 0: the clock, or the hub's own
    agency_id: Mapped[bytes | None] = mapped_column(LargeBinary)  # who; none: the hub
    decline_reason: Mapped[int | None] = mapped_column(SmallInteger)
    accountable: Mapped[bytes] = mapped_column(LargeBinary)
    work: Mapped[int] = mapped_column(SmallInteger)
    offer: Mapped[int] = mapped_column(SmallInteger)
    escalation: Mapped[int] = mapped_column(SmallInteger)


class Change(NamedTuple):
    """One change, as it is stored."""

    opened_at: datetime
    follow_up_id: bytes
    version: int
    at: datetime
    verb: int
    agency_id: bytes | None
    decline_reason: int | None
    accountable: bytes
    work: int
    offer: int
    escalation: int


_TABLE, _CHANGE = table_of(FollowUpRow), table_of(FollowUpChangeRow)
_FIELDS = tuple(FollowUp.__slots__)
_PACKED = ("offered_to", "declined_by")
_PACKED_PLACES = [_FIELDS.index(name) for name in _PACKED]
_ID_PLACES = [_FIELDS.index(name) for name in ("id", "incident_id", "origin", "accountable")]
_KEPT = ("id", "incident_id", "origin", "opened_at", "agreement_version")  # from the opening on, whatever happens
_CHANGING = tuple(name for name in _FIELDS if name not in (*_PACKED, *_KEPT))
_kept_values, _changing_values = attrgetter(*_KEPT), attrgetter(*_CHANGING)
_ADD = BulkInsert(_TABLE, *_KEPT, "reference", *_CHANGING, *_PACKED, "due_at")
# What stays is not written again: each of its indexes and references to other tables would be gone through.
_SAVE = BulkUpdate(_TABLE, ["id"], [*_CHANGING, *_PACKED, "due_at"])
_ADD_CHANGES = BulkInsert(_CHANGE, *Change._fields)
_SELECT = select(*(_TABLE.c[name] for name in _FIELDS))
_BY_IDS = _SELECT.where(_TABLE.c.id.in_(bindparam("ids", expanding=True)))
_DUE = _SELECT.where(_TABLE.c.due_at <= bindparam("now", type_=UtcDateTime)).order_by(_TABLE.c.due_at, _TABLE.c.id)


def load_follow_ups(connection: Connection, ids: Iterable[bytes]) -> dict[bytes, FollowUp]:
    """Fetch the follow-ups among `ids` that exist."""
    return {each.id: each for each in map(_follow_up, connection.execute(_BY_IDS, {"ids": list(ids)}))}


def add_follow_ups(connection: Connection, follow_ups: Iterable[FollowUp]) -> None:
    """Store new follow-ups."""
    rows = [(*_kept_values(each), reference_of(each.id), *_changed_row(each)) for each in follow_ups]
    _ADD.run(connection, rows)


def save_follow_ups(connection: Connection, follow_ups: Iterable[FollowUp]) -> None:
    """Store changed follow-ups."""
    _SAVE.run(connection, [(each.id, *_changed_row(each)) for each in follow_ups])


def add_changes(connection: Connection, changes: Sequence[Change]) -> None:
    """Store what was done."""
    _ADD_CHANGES.run(connection, changes)


def list_changes(connection: Connection, follow_up_id: bytes) -> list[Change]:
    """List what was done with a follow-up, in order."""
    opened_at = select(_TABLE.c.opened_at).where(_TABLE.c.id == follow_up_id).scalar_subquery()
    query = (
        select(*(_CHANGE.c[name] for name in Change._fields))
        .where(_CHANGE.c.opened_at == opened_at, _CHANGE.c.follow_up_id == follow_up_id)
        .order_by(_CHANGE.c.version)
    )
    return [Change(*row) for row in connection.execute(query)]


def list_due(connection: Connection, now: datetime, limit: int) -> list[FollowUp]:
    """List those whose deadline has passed, the longest overdue first."""
    return [_follow_up(row) for row in connection.execute(_DUE.limit(limit), {"now": now})]


def next_due(connection: Connection) -> datetime | None:
    """Tell when the next deadline is."""
    found: datetime | None = connection.execute(select(func.min(_TABLE.c.due_at))).scalar_one()
    return found


def list_follow_ups(
    connection: Connection,
    *,
    incident_id: bytes | None = None,
    accountable: bytes | None = None,
    queue_only: bool = False,
    open_only: bool = False,
    part: tuple[int, int | None] = (0, None),
) -> list[FollowUp]:
    """List follow-ups, what waits on a coordinator's queue first, then by their next deadline.

    Args:
        queue_only: only those that are escalated, or that the hub was asked to offer.
        part: how many of them to leave out, and how many to give at most.
    """
    wanted: list[ColumnElement[bool]] = []
    if incident_id is not None:
        wanted.append(_TABLE.c.incident_id == incident_id)
    if accountable is not None:
        wanted.append(_TABLE.c.accountable == accountable)
    if queue_only:
        wanted.append((_TABLE.c.escalation > NOT_ESCALATED) | _TABLE.c.hub_asked_to_offer)
    if open_only or queue_only:
        wanted.append(_TABLE.c.work != CLOSED)
    never = _TABLE.c.due_at.is_(None)  # the two databases sort what is missing differently
    order = (_TABLE.c.escalation.desc(), never, _TABLE.c.due_at, _TABLE.c.opened_at, _TABLE.c.id)
    query = _SELECT.where(*wanted).order_by(*order).offset(part[0]).limit(part[1])
    return [_follow_up(row) for row in connection.execute(query)]


def list_not_closed(connection: Connection) -> list[FollowUp]:
    """List every follow-up that is not closed, in the order of opening."""
    query = _SELECT.where(_TABLE.c.work != CLOSED).order_by(_TABLE.c.opened_at, _TABLE.c.id)
    return [_follow_up(row) for row in connection.execute(query)]


def count_open(connection: Connection, incident_id: bytes) -> int:
    """Count the follow-ups of an incident that are not closed."""
    query = select(func.count()).where(_TABLE.c.incident_id == incident_id, _TABLE.c.work != CLOSED)
    return int(connection.execute(query).scalar_one())


def get_by_name(connection: Connection, said: str) -> FollowUp:
    """Fetch a follow-up by its reference, or by its id in hex.

    Raises:
        InvalidRequest: neither a reference nor an id, or two follow-ups have this reference.
        NotFound: there is none.
    """
    is_id = len(said) == 2 * ID_LENGTH and not set(said.lower()) - set("0123456789abcdef")
    named = _TABLE.c.id == bytes.fromhex(said) if is_id else _TABLE.c.reference == read_reference(said)
    found = [_follow_up(row) for row in connection.execute(_SELECT.where(named))]
    if not found:
        raise NotFound("this hub knows no such follow-up: `holdfast hub followups list` shows them")
    if len(found) > 1:
        ids = ", ".join(each.id.hex() for each in found)
        raise InvalidRequest(f"reference: {len(found)} follow-ups have it, give the id: {ids}")
    return found[0]


def _follow_up(row: Row[Any]) -> FollowUp:
    values = list(row)
    for place in _ID_PLACES:
        values[place] = None if values[place] is None else bytes(values[place])
    for place in _PACKED_PLACES:
        values[place] = _unpacked(values[place])
    return FollowUp(*values)


def _changed_row(each: FollowUp) -> tuple[Any, ...]:
    return (*_changing_values(each), b"".join(each.offered_to), b"".join(each.declined_by), each.due_at)


def _unpacked(ids: bytes) -> tuple[bytes, ...]:
    return tuple(bytes(ids[start : start + ID_LENGTH]) for start in range(0, len(ids), ID_LENGTH))
