"""What has left, for whoever looks through it: the newest first, each report with its exact bytes and its proof.

1. A proof is C2SP's tlog-proof: the place of the leaf, the path to the root, and a checkpoint that the node signed and,
   once it has confirmed so much, the hub too. It is checked with the two public keys and nothing else.
2. What the hub knows of this agency is what left: the reports that it took, the newest of each kind.

Source: DESIGN.md 1 (promise 2); TRUST.md r01.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection

from common.errors import NotFound, WrongState
from common.ledger.checkpoint import checkpoint_line, checkpoint_text, stream_origin
from common.ledger.merkle import inclusion_proof
from common.ledger.note import encode_base64, encode_note
from common.ledger.receipt import Receipt, receipt_line
from common.ledger.verification import Leaf
from node.domain.delivery import Stream
from node.persistence import ledger, outbox, streams
from node.persistence.left import KindLeft, Wanted, count_kinds, find_last_receipt, hashes_through, list_newest
from node.persistence.membership import get_membership
from node.persistence.outbox import OutboxEntry

PROOF_FORMAT = "c2sp.org/tlog-proof@v1"
Place = tuple[int, int]  # stream number and sequence


@dataclass(frozen=True)
class Left:
    """One report, where it stands, and what became of it."""

    stream: Stream
    leaf: Leaf
    entry: OutboxEntry | None


@dataclass(frozen=True)
class Standing:
    """One stream's ledger, and how much of it the hub has countersigned."""

    stream: Stream
    receipt: Receipt | None


def newest(connection: Connection, wanted: Wanted, before: Place | None, limit: int) -> list[Left]:
    """List what has left or waits to, the newest first.

    Args:
        before: only what stands before this place.
    """
    found: list[Left] = []
    for stream in reversed(streams.list_streams(connection)):
        if before is not None and stream.number > before[0]:
            continue
        older = before[1] if before is not None and stream.number == before[0] else None
        some = list_newest(connection, stream, wanted, older, limit - len(found))
        found += [Left(stream, leaf, entry) for entry, leaf in some]
        if len(found) == limit:
            break
    return found


def get_left(connection: Connection, place: Place) -> Left:
    """Fetch one report; raises NotFound."""
    number, sequence = place
    stream = next((each for each in streams.list_streams(connection) if each.number == number), None)
    leaf = None if stream is None else next(ledger.read_leaves(connection, stream.stream_id, sequence, 1), None)
    if stream is None or leaf is None or leaf.sequence != sequence:
        raise NotFound(f"nothing left as {number}/{sequence}: the ledger has every report that did")
    entry = next(iter(outbox.list_from(connection, stream.stream_id, sequence, 1)), None)
    return Left(stream, leaf, entry if entry is not None and entry.sequence == sequence else None)


def standings(connection: Connection) -> list[Standing]:
    """Give every stream, the newest first."""
    every = reversed(streams.list_streams(connection))
    return [Standing(stream, find_last_receipt(connection, stream.stream_id)) for stream in every]


def kinds(connection: Connection) -> list[KindLeft]:
    """Count what left by kind, over all streams, each with its newest report (2)."""
    order = [stream.stream_id for stream in streams.list_streams(connection)]
    merged: dict[str, KindLeft] = {}
    for each in sorted(count_kinds(connection), key=lambda found: order.index(found.stream_id)):
        before = merged.get(each.kind)
        count, applied = (before.count, before.applied) if before else (0, 0)
        merged[each.kind] = KindLeft(each.stream_id, each.kind, count + each.count, applied + each.applied, each.newest)
    return list(merged.values())


def proof(connection: Connection, node_key: Ed25519PublicKey, place: Place) -> str:
    """Give the proof that a report is in the ledger (1).

    Raises:
        NotFound: there is no such report.
        WrongState: its checkpoint is missing: verifying the ledger names the first bad entry.
    """
    found = get_left(connection, place)
    receipt = find_last_receipt(connection, found.stream.stream_id)
    is_covered = receipt is not None and receipt.size >= found.leaf.sequence
    size = receipt.size if receipt is not None and is_covered else found.stream.head
    path = inclusion_proof(list(hashes_through(connection, found.stream.stream_id, size)), found.leaf.sequence - 1)
    note = checkpoint_note(connection, node_key, found.stream, size, receipt if is_covered else None)
    return _proof_text(found.leaf.sequence - 1, path, note)


def checkpoint_note(
    connection: Connection, node_key: Ed25519PublicKey, stream: Stream, size: int, receipt: Receipt | None
) -> str:
    """Give a checkpoint as C2SP writes it, signed by the node and, where there is a receipt of it, by the hub."""
    membership = get_membership(connection)
    origin = stream_origin(membership.trust_domain, membership.agency_id, stream.stream_id)
    signed = ledger.find_checkpoint(connection, stream.stream_id, size)
    root = receipt.root if receipt is not None else signed.root if signed is not None else b""
    lines = [checkpoint_line(origin, node_key, signed.signature)] if signed is not None and signed.root == root else []
    if receipt is not None:
        hub_key = Ed25519PublicKey.from_public_bytes(membership.hub_ledger_key)
        lines.append(receipt_line(origin, hub_key, receipt))
    if not lines:
        raise WrongState(f"no checkpoint of {size} reports is here: verify the ledger, it names the first bad entry")
    return encode_note(checkpoint_text(origin, size, root), lines).decode()


def _proof_text(index: int, path: Sequence[bytes], note: str) -> str:
    return "\n".join((PROOF_FORMAT, f"index {index}", *(encode_base64(each) for each in path), "", note))
