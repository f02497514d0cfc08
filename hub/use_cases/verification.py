"""The hub's mirror of every node's ledger, proved from its own store: what it countersigned is what it holds.

For each stream: sequences are dense from 1, the root over the stored bodies is the root of every receipt at its size,
each receipt carries the node's and the hub's signature, and the frontier that the next report is added to is the same
tree's.

Source: DESIGN.md 1 (promise 2); TRUST.md r01.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection

from common.errors import WrongState
from common.ledger import LedgerBroken
from common.ledger.checkpoint import SignedCheckpoint, stream_origin
from common.ledger.merkle import leaf_hash
from common.ledger.receipt import Receipt as SignedReceipt
from common.ledger.verification import Leaf, verify_ledger
from hub.domain.delivery import Stream
from hub.persistence import agencies, nodes, streams

PAGE = 4096  # reports read at once


@dataclass(frozen=True)
class StreamVerdict:
    """What was found of one stream."""

    agency: str
    node: int
    stream_id: bytes
    reports: int
    receipts: int
    fault: str  # empty: everything verifies


def verify_mirror(connection: Connection, trust_domain: str, hub_key: Ed25519PublicKey) -> list[StreamVerdict]:
    """Verify every stream from its first leaf."""
    slugs = {agency.id: agency.slug for agency in agencies.list_agencies(connection)}
    return [
        _verify(stream, slugs[stream.agency_id], connection, trust_domain, hub_key)
        for stream in streams.list_streams(connection)
    ]


def _verify(
    stream: Stream, slug: str, connection: Connection, trust_domain: str, hub_key: Ed25519PublicKey
) -> StreamVerdict:
    receipts = streams.list_receipts(connection, stream.number)
    fault = ""
    try:
        node = nodes.find_node(connection, stream.agency_id, stream.node)
        if node is None:
            raise WrongState("the node that signed it is not known here")
        summary = verify_ledger(
            _leaves(connection, stream.number),
            [SignedCheckpoint(receipt.size, receipt.root, receipt.node_signature) for receipt in receipts],
            [SignedReceipt(r.size, r.root, r.signed_at_unix_s, r.signature) for r in receipts],
            stream_origin(trust_domain, stream.agency_id, stream.stream_id),
            Ed25519PublicKey.from_public_bytes(node.bound_key),
            hub_key,
            every_checkpoint=True,
        )
        if (summary.leaves, summary.root) != (stream.frontier.size, stream.frontier.root()):
            raise LedgerBroken(summary.leaves, "the tree that the next report is added to is another one")
        if stream.next_sequence != summary.leaves + 1:
            raise LedgerBroken(summary.leaves, f"report {stream.next_sequence} is wanted next")
    except WrongState as error:
        fault = str(error)
    return StreamVerdict(slug, stream.node, stream.stream_id, stream.next_sequence - 1, len(receipts), fault)


def _leaves(connection: Connection, stream_number: int) -> Iterator[Leaf]:
    first = 1
    while page := streams.read_reports(connection, stream_number, first, first + PAGE - 1):
        for report in page:
            yield Leaf(report.sequence, report.body, leaf_hash(report.body))
        first = page[-1].sequence + 1
