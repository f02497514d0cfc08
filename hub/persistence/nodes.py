"""The nodes that joined, and their bound keys."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Connection, ForeignKey, Integer, LargeBinary, Row, func, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from hub.domain.credential import CredentialStatus, Node
from hub.domain.node_trouble import WatchedNode
from hub.persistence.agencies import AgencyRow
from hub.persistence.credentials import CredentialRow
from hub.persistence.schema import Base, table_of


class NodeRow(Base):
    __tablename__ = "node"
    __table_args__ = (
        CheckConstraint("length(bound_key) = 32", name="bound_key_length"),
        CheckConstraint("node BETWEEN 1 AND 65535", name="node_range"),
    )

    agency_id: Mapped[bytes] = mapped_column(LargeBinary, ForeignKey("agency.id"), primary_key=True)
    node: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    bound_key: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recovery_number: Mapped[int] = mapped_column(Integer)
    recovery_spki_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


TABLE = table_of(NodeRow)
_NEWEST = func.max(CredentialRow.not_after).label("certificate_until")


def add_node(connection: Connection, node: Node) -> None:
    """Store a node that joins."""
    connection.execute(insert(NodeRow), _row(node))


def find_node(connection: Connection, agency_id: bytes, node: int) -> Node | None:
    """Fetch a node by its name."""
    row = connection.execute(select(TABLE).where(NodeRow.agency_id == agency_id, NodeRow.node == node)).one_or_none()
    return None if row is None else _node(row)


def find_node_by_bound_key(connection: Connection, bound_key: bytes) -> Node | None:
    """Fetch a node by the key it joined with."""
    row = connection.execute(select(TABLE).where(NodeRow.bound_key == bound_key)).one_or_none()
    return None if row is None else _node(row)


def list_nodes(connection: Connection, agency_id: bytes | None = None) -> list[Node]:
    """List every node, or one agency's, by agency and number."""
    statement = select(TABLE).order_by(NodeRow.agency_id, NodeRow.node)
    if agency_id is not None:
        statement = statement.where(NodeRow.agency_id == agency_id)
    return [_node(row) for row in connection.execute(statement)]


def list_watched(connection: Connection) -> list[WatchedNode]:
    """List every node that has not been removed, with what may be wrong with it as the store has it."""
    is_newest = (
        (CredentialRow.agency_id == NodeRow.agency_id)
        & (CredentialRow.node == NodeRow.node)
        & (CredentialRow.status == CredentialStatus.ACTIVE.value)
    )
    statement = (
        select(TABLE.c.agency_id, TABLE.c.node, TABLE.c.joined_at, AgencyRow.quarantined_at, _NEWEST)
        .join(AgencyRow, AgencyRow.id == NodeRow.agency_id)
        .outerjoin(CredentialRow, is_newest)
        .where(NodeRow.removed_at.is_(None))
        .group_by(TABLE.c.agency_id, TABLE.c.node, TABLE.c.joined_at, AgencyRow.quarantined_at)
    )
    return [
        WatchedNode(bytes(row.agency_id), row.node, row.joined_at, row.quarantined_at, row.certificate_until)
        for row in connection.execute(statement)
    ]


def next_node_number(connection: Connection, agency_id: bytes) -> int:
    """Give the number that an agency's next node gets; numbers are never used again."""
    statement = select(func.coalesce(func.max(NodeRow.node), 0)).where(NodeRow.agency_id == agency_id)
    return int(connection.execute(statement).scalar_one()) + 1


def save_node(connection: Connection, node: Node) -> None:
    """Store what changed of a node."""
    statement = update(NodeRow).where(NodeRow.agency_id == node.agency_id, NodeRow.node == node.node)
    connection.execute(statement.values(_row(node)))


def remove_nodes(connection: Connection, agency_id: bytes, now: datetime) -> None:
    """Mark an agency's nodes as removed; the first time is kept."""
    statement = update(NodeRow).where(NodeRow.agency_id == agency_id, NodeRow.removed_at.is_(None))
    connection.execute(statement.values(removed_at=now))


def _node(row: Row[Any]) -> Node:
    return Node(
        agency_id=bytes(row.agency_id),
        node=row.node,
        bound_key=bytes(row.bound_key),
        joined_at=row.joined_at,
        recovery_number=row.recovery_number,
        recovery_spki_hash=None if row.recovery_spki_hash is None else bytes(row.recovery_spki_hash),
        removed_at=row.removed_at,
    )


def _row(node: Node) -> dict[str, Any]:
    return {
        "agency_id": node.agency_id,
        "node": node.node,
        "bound_key": node.bound_key,
        "joined_at": node.joined_at,
        "recovery_number": node.recovery_number,
        "recovery_spki_hash": node.recovery_spki_hash,
        "removed_at": node.removed_at,
    }
