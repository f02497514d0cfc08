"""The signatures of an intake: the nodes' over their ledgers, checked, and the hub's own under them.

Source: DESIGN.md 3, "Delivery"; `common.ledger.checkpoint` and `common.ledger.receipt` have the rules.
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection

from common.errors import NotAllowed
from common.ledger.checkpoint import stream_origin, verify_checkpoint
from common.ledger.receipt import countersign
from hub.domain.delivery import Batch, Receipt
from hub.persistence import nodes


class Signatures:
    """Holds what does not change while the hub runs: its own key, and each node's."""

    def __init__(self, trust_domain: str, hub_key: Ed25519PrivateKey, hub_epoch: int) -> None:
        self._trust_domain = trust_domain
        self._hub_key = hub_key
        self._hub_epoch = hub_epoch
        self._bound_keys: dict[tuple[bytes, int], Ed25519PublicKey] = {}

    def verify(self, batch: Batch, size: int, root: bytes, signature: bytes, connection: Connection) -> None:
        """Check that the batch's node signed this tree of the batch's stream.

        Raises:
            SignatureInvalid: it did not.
            NotAllowed: this hub knows no such node.
        """
        key = self._bound_key(batch.agency_id, batch.node, connection)
        verify_checkpoint(key, self._origin(batch), size, root, signature)

    def countersign(self, batch: Batch, signed_at_unix_s: int) -> Receipt:
        """Give the receipt for a batch whose reports are written: it is handed out after the commit only."""
        signature = countersign(self._hub_key, self._origin(batch), batch.size, batch.root, signed_at_unix_s)
        return Receipt(batch.size, batch.root, batch.signature, signed_at_unix_s, signature, self._hub_epoch)

    def _origin(self, batch: Batch) -> str:
        return stream_origin(self._trust_domain, batch.agency_id, batch.stream_id)

    def _bound_key(self, agency_id: bytes, node: int, connection: Connection) -> Ed25519PublicKey:
        """Give the key that signs a node's ledger. A node's number is never used again, so its key never changes."""
        key = self._bound_keys.get((agency_id, node))
        if key is None:
            joined = nodes.find_node(connection, agency_id, node)
            if joined is None:
                raise NotAllowed("this node never joined here; ask the hub's operator for a join string")
            key = self._bound_keys[agency_id, node] = Ed25519PublicKey.from_public_bytes(joined.bound_key)
        return key
