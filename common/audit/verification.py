"""Proves a whole audit trail by the rules of `common.ledger.verification`, and against the note that an auditor kept.

1. Every line, every signature: a line that was edited, removed, inserted, moved or cut off is named.
2. The tree over the first lines is the one of the note that an auditor kept: whoever signed all of it anew, or put an
   older store back, is found out.

Source: TRUST.md t02.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from common.audit.checkpoint import audit_origin
from common.audit.entry import Entry, entry_body
from common.ledger import LedgerBroken
from common.ledger.checkpoint import SignedCheckpoint
from common.ledger.merkle import Frontier
from common.ledger.verification import Leaf, verify_ledger

HashedEntry = tuple[int, datetime, Entry, bytes]


@dataclass(frozen=True)
class Proved:
    """What a trail that verifies proves."""

    entries: int
    signatures: int


def verify_trail(
    entries: Iterable[HashedEntry],
    checkpoints: Iterable[SignedCheckpoint],
    key: Ed25519PublicKey,
    kept: SignedCheckpoint | None = None,
) -> Proved:
    """Verify a trail from its first line.

    Args:
        entries: all lines in order, each with its stored leaf hash; read once.
        key: what signs this trail, known from elsewhere than the store.
        kept: from the note that an auditor kept, its signature checked.

    Raises:
        LedgerBroken: names the first bad line.
    """
    watched = _Watched(kept)
    found = verify_ledger(watched.through(entries), checkpoints, [], audit_origin(key), key, key, every_checkpoint=True)
    watched.compare()  # 2
    return Proved(found.leaves, found.checkpoints)


class _Watched:
    """Lines on their way to be verified; the tree is compared when it has the kept note's size."""

    def __init__(self, kept: SignedCheckpoint | None) -> None:
        self._kept = kept
        self._tree = Frontier()
        self._root: bytes | None = None

    def through(self, entries: Iterable[HashedEntry]) -> Iterator[Leaf]:
        wanted = 0 if self._kept is None else self._kept.size
        for sequence, at, entry, stored in entries:
            if self._tree.size < wanted:
                self._tree.append(stored)
                if self._tree.size == wanted:
                    self._root = self._tree.root()
            yield Leaf(sequence, entry_body(sequence, at, entry), stored)

    def compare(self) -> None:
        kept = self._kept
        if kept is None or kept.size == 0:
            return
        if self._root is None:
            raise LedgerBroken(
                self._tree.size + 1, f"it is missing: the checkpoint that you kept is of {kept.size} lines"
            )
        if self._root != kept.root:
            raise LedgerBroken(1, f"one of the lines 1 to {kept.size} is another than when you kept the checkpoint")
