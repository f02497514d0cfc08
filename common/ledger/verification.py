"""Every rule that a whole egress ledger must keep, checked offline, without I/O.

Verification steps, numbered the same in the code:

1. Leaves are dense: sequences 1, 2, 3 ... with none missing, doubled or out of its place.
2. Each leaf's stored hash is the hash of its body.
3. Checkpoints stand in order of size, one for each; receipts stand in order of size.
4. Every receipt is signed by the hub. The last checkpoint, and one at least every `STRIDE` leaves, is signed by the
   node. (Every one of them, if asked for.)
5. The root over the leaves is the root that was signed, at the size of every receipt and checkpoint of step 4.
6. No leaf that was signed is missing at the end.
7. No leaf stands behind the last checkpoint: leaf and checkpoint are written in one transaction.

A signed root covers all leaves before it, so steps 4 and 5 leave nothing out at the price of few signatures. When one
of these steps fails, every checkpoint and receipt since the last good one is gone through (one checkpoint for each
transaction that appended) so that the first bad entry is named, not merely the stretch it lies in. When a transaction
wrote several leaves and both a body and its stored hash were changed, its first leaf is named, and the message says
how far the doubt goes.

Leaves are read once, in order, and only the hashes since the last good checkpoint are kept: any length of ledger can
be streamed through. A ledger that was cut back together with its checkpoints *and* receipts verifies as the shorter
ledger that it once was; the hub, which knows a greater size, tells the two apart.

Source: DESIGN.md 1 (promise 2), 3; TRUST.md t02, r01.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import NamedTuple, NoReturn, TypeAlias

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from common.ledger import LedgerBroken, SignatureInvalid
from common.ledger.checkpoint import SignedCheckpoint, verify_checkpoint
from common.ledger.merkle import Frontier
from common.ledger.receipt import Receipt, by_size, verify_receipt

STRIDE = 4096  # leaves between two checkpoint signatures that are verified in any case


class Leaf(NamedTuple):  # a tuple, not a dataclass: a ledger has millions, and a database row unpacks the same way
    """One entry as it is stored."""

    sequence: int  # from 1
    body: bytes  # the canonical encoding of a Report
    leaf_hash: bytes  # 32 bytes


Claim: TypeAlias = SignedCheckpoint | Receipt


@dataclass(frozen=True, slots=True)
class LedgerSummary:
    """What a ledger that verifies proves."""

    leaves: int
    root: bytes
    checkpoints: int
    receipts: int
    receipted: int  # leaves that the hub has confirmed; never more than `leaves`
    receipted_at_unix_s: int | None  # hub clock, of the last receipt


def verify_ledger(
    leaves: Iterable[Leaf],
    checkpoints: Iterable[SignedCheckpoint],
    receipts: Iterable[Receipt],
    origin: str,
    node_key: Ed25519PublicKey,
    hub_key: Ed25519PublicKey,
    *,
    every_checkpoint: bool = False,
) -> LedgerSummary:
    """Verify one stream's ledger from its first leaf, by the steps above.

    Args:
        leaves: all of the stream, ascending by sequence; read once.
        checkpoints: ascending by size; read once, along with the leaves.
        receipts: ascending by size; read once, along with the leaves.
        origin: the stream's name, see `checkpoint.stream_origin`.
        node_key: the agency's bound key, known from elsewhere than the ledger.
        hub_key: the hub's ledger key, known from elsewhere than the ledger.
        every_checkpoint: verify the signature of each checkpoint, some 130 microseconds each: a ledger with one for
            each of 100,000 leaves takes 13 seconds instead of 1.

    Raises:
        LedgerBroken: names the first bad entry.
    """
    return _Walk(leaves, origin, node_key, hub_key, 1 if every_checkpoint else STRIDE).run(checkpoints, receipts)


class _Walk:
    """One pass over a ledger."""

    def __init__(
        self,
        leaves: Iterable[Leaf],
        origin: str,
        node_key: Ed25519PublicKey,
        hub_key: Ed25519PublicKey,
        stride: int,
    ) -> None:
        self._leaves = iter(leaves)
        self._origin, self._node_key, self._hub_key, self._stride = origin, node_key, hub_key, stride
        self._tree = Frontier()  # over the leaves up to the last good root
        self._hashes: list[bytes] = []  # of the leaves behind it
        self._claims: list[Claim] = []  # what is signed, or said to be, about the trees behind it
        self._in_doubt = False  # one of the claims is not signed as it should be
        self._checkpoints = self._receipts = 0
        self._checkpointed = self._claimed = 0  # greatest sizes so far
        self._last_receipt: Receipt | None = None

    def run(self, checkpoints: Iterable[SignedCheckpoint], receipts: Iterable[Receipt]) -> LedgerSummary:
        claims = by_size(checkpoints, receipts)
        present = next(claims, None)
        while present is not None:
            following = next(claims, None)
            self._take(*present, is_last=following is None)
            present = following
        if next(self._leaves, None) is not None:  # step 7
            raise LedgerBroken(self._tree.size + 1, "no checkpoint covers it: it was added to the stored ledger")
        if self._checkpointed < self._tree.size:
            raise LedgerBroken(self._checkpointed + 1, "no checkpoint covers it: its checkpoint was removed")
        last = self._last_receipt
        return LedgerSummary(
            leaves=self._tree.size,
            root=self._tree.root(),
            checkpoints=self._checkpoints,
            receipts=self._receipts,
            receipted=last.size if last else 0,
            receipted_at_unix_s=last.signed_at_unix_s if last else None,
        )

    def _take(self, size: int, checkpoint: SignedCheckpoint | None, receipts: list[Receipt], is_last: bool) -> None:
        """Take in all that is signed about one size; steps 3 to 5."""
        if size < self._claimed or (checkpoint is not None and size <= self._checkpointed):  # step 3
            raise LedgerBroken(size, "its checkpoint or receipt is doubled, or out of its place")
        self._claimed = size
        to_verify: list[Claim] = list(receipts)
        self._claims += receipts
        if checkpoint is not None:
            self._checkpoints += 1
            self._checkpointed = size
            self._claims.append(checkpoint)
            if is_last or size - self._tree.size >= self._stride:
                to_verify.append(checkpoint)
        if not to_verify:
            return
        signed = [self._is_signed(claim) for claim in to_verify]  # step 4
        self._in_doubt |= not all(signed)
        if any(signed) or is_last:  # else the next good signature tells whether the leaves or the claim are at fault
            self._settle(size)
        if receipts:
            self._receipts += len(receipts)
            self._last_receipt = receipts[-1]

    def _settle(self, size: int) -> None:
        """Read the leaves up to `size` and compare the roots; step 5."""
        self._read_to(size)
        tree = self._tree.copy()
        tree.extend(self._hashes)
        root = tree.root()
        if self._in_doubt or any(claim.root != root for claim in self._claims if claim.size == size):
            self._name_first_bad(before=size + 1)
        self._tree = tree
        self._hashes.clear()
        self._claims.clear()

    def _read_to(self, size: int) -> None:
        hashes, sequence = self._hashes, self._tree.size + len(self._hashes)
        for stored_sequence, body, stored_hash in islice(self._leaves, size - sequence):
            sequence += 1
            if stored_sequence != sequence:  # step 1
                self._break(sequence, f"it is missing or out of its place: leaf {stored_sequence} stands here")
            hashed = sha256(b"\x00" + body).digest()
            if hashed != stored_hash:  # step 2
                self._break(sequence, "its stored hash is not the hash of its body: one of them was changed")
            hashes.append(hashed)
        if sequence < size:  # step 6
            self._name_missing(sequence + 1)

    def _break(self, sequence: int, reason: str) -> NoReturn:
        """Raise for this leaf, unless an earlier one is bad too."""
        self._name_first_bad(before=sequence)
        raise LedgerBroken(sequence, reason)

    def _name_missing(self, sequence: int) -> NoReturn:
        """Raise for a ledger that ends before `sequence`, though a greater size is claimed."""
        self._name_first_bad(before=sequence)
        beyond = [claim for claim in self._claims if claim.size >= sequence]
        signed = [claim.size for claim in beyond if self._is_signed(claim)]
        if signed:
            raise LedgerBroken(sequence, f"it is missing, and all behind it: {max(signed)} leaves were signed")
        raise _not_signed(beyond[0])

    def _name_first_bad(self, before: int) -> None:
        """Go through everything claimed about sizes below `before`, in order; raise for the first that is wrong."""
        tree, known = self._tree.copy(), self._tree.size
        good, receipted = known, self._last_receipt.size if self._last_receipt else 0
        doubtful: tuple[Claim, bool] | None = None  # and whether its root fits the leaves
        for claim in sorted((claim for claim in self._claims if claim.size < before), key=_order):
            tree.extend(self._hashes[tree.size - known : claim.size - known])
            fits = claim.root == tree.root()
            if not self._is_signed(claim):
                doubtful = doubtful or (claim, fits)
            elif not fits:
                raise _other_leaves(claim, good, receipted)
            elif doubtful is not None:
                raise _not_signed(doubtful[0])  # the leaves are good, as a later signature shows
            else:
                good = claim.size
                receipted = claim.size if isinstance(claim, Receipt) else receipted
        if doubtful is not None:
            claim, fits = doubtful
            if fits or claim.size <= good:
                raise _not_signed(claim)
            raise LedgerBroken(good + 1, f"no valid signature covers leaves {good + 1} to {claim.size}")

    def _is_signed(self, claim: Claim) -> bool:
        try:
            if isinstance(claim, Receipt):
                at_unix_s = claim.signed_at_unix_s
                verify_receipt(self._hub_key, self._origin, claim.size, claim.root, at_unix_s, claim.signature)
            else:
                verify_checkpoint(self._node_key, self._origin, claim.size, claim.root, claim.signature)
        except SignatureInvalid:
            return False
        return True


def _order(claim: Claim) -> tuple[int, bool]:
    return claim.size, isinstance(claim, Receipt)  # the node's word first, then the hub's


def _not_signed(claim: Claim) -> LedgerBroken:
    if isinstance(claim, Receipt):
        return LedgerBroken(claim.size, f"the receipt of size {claim.size} is not signed by the hub")
    return LedgerBroken(claim.size, f"the checkpoint of size {claim.size} is not signed by the ledger's key")


def _other_leaves(claim: Claim, good: int, receipted: int) -> LedgerBroken:
    """Say that a valid signature is over other leaves than the stored ones, which fit up to `good`."""
    if good < claim.size:
        one_of = f"one of the leaves {good + 1} to {claim.size}" if good + 1 < claim.size else f"leaf {claim.size}"
        return LedgerBroken(good + 1, f"{one_of} was changed, added or removed after it was signed")
    since = receipted + 1
    return LedgerBroken(since, f"the node signed other leaves {since} to {claim.size} than the hub has confirmed")
