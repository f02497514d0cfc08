"""The one row that says which agency this node is, and of which hub."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Connection,
    Integer,
    LargeBinary,
    Row,
    String,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from common.errors import NotFound
from common.storage.columns import UtcDateTime
from node.domain.membership import Membership
from node.persistence.schema import Base, table_of


class MembershipRow(Base):
    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("length(agency_id) = 16", name="agency_id_length"),
        CheckConstraint("length(hub_ledger_key) = 32", name="hub_ledger_key_length"),
        CheckConstraint("mailbox_cursor >= 0", name="cursor_from_0"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    agency_id: Mapped[bytes] = mapped_column(LargeBinary)
    node: Mapped[int] = mapped_column(Integer)
    trust_domain: Mapped[str] = mapped_column(String(253))
    agency_name: Mapped[str] = mapped_column(String(200))
    hub_ledger_key: Mapped[bytes] = mapped_column(LargeBinary)
    hub_epoch: Mapped[int] = mapped_column(BigInteger)
    uplink_address: Mapped[str] = mapped_column(String(300))
    enrollment_address: Mapped[str] = mapped_column(String(300))
    recovery_number: Mapped[int] = mapped_column(BigInteger)
    mailbox_cursor: Mapped[int] = mapped_column(BigInteger)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)


TABLE = table_of(MembershipRow)
_MOVE_CURSOR = (
    update(TABLE).where(TABLE.c.hub_epoch == bindparam("in_epoch")).values(mailbox_cursor=bindparam("cursor"))
)


def add_membership(connection: Connection, membership: Membership) -> None:
    """Store which agency this node is, once."""
    connection.execute(insert(TABLE), _row(membership))


def find_membership(connection: Connection) -> Membership | None:
    """Fetch which agency this node is; None before it joined."""
    row = connection.execute(select(TABLE)).one_or_none()
    return None if row is None else _membership(row)


def get_membership(connection: Connection) -> Membership:
    """Fetch which agency this node is, or raise NotFound."""
    membership = find_membership(connection)
    if membership is None:
        raise NotFound("this node has not joined a hub yet: run `holdfast node join` with the string from its operator")
    return membership


def save_membership(connection: Connection, membership: Membership) -> None:
    """Store what changed about this node or its hub."""
    connection.execute(update(TABLE).values(_row(membership)))


def set_mailbox_cursor(connection: Connection, cursor: int, in_epoch: int) -> None:
    """Move the cursor to the last notice applied; where a newer hub epoch was seen by now, it stays."""
    connection.execute(_MOVE_CURSOR, {"cursor": cursor, "in_epoch": in_epoch})


def set_hub_epoch(connection: Connection, hub_epoch: int) -> None:
    """Remember the greatest hub epoch seen."""
    connection.execute(update(TABLE).values(hub_epoch=hub_epoch))


def _membership(row: Row[Any]) -> Membership:
    return Membership(
        agency_id=bytes(row.agency_id),
        node=row.node,
        trust_domain=row.trust_domain,
        agency_name=row.agency_name,
        hub_ledger_key=bytes(row.hub_ledger_key),
        hub_epoch=row.hub_epoch,
        uplink_address=row.uplink_address,
        enrollment_address=row.enrollment_address,
        recovery_number=row.recovery_number,
        mailbox_cursor=row.mailbox_cursor,
        joined_at=row.joined_at,
    )


def _row(membership: Membership) -> dict[str, Any]:
    return {"id": 1} | vars(membership)
