"""What left, shown and proved: the four promises' second, for whoever runs the node.

Source: DESIGN.md 1 (promise 2); TRUST.md t02, r01.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from google.protobuf.message import DecodeError
from sqlalchemy import Connection

from common.codes import word
from common.errors import NotFound
from common.ledger import LedgerBroken
from common.ledger.checkpoint import stream_origin
from common.ledger.export import write_export
from common.ledger.verification import Leaf, LedgerSummary, verify_ledger
from common.wire.v1.codes_pb2 import Outcome
from common.wire.v1.report_pb2 import Report
from node.domain.delivery import Stream
from node.domain.wording import Plain, report_fields, report_words
from node.persistence import ledger, outbox, streams
from node.persistence.membership import get_membership
from node.persistence.outbox import OutboxEntry

DAMAGED = "this entry is damaged: verify the ledger, it names the first bad entry"


@dataclass(frozen=True)
class ShownLeaf:
    """One report as a person may read it."""

    stream_number: int
    sequence: int
    created_at: datetime | None
    outcome: str  # `waiting` until the hub acknowledged it
    reason: str
    words: str
    fields: Plain


@dataclass(frozen=True)
class Verified:
    """What verifying one stream's ledger found."""

    stream_number: int
    stream_id: bytes
    summary: LedgerSummary | None  # None when it is broken, or was not read
    first_bad: int | None  # sequence
    reason: str
    unread: int = 0  # reports, of a stream that was not read since it is too long


def show(connection: Connection, first: int = 1, limit: int | None = None) -> Iterator[ShownLeaf]:
    """Give every report that was written to leave, in order, from the first life of the ledger on.

    Args:
        first: sequence in the current stream; 1 shows the earlier streams too.
        limit: how many at most.
    """
    remaining = limit
    for stream in streams.list_streams(connection):
        if first > 1 and stream.ended_at is not None:
            continue
        rows = {entry.sequence: entry for entry in outbox.list_from(connection, stream.stream_id, first, remaining)}
        for leaf in ledger.read_leaves(connection, stream.stream_id, first, remaining):
            yield shown(stream, leaf, rows.get(leaf.sequence))
            remaining = None if remaining is None else remaining - 1
        if remaining == 0:
            return


def verify(
    connection: Connection, node_key: Ed25519PublicKey, *, every_checkpoint: bool = True, longest: int | None = None
) -> list[Verified]:
    """Verify the ledger of every stream, offline. The keys come from elsewhere than the ledger.

    Args:
        longest: streams of more reports are not read: nothing is found out of them.
    """
    membership = get_membership(connection)
    hub_key = Ed25519PublicKey.from_public_bytes(membership.hub_ledger_key)
    found = []
    for stream in streams.list_streams(connection):
        if longest is not None and stream.head > longest:
            found.append(Verified(stream.number, stream.stream_id, None, None, "", stream.head))
            continue
        origin = stream_origin(membership.trust_domain, membership.agency_id, stream.stream_id)
        try:
            summary = verify_ledger(
                ledger.read_leaves(connection, stream.stream_id),
                ledger.read_checkpoints(connection, stream.stream_id),
                (stored.receipt for stored in ledger.read_receipts(connection, stream.stream_id)),
                origin,
                node_key,
                hub_key,
                every_checkpoint=every_checkpoint,
            )
            found.append(_against_stream(stream, summary))
        except LedgerBroken as broken:
            found.append(Verified(stream.number, stream.stream_id, None, broken.sequence, broken.reason))
    return found


def export(connection: Connection, node_key: Ed25519PublicKey, file: TextIO, number: int | None = None) -> Stream:
    """Write one stream's ledger as a file that anybody can verify who has both public keys.

    Args:
        number: which life of the ledger; None for the current one.

    Raises:
        NotFound: there is no such stream.
    """
    membership = get_membership(connection)
    every = streams.list_streams(connection)
    stream = next((stream for stream in every if stream.number == number), None) if number else every[-1]
    if stream is None:
        raise NotFound(f"there is no stream {number}: this ledger has had {len(every)}")
    write_export(
        file,
        stream_origin(membership.trust_domain, membership.agency_id, stream.stream_id),
        node_key,
        Ed25519PublicKey.from_public_bytes(membership.hub_ledger_key),
        ledger.read_leaves(connection, stream.stream_id),
        ledger.read_checkpoints(connection, stream.stream_id),
        (stored.receipt for stored in ledger.read_receipts(connection, stream.stream_id)),
    )
    return stream


def _against_stream(stream: Stream, summary: LedgerSummary) -> Verified:
    """Compare with how far the stream says it is: with its tail cut, a ledger verifies as the shorter one it was."""
    if (summary.leaves, summary.root) == (stream.head, stream.frontier.root()):
        return Verified(stream.number, stream.stream_id, summary, None, "")
    bad = min(summary.leaves, stream.head) + 1
    reason = (
        f"the ledger ends at {summary.leaves}, this stream had written {stream.head}: entries are missing or were added"
    )
    return Verified(stream.number, stream.stream_id, None, bad, reason)


def words_of(leaf: Leaf) -> str:
    """Say in one line what left."""
    try:
        return report_words(Report.FromString(leaf.body))
    except DecodeError:
        return DAMAGED


def shown(stream: Stream, leaf: Leaf, entry: OutboxEntry | None) -> ShownLeaf:
    """Say one report as a person may read it."""
    words, fields = words_of(leaf), {}
    if words != DAMAGED:
        fields = report_fields(Report.FromString(leaf.body))
    outcome = entry.outcome if entry else None
    return ShownLeaf(
        stream_number=stream.number,
        sequence=leaf.sequence,
        created_at=entry.created_at if entry else None,
        outcome="waiting" if outcome is None else word(Outcome, outcome),
        reason=entry.reason if entry else "",
        words=words,
        fields=fields,
    )
