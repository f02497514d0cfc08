"""The one way out: the egress guard, then leaf, signed tree and outbox row in one transaction.

1. The report is encoded canonically, parsed again from those bytes, and unknown fields are refused.
2. Every field is checked against the rule that the contract writes beside it.
3. What was parsed is encoded again and must be the same bytes: bytes on the wire = bytes in the ledger.
4. Leaf, frontier, checkpoint and outbox row are written together. Where the ledger cannot be written, nothing leaves.

Source: DESIGN.md 1 (promises 1 and 2), 3; TRUST.md t05, t06, d02.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from common.errors import InvalidRequest
from common.identity.keys import Ed25519PrivateKey
from common.ledger.checkpoint import SignedCheckpoint, sign_checkpoint, stream_origin
from common.ledger.merkle import leaf_hash
from common.ledger.verification import Leaf
from common.wire import canonical, validate
from common.wire.v1.report_pb2 import Report
from node.domain.delivery import Stream, check_fits
from node.persistence import ledger, outbox, streams
from node.persistence.membership import get_membership
from node.persistence.outbox import OutboxEntry

_SUBJECTS = {  # which field of a kind says what the report is about
    "activation": "incident_id",
    "follow_up": "follow_up_id",
    "table_release": "window_id",
    "agreement_signature": "agreement_id",
    "peer_aid": "request_id",
    "region_status": "incident_id",
    "release_hold": "window_id",
}


def append(
    connection: Connection, reports: Sequence[Report], key: Ed25519PrivateKey, now: datetime
) -> list[OutboxEntry]:
    """Write reports that are to leave, all or none.

    Args:
        connection: the write transaction.
        reports: at least one; together no more than one batch.
        key: the node's bound key, which signs the tree.
        now: node time, UTC.

    Raises:
        InvalidRequest: names the field that breaks its rule; nothing is written.
        TooMuch: they do not fit one batch.
    """
    bodies = [guarded(report) for report in reports]
    if not bodies:
        raise InvalidRequest("reports: at least 1 needed, 0 given")
    return append_guarded(connection, bodies, key, now)


def guarded(report: Report) -> bytes:
    """Give the bytes in which a report may leave (rules 1 to 3).

    Raises:
        InvalidRequest: names the field, or says that it holds something unknown.
    """
    body = canonical.encode(report)
    parsed = canonical.decode(body, Report)  # 1
    validate.check(parsed)  # 2
    if canonical.encode(parsed) != body:  # 3
        raise InvalidRequest("Report: does not come out of its encoding as it went in")
    return body


def append_guarded(
    connection: Connection, bodies: Sequence[bytes], key: Ed25519PrivateKey, now: datetime
) -> list[OutboxEntry]:
    """Write bodies that passed the guard at the end of the current stream (rule 4)."""
    check_fits([len(body) for body in bodies])
    stream = streams.get_current_stream(connection)
    membership = get_membership(connection)
    leaves = [Leaf(stream.head + offset, body, leaf_hash(body)) for offset, body in enumerate(bodies, 1)]
    frontier = stream.frontier.copy()
    frontier.extend(leaf.leaf_hash for leaf in leaves)
    root = frontier.root()
    origin = stream_origin(membership.trust_domain, membership.agency_id, stream.stream_id)
    signature = sign_checkpoint(key, origin, frontier.size, root)
    entries = [_entry(stream, leaf, now) for leaf in leaves]
    ledger.add_leaves(connection, stream.stream_id, leaves)
    ledger.add_checkpoint(connection, stream.stream_id, SignedCheckpoint(frontier.size, root, signature))
    outbox.add_entries(connection, entries)
    streams.set_frontier(connection, stream.stream_id, frontier)
    return entries


def _entry(stream: Stream, leaf: Leaf, now: datetime) -> OutboxEntry:
    report = Report.FromString(leaf.body)
    kind = report.WhichOneof("kind") or ""
    subject = _SUBJECTS.get(kind)
    return OutboxEntry(
        stream_id=stream.stream_id,
        sequence=leaf.sequence,
        command_id=report.command_id,
        kind=kind,
        subject_id=getattr(getattr(report, kind), subject) if subject else None,
        created_at=now,
        outcome=None,
        reason="",
        acknowledged_at=None,
    )
