"""The Merkle tree of the egress ledger (RFC 9162, SHA-256).

1. A leaf is SHA-256(0x00 || data), a node SHA-256(0x01 || left || right): neither can be passed off as the other.
2. The root of n > 1 leaves joins the tree of the first k and the tree of the rest, k the greatest power of two below n.
   So the tree is a row of full subtrees, one for each 1 in the binary form of n, the largest at the left.
3. An inclusion proof is the path from one leaf to the root; a consistency proof shows that a tree only grew.

Positions are RFC 9162's: an *index* counts from 0. A ledger *sequence* counts from 1: index = sequence - 1.

Source: RFC 9162 section 2.1; DESIGN.md 1 (promise 2).
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from common.errors import InvalidRequest, WrongState
from common.ledger import ProofInvalid

HASH_LENGTH = 32
EMPTY_ROOT = sha256(b"").digest()

_LEAF = b"\x00"
_NODE = b"\x01"
_SIZE_LENGTH = 8


def leaf_hash(data: bytes) -> bytes:
    """Hash one leaf (rule 1)."""
    return sha256(_LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into one (rule 1)."""
    return sha256(_NODE + left + right).digest()


class Frontier:
    """The right edge of a tree: all that is needed to append to it and to know its root.

    `nodes` are the roots of the full subtrees of rule 2, the largest first: for 6 leaves the hash over leaves 0-3, then
    the hash over leaves 4-5. They are the same subtree hashes that an inclusion proof is made of.
    """

    __slots__ = ("nodes", "size")

    def __init__(self, size: int = 0, nodes: Iterable[bytes] = ()) -> None:
        self.size = size
        self.nodes = list(nodes)
        if size < 0 or len(self.nodes) != size.bit_count() or any(len(node) != HASH_LENGTH for node in self.nodes):
            raise WrongState("a tree frontier does not fit its size: it is damaged")

    def append(self, leaf_hash: bytes) -> None:
        """Add one leaf, given by its hash."""
        node, size, nodes = leaf_hash, self.size, self.nodes
        while size & 1:  # a full subtree of the same height stands to the left: join them
            node = sha256(_NODE + nodes.pop() + node).digest()
            size >>= 1
        nodes.append(node)
        self.size += 1

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Add leaves in order, given by their hashes."""
        for leaf in leaf_hashes:
            self.append(leaf)

    def root(self) -> bytes:
        """Give the root over all leaves so far."""
        if not self.nodes:
            return EMPTY_ROOT
        root = self.nodes[-1]
        for left in self.nodes[-2::-1]:
            root = sha256(_NODE + left + root).digest()
        return root

    def copy(self) -> "Frontier":
        """Give a frontier that grows apart from this one."""
        return Frontier(self.size, self.nodes)

    def to_bytes(self) -> bytes:
        """Encode for storage: the size as 8 bytes, then the nodes of 32."""
        return self.size.to_bytes(_SIZE_LENGTH, "big") + b"".join(self.nodes)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Frontier":
        """Decode what `to_bytes` gave.

        Raises:
            WrongState: the length does not fit the size in it: the stored frontier is damaged.
        """
        size = int.from_bytes(data[:_SIZE_LENGTH], "big")
        if len(data) != _SIZE_LENGTH + HASH_LENGTH * size.bit_count():
            raise WrongState("a tree frontier does not fit its size: it is damaged")
        return cls(size, (data[at : at + HASH_LENGTH] for at in range(_SIZE_LENGTH, len(data), HASH_LENGTH)))


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    """Prove that leaf `index` is in the tree of all these leaves (RFC 9162, 2.1.3.1).

    Raises:
        InvalidRequest: there is no such leaf.
    """
    if not 0 <= index < len(leaf_hashes):
        raise InvalidRequest(f"index: there is no leaf {index} in a tree of {len(leaf_hashes)}")
    level, position, proof = list(leaf_hashes), index, []
    while len(level) > 1:
        if position ^ 1 < len(level):  # the last node of an odd level has no sibling and rises as it is
            proof.append(level[position ^ 1])
        parents = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
        level = parents + level[len(parents) * 2 :]
        position >>= 1
    return proof


def verify_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf stands at `index` of the tree of `size` leaves with this root (RFC 9162, 2.1.3.2).

    Raises:
        ProofInvalid: it does not, or the proof is too short or too long.
    """
    if not 0 <= index < size:
        raise ProofInvalid("the leaf's index is not within the tree")
    node = leaf_hash
    for sibling, at_left in _climb(index, size - 1, proof):
        node = node_hash(sibling, node) if at_left else node_hash(node, sibling)
    if node != root:
        raise ProofInvalid("the inclusion proof does not lead to the root")


def consistency_proof(leaf_hashes: Sequence[bytes], old_size: int) -> list[bytes]:
    """Prove that the tree of all these leaves begins with the tree of the first `old_size` (RFC 9162, 2.1.4.1).

    Raises:
        InvalidRequest: `old_size` is negative or greater than the tree.
    """
    if not 0 <= old_size <= len(leaf_hashes):
        raise InvalidRequest(f"old_size: {old_size} is not within a tree of {len(leaf_hashes)}")
    start, stop, proof = 0, len(leaf_hashes), []
    while 0 < old_size < stop:
        split = start + (1 << (stop - start - 1).bit_length() - 1)
        if old_size <= split:
            proof.append(_root_of(leaf_hashes[split:stop]))
            stop = split
        else:
            proof.append(_root_of(leaf_hashes[start:split]))
            start = split
    if start:  # the old tree ends in a subtree that is not the whole of it: whoever verifies cannot know it
        proof.append(_root_of(leaf_hashes[start:stop]))
    return proof[::-1]


def verify_consistency(old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree of `size` leaves begins with the tree of `old_size` (RFC 9162, 2.1.4.2).

    Raises:
        ProofInvalid: it does not, or the proof is too short or too long.
    """
    if not 0 <= old_size <= size:
        raise ProofInvalid("the old tree is not within the new one")
    if old_size in (0, size):  # nothing to prove: the old tree is empty, or it is the new one
        if proof or old_root != (root if old_size else EMPTY_ROOT) or (size == 0 and root != EMPTY_ROOT):
            raise ProofInvalid("the trees differ")
        return
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not path:
        raise ProofInvalid("the proof is too short")
    whole_levels = (old_size & -old_size).bit_length() - 1  # below them the old tree ends in one full subtree
    old_node = new_node = path[0]
    for sibling, at_left in _climb(old_size - 1 >> whole_levels, size - 1 >> whole_levels, path[1:]):
        if at_left:
            old_node, new_node = node_hash(sibling, old_node), node_hash(sibling, new_node)
        else:
            new_node = node_hash(new_node, sibling)
    if old_node != old_root or new_node != root:
        raise ProofInvalid("the consistency proof does not lead to both roots")


def _climb(position: int, last: int, path: Sequence[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Give each sibling on the way from a node to the root, and whether it stands to the left.

    Args:
        position: of the node on its level.
        last: position of the last node of that level.
        path: the siblings, from the level of the node upward.
    """
    for sibling in path:
        if last == 0:
            raise ProofInvalid("the proof is too long")
        while position == last and not position & 1:  # no sibling on this level: the node rises as it is
            position, last = position >> 1, last >> 1
        yield sibling, bool(position & 1)
        position, last = position >> 1, last >> 1
    if last:
        raise ProofInvalid("the proof is too short")


def _root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    frontier = Frontier()
    frontier.extend(leaf_hashes)
    return frontier.root()
