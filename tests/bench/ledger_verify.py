"""How fast a whole egress ledger is verified, against the bare hashing of its leaves."""

import random
from collections.abc import Callable
from hashlib import sha256
from time import perf_counter

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from common.ledger.checkpoint import SignedCheckpoint, sign_checkpoint, stream_origin
from common.ledger.merkle import Frontier, leaf_hash
from common.ledger.receipt import Receipt, countersign
from common.ledger.verification import Leaf, verify_ledger

LEAVES = 200_000
BODY_LENGTH = 60  # bytes; an activation report has about as many
LEAVES_PER_RECEIPT = 256  # a full batch
ROUNDS = 3  # the best counts: the machine may be busy with other things

Ledger = tuple[list[Leaf], list[SignedCheckpoint], list[Receipt]]


def measure() -> dict[str, object]:
    """Verify a ledger of `LEAVES` leaves held in memory.

    The limit is what no verification can do without: two SHA-256 for each leaf (its own hash and, on average, one
    node above it), in a bare loop over the same bodies. Signatures are on top of that.
    """
    node_key, hub_key = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    origin = stream_origin("bench.holdfast.internal", bytes(16), bytes(16))
    leaves, checkpoints, receipts = _write_ledger(node_key, hub_key, origin)

    def verify() -> None:
        verify_ledger(leaves, checkpoints, receipts, origin, node_key.public_key(), hub_key.public_key())

    def hash_bare() -> None:
        for _, body, _ in leaves:
            sha256(sha256(body).digest()).digest()

    value, limit = _leaves_per_s(verify), _leaves_per_s(hash_bare)
    return {
        "name": "ledger_verify",
        "value": round(value),
        "unit": "leaves/s",
        "limit": round(limit),
        "ratio": round(value / limit, 3),
        "config": {
            "leaves": LEAVES,
            "body_length": BODY_LENGTH,
            "checkpoints": len(checkpoints),
            "receipts": len(receipts),
            "best_of": ROUNDS,
        },
    }


def _write_ledger(node_key: Ed25519PrivateKey, hub_key: Ed25519PrivateKey, origin: str) -> Ledger:
    bodies = random.Random(1)
    frontier = Frontier()
    leaves: list[Leaf] = []
    checkpoints: list[SignedCheckpoint] = []
    receipts: list[Receipt] = []
    for sequence in range(1, LEAVES + 1):
        body = bodies.randbytes(BODY_LENGTH)
        leaves.append(Leaf(sequence, body, leaf_hash(body)))
        frontier.append(leaves[-1].leaf_hash)
        root = frontier.root()
        # One checkpoint for each leaf: the most that a ledger can have, one leaf for each transaction.
        checkpoints.append(SignedCheckpoint(sequence, root, sign_checkpoint(node_key, origin, sequence, root)))
        if sequence % LEAVES_PER_RECEIPT == 0:
            signature = countersign(hub_key, origin, sequence, root, sequence)
            receipts.append(Receipt(sequence, root, sequence, signature))
    return leaves, checkpoints, receipts


def _leaves_per_s(work: Callable[[], None]) -> float:
    return LEAVES / min(_seconds(work) for _ in range(ROUNDS))


def _seconds(work: Callable[[], None]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started
