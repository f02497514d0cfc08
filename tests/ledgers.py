"""Egress ledgers as a node stores them, for tests: valid until a test changes something."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from common.ledger.checkpoint import SignedCheckpoint, sign_checkpoint, stream_origin
from common.ledger.merkle import Frontier, leaf_hash
from common.ledger.receipt import Receipt, countersign
from common.ledger.verification import Leaf, LedgerSummary, verify_ledger

NODE_SIGNING_KEY, HUB_SIGNING_KEY = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
NODE_KEY, HUB_KEY = NODE_SIGNING_KEY.public_key(), HUB_SIGNING_KEY.public_key()
ORIGIN = stream_origin("ridgeline.holdfast.internal", b"\xaa" * 16, b"\xbb" * 16)


@dataclass
class StoredLedger:
    """The three tables, open to be changed behind the node's back."""

    leaves: list[Leaf]
    checkpoints: list[SignedCheckpoint]
    receipts: list[Receipt]

    def verify(self, *, every_checkpoint: bool = False) -> LedgerSummary:
        return verify_ledger(
            iter(self.leaves),
            iter(self.checkpoints),
            iter(self.receipts),
            ORIGIN,
            NODE_KEY,
            HUB_KEY,
            every_checkpoint=every_checkpoint,
        )

    def edit_body(self, sequence: int) -> None:
        leaf = self.leaves[sequence - 1]
        self.leaves[sequence - 1] = leaf._replace(body=leaf.body + b"!")

    def edit_body_and_hash(self, sequence: int) -> None:
        self.edit_body(sequence)
        leaf = self.leaves[sequence - 1]
        self.leaves[sequence - 1] = leaf._replace(leaf_hash=leaf_hash(leaf.body))

    def renumber(self) -> None:
        self.leaves = [leaf._replace(sequence=sequence) for sequence, leaf in enumerate(self.leaves, 1)]

    def recompute_roots(self, *, sign: bool) -> None:
        """Make every checkpoint fit the leaves; without the node's key the old signatures have to stay."""
        frontier, checkpoints = Frontier(), []
        for checkpoint in self.checkpoints:
            frontier.extend(leaf.leaf_hash for leaf in self.leaves[frontier.size : checkpoint.size])
            root = frontier.root()
            signature = sign_checkpoint(NODE_SIGNING_KEY, ORIGIN, checkpoint.size, root) if sign else b""
            checkpoints.append(replace(checkpoint, root=root, signature=signature or checkpoint.signature))
        self.checkpoints = checkpoints


def stored_ledger(transactions: Sequence[int], receipted: Sequence[int] = ()) -> StoredLedger:
    """Write a ledger.

    Args:
        transactions: how many leaves each appended; one checkpoint each.
        receipted: sizes that the hub countersigned, one minute apart.
    """
    frontier = Frontier()
    ledger = StoredLedger([], [], [])
    for appended in transactions:
        for _ in range(appended):
            body = b"report %d" % (frontier.size + 1)
            frontier.append(leaf_hash(body))
            ledger.leaves.append(Leaf(frontier.size, body, leaf_hash(body)))
        size, root = frontier.size, frontier.root()
        ledger.checkpoints.append(SignedCheckpoint(size, root, sign_checkpoint(NODE_SIGNING_KEY, ORIGIN, size, root)))
        if size in receipted:
            at_unix_s = 1_800_000_000 + 60 * len(ledger.receipts)
            signature = countersign(HUB_SIGNING_KEY, ORIGIN, size, root, at_unix_s)
            ledger.receipts.append(Receipt(size, root, at_unix_s, signature))
    return ledger
