"""The signatures of an intake: the nodes' over their ledgers, checked, and the hub's own under them.

A signature costs a tenth of a millisecond to check, more than all the rest of a small push. A group's are therefore
checked by two threads, which give the interpreter's lock away while they compute.

Source: DESIGN.md 3, "Delivery"; `common.ledger.checkpoint` and `common.ledger.receipt` have the rules.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection

from common.errors import NotAllowed
from common.ledger import SignatureInvalid
from common.ledger.checkpoint import stream_origin, verify_checkpoint
from common.ledger.receipt import countersign
from hub.domain.delivery import Batch, Receipt
from hub.persistence import nodes

FEWEST_SHARED = 4  # signatures that are worth waking a second thread
Signed = tuple[bytes, int, bytes, int, bytes, bytes]  # agency, node, stream; size, root, signature


def signed(batch: Batch) -> Signed:
    """Give all that the signature of a batch's checkpoint speaks of, and the signature."""
    return batch.agency_id, batch.node, batch.stream_id, batch.size, batch.root, batch.signature


class Signatures:
    """Holds what does not change while the hub runs: its own key, and each node's."""

    def __init__(self, trust_domain: str, hub_key: Ed25519PrivateKey, hub_epoch: int) -> None:
        self._trust_domain = trust_domain
        self._hub_key = hub_key
        self._hub_epoch = hub_epoch
        self._bound_keys: dict[tuple[bytes, int], Ed25519PublicKey] = {}
        self._second = ThreadPoolExecutor(1, "signatures")

    def good_among(self, batches: Sequence[Batch], connection: Connection) -> set[Signed]:
        """Check many batches at once, and give what their nodes signed. The others are for `verify` to refuse."""
        known = [(batch, key) for batch in batches if (key := self._find_bound_key(batch, connection)) is not None]
        if len(known) < FEWEST_SHARED:
            return self._good(known)
        half = len(known) // 2
        other = self._second.submit(self._good, known[half:])
        return self._good(known[:half]) | other.result()

    def verify(self, batch: Batch, connection: Connection) -> None:
        """Check that the batch's node signed its checkpoint.

        Raises:
            SignatureInvalid: it did not.
            NotAllowed: this hub knows no such node.
        """
        key = self._find_bound_key(batch, connection)
        if key is None:
            raise NotAllowed("this node never joined here; ask the hub's operator for a join string")
        verify_checkpoint(key, self._origin(batch), batch.size, batch.root, batch.signature)

    def countersign(self, batch: Batch, signed_at_unix_s: int) -> Receipt:
        """Give the receipt for a batch that is being written: it is stored with it, and handed out after the commit."""
        signature = countersign(self._hub_key, self._origin(batch), batch.size, batch.root, signed_at_unix_s)
        return Receipt(batch.size, batch.root, batch.signature, signed_at_unix_s, signature, self._hub_epoch)

    def _origin(self, batch: Batch) -> str:
        return stream_origin(self._trust_domain, batch.agency_id, batch.stream_id)

    def _good(self, known: Sequence[tuple[Batch, Ed25519PublicKey]]) -> set[Signed]:
        good = set()
        for batch, key in known:
            with suppress(SignatureInvalid):
                verify_checkpoint(key, self._origin(batch), batch.size, batch.root, batch.signature)
                good.add(signed(batch))
        return good

    def _find_bound_key(self, batch: Batch, connection: Connection) -> Ed25519PublicKey | None:
        """Find the key that signs a node's ledger. A node's number is never used again, so its key never changes."""
        key = self._bound_keys.get((batch.agency_id, batch.node))
        if key is None:
            joined = nodes.find_node(connection, batch.agency_id, batch.node)
            if joined is None:
                return None
            key = self._bound_keys[batch.agency_id, batch.node] = Ed25519PublicKey.from_public_bytes(joined.bound_key)
        return key
