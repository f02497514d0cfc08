"""Follow-ups as the hub told them, those opened here that it has not told yet, and claims that are due."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
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
from sqlalchemy.orm import Mapped, mapped_column

from common.followup.reference import reference_of
from common.followup.state import CLOSED, FollowUp
from common.storage.columns import UtcDateTime
from node.domain.follow_up import KnownFollowUp
from node.persistence.schema import Base, table_of


class FollowUpRow(Base):
    __tablename__ = "follow_up"
    __table_args__ = (
        CheckConstraint("length(id) = 16", name="id_length"),
        CheckConstraint("length(accountable) = 16", name="accountable_length"),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    reference: Mapped[str] = mapped_column(String(8), index=True)
    incident_id: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    origin: Mapped[bytes] = mapped_column(LargeBinary)
    accountable: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(BigInteger)  # 0: opened here, the hub has not told it yet
    work: Mapped[int] = mapped_column(SmallInteger)
    cohort: Mapped[int] = mapped_column(SmallInteger)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    agreement_version: Mapped[int] = mapped_column(Integer)
    offer: Mapped[int] = mapped_column(SmallInteger)
    offered_to: Mapped[list[str]] = mapped_column(JSON)  # hex: who may answer the open offer
    accept_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    escalation: Mapped[int] = mapped_column(SmallInteger)
    contact_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_contact_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    check_ins: Mapped[int] = mapped_column(Integer)
    next_check_in: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[int | None] = mapped_column(SmallInteger)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reclaim_asked: Mapped[bool] = mapped_column(Boolean)
    hub_asked_to_offer: Mapped[bool] = mapped_column(Boolean)
    queue: Mapped[str] = mapped_column(String(600))
    duty_contact: Mapped[str] = mapped_column(String(400))
    hub_epoch: Mapped[int] = mapped_column(BigInteger)


class ClaimRow(Base):
    """A claim that is still to be written: taken down at the very moment in which a new hub epoch is heard of."""

    __tablename__ = "due_claim"

    subject_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)  # a follow-up, or an incident
    body: Mapped[bytes] = mapped_column(LargeBinary)  # a Report, without its command id and time


TABLE, _CLAIM = table_of(FollowUpRow), table_of(ClaimRow)
_TOLD = ("queue", "duty_contact", "hub_epoch")
_STATE = tuple(column.name for column in TABLE.c if column.name not in (*_TOLD, "reference", "offered_to"))


def save_follow_up(connection: Connection, known: KnownFollowUp) -> None:
    """Store a follow-up in place of an earlier version of it."""
    connection.execute(delete(TABLE).where(TABLE.c.id == known.state.id))
    connection.execute(insert(TABLE), _row(known))


def find_follow_up(connection: Connection, follow_up_id: bytes) -> KnownFollowUp | None:
    """Find a follow-up by id."""
    row = connection.execute(select(TABLE).where(TABLE.c.id == follow_up_id)).one_or_none()
    return None if row is None else known_of(row)


def list_by_reference(connection: Connection, reference: str) -> list[KnownFollowUp]:
    """List the follow-ups that have a reference: one, as good as always."""
    return [known_of(row) for row in connection.execute(select(TABLE).where(TABLE.c.reference == reference))]


def list_between(connection: Connection, low: bytes, high: bytes) -> list[KnownFollowUp]:
    """List the follow-ups whose ids lie between two, both included."""
    query = select(TABLE).where(TABLE.c.id.between(low, high)).order_by(TABLE.c.opened_at, TABLE.c.id)
    return [known_of(row) for row in connection.execute(query)]


def list_follow_ups(connection: Connection, incident_id: bytes | None = None) -> list[KnownFollowUp]:
    """List every follow-up that this agency knows of, or those of one incident, in the order of opening."""
    query = select(TABLE).order_by(TABLE.c.opened_at, TABLE.c.id)
    if incident_id is not None:
        query = query.where(TABLE.c.incident_id == incident_id)
    return [known_of(row) for row in connection.execute(query)]


def list_owned(
    connection: Connection, own: bytes, before_epoch: int, closed_after: datetime, incident_id: bytes | None = None
) -> list[KnownFollowUp]:
    """List what an agency owns and was last told in an earlier hub epoch; of what is closed, the latest."""
    query = select(TABLE).where(
        TABLE.c.accountable == own,
        TABLE.c.version > 0,
        TABLE.c.hub_epoch < before_epoch,
        (TABLE.c.work != CLOSED) | (TABLE.c.closed_at > closed_after),
    )
    if incident_id is not None:
        query = query.where(TABLE.c.incident_id == incident_id)
    return [known_of(row) for row in connection.execute(query.order_by(TABLE.c.opened_at, TABLE.c.id))]


def add_due_claims(connection: Connection, claims: Iterable[tuple[bytes, bytes]]) -> None:
    """Take down claims, each as (what it is about, report), in place of earlier ones about the same."""
    rows = [{"subject_id": id_, "body": body} for id_, body in claims]
    if rows:
        connection.execute(insert(_CLAIM).prefix_with("OR REPLACE"), rows)


def list_due_claims(connection: Connection, limit: int) -> list[tuple[bytes, bytes]]:
    """List claims that are still to be written, each as (what it is about, report)."""
    query = select(_CLAIM).order_by(_CLAIM.c.subject_id).limit(limit)
    return [(bytes(row.subject_id), bytes(row.body)) for row in connection.execute(query)]


def remove_due_claims(connection: Connection, subject_ids: Iterable[bytes]) -> None:
    """Forget claims that have been written."""
    connection.execute(delete(_CLAIM).where(_CLAIM.c.subject_id.in_(list(subject_ids))))


def known_of(row: Row[Any]) -> KnownFollowUp:
    """Read one row."""
    stored = row._mapping
    values = {name: stored[name] for name in _STATE}
    for name in ("id", "origin", "accountable"):
        values[name] = bytes(values[name])
    if values["incident_id"] is not None:
        values["incident_id"] = bytes(values["incident_id"])
    values["offered_to"] = tuple(bytes.fromhex(agency_id) for agency_id in stored["offered_to"])
    return KnownFollowUp(FollowUp(**values), *(stored[name] for name in _TOLD))


def _row(known: KnownFollowUp) -> dict[str, Any]:
    row = {name: getattr(known.state, name) for name in _STATE} | {name: getattr(known, name) for name in _TOLD}
    offered_to = [agency_id.hex() for agency_id in known.state.offered_to]
    return row | {"reference": reference_of(known.state.id), "offered_to": offered_to}
