"""What the store holds of every node, for the board of their health: a few statements for all of them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select, true

from hub.domain.agency import Agency
from hub.domain.credential import CredentialStatus, Node, Phase
from hub.domain.node_facts import NodeFacts
from hub.persistence.agencies import list_agencies
from hub.persistence.credentials import CredentialRow
from hub.persistence.intermediates import IntermediateRow
from hub.persistence.invitations import InvitationRow
from hub.persistence.nodes import list_nodes
from hub.persistence.streams import ReceiptRow, StreamRow

NodeName = tuple[bytes, int]


def list_node_facts(
    connection: Connection, now: datetime, only: Agency | None = None
) -> list[tuple[Agency, NodeFacts]]:
    """List every node that has not been removed, and every agency that has none, by agency and number.

    Args:
        only: one agency's; all of them, if left out.
    """
    at_work: dict[bytes, list[Node]] = {}
    removed: dict[bytes, datetime] = {}
    for node in list_nodes(connection, None if only is None else only.id):
        if node.removed_at is None:
            at_work.setdefault(node.agency_id, []).append(node)
        else:
            removed[node.agency_id] = max(node.removed_at, removed.get(node.agency_id, node.removed_at))
    certificates, streams = _certificates(connection, only), _streams(connection, only)
    invited = _open_invitations(connection, now)
    found = []
    for agency in list_agencies(connection) if only is None else [only]:
        about: dict[str, Any] = {
            "agency_id": agency.id,
            "membership": agency.membership,
            "created_at": agency.created_at,
            "mailbox_head": agency.mailbox_head,
            "quarantined_at": agency.quarantined_at,
            "invited_until": invited.get(agency.id),
        }
        for node in at_work.get(agency.id, ()):
            name = (node.agency_id, node.node)
            joined: dict[str, Any] = {
                "node": node.node,
                "joined_at": node.joined_at,
                "recoveries": node.recovery_number,
            }
            facts = NodeFacts(**about, **joined, **certificates.get(name, {}), **streams.get(name, {}))
            found.append((agency, facts))
        if agency.id not in at_work:
            found.append((agency, NodeFacts(**about, removed_at=removed.get(agency.id))))
    return found


def _certificates(connection: Connection, only: Agency | None) -> Mapping[NodeName, dict[str, Any]]:
    """Give each node's newest certificate that is taken."""
    rows = connection.execute(
        select(
            CredentialRow.agency_id,
            CredentialRow.node,
            CredentialRow.issued_at,
            CredentialRow.not_after,
            IntermediateRow.phase,
        )
        .join(IntermediateRow, IntermediateRow.number == CredentialRow.intermediate)
        .where(CredentialRow.status == CredentialStatus.ACTIVE.value, _is(CredentialRow.agency_id, only))
        .order_by(CredentialRow.not_after)
    )
    return {
        (bytes(row.agency_id), row.node): {
            "certificate_since": row.issued_at,
            "certificate_until": row.not_after,
            "phase": Phase(row.phase),
        }
        for row in rows
    }


def _streams(connection: Connection, only: Agency | None) -> Mapping[NodeName, dict[str, Any]]:
    """Give how far each node's open stream is, and when both sides last signed one tree over it."""
    last = (
        select(ReceiptRow.signed_at_unix_s)
        .where(ReceiptRow.stream_number == StreamRow.number)
        .order_by(ReceiptRow.size.desc())
        .limit(1)
        .scalar_subquery()
        .label("signed_at")
    )
    rows = connection.execute(
        select(StreamRow.agency_id, StreamRow.node, StreamRow.stream_id, StreamRow.next_sequence, last)
        .where(StreamRow.ended_at.is_(None), _is(StreamRow.agency_id, only))
        .order_by(StreamRow.number)
    )
    return {(bytes(row.agency_id), row.node): _stream(row) for row in rows}


def _is(column: Any, only: Agency | None) -> ColumnElement[bool]:
    return true() if only is None else column == only.id


def _stream(row: Row[Any]) -> dict[str, Any]:
    compared_at = None if row.signed_at is None else datetime.fromtimestamp(row.signed_at, UTC)
    acknowledged = row.next_sequence - 1
    return {"stream_id": bytes(row.stream_id), "acknowledged": acknowledged, "compared_at": compared_at}


def _open_invitations(connection: Connection, now: datetime) -> Mapping[bytes, datetime]:
    """Give each agency's invitation that nobody used yet, by its end."""
    rows = connection.execute(
        select(InvitationRow.agency_id, func.max(InvitationRow.expires_at).label("until"))
        .where(InvitationRow.revoked_at.is_(None), InvitationRow.spki_hash.is_(None), InvitationRow.expires_at > now)
        .group_by(InvitationRow.agency_id)
    )
    return {bytes(row.agency_id): row.until for row in rows}
