"""The tree, against the reference vectors of RFC 6962 logs and against the definition written out naively."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InvalidRequest, WrongState
from common.ledger import ProofInvalid
from common.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

# The eight leaves and nine roots that Certificate Transparency implementations test with.
REFERENCE_LEAVES = [
    bytes.fromhex(data)
    for data in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
REFERENCE_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
ALL_SIZES = range(1, 71)
LEAF_HASHES = [leaf_hash(number.to_bytes(2, "big")) for number in range(70)]


def naive_root(leaf_hashes: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if not leaf_hashes:
        return sha256(b"").digest()
    if len(leaf_hashes) == 1:
        return leaf_hashes[0]
    split = 1
    while split * 2 < len(leaf_hashes):
        split *= 2
    return sha256(b"\x01" + naive_root(leaf_hashes[:split]) + naive_root(leaf_hashes[split:])).digest()


def naive_inclusion(index: int, leaf_hashes: list[bytes]) -> list[bytes]:
    """RFC 9162, 2.1.3.1, word for word."""
    if len(leaf_hashes) == 1:
        return []
    split = 1
    while split * 2 < len(leaf_hashes):
        split *= 2
    if index < split:
        return [*naive_inclusion(index, leaf_hashes[:split]), naive_root(leaf_hashes[split:])]
    return [*naive_inclusion(index - split, leaf_hashes[split:]), naive_root(leaf_hashes[:split])]


def naive_consistency(old_size: int, leaf_hashes: list[bytes], whole: bool = True) -> list[bytes]:
    """RFC 9162, 2.1.4.1, word for word."""
    if old_size == len(leaf_hashes):
        return [] if whole else [naive_root(leaf_hashes)]
    split = 1
    while split * 2 < len(leaf_hashes):
        split *= 2
    if old_size <= split:
        return [*naive_consistency(old_size, leaf_hashes[:split], whole), naive_root(leaf_hashes[split:])]
    return [*naive_consistency(old_size - split, leaf_hashes[split:], False), naive_root(leaf_hashes[:split])]


def frontier_of(leaf_hashes: list[bytes]) -> Frontier:
    frontier = Frontier()
    frontier.extend(leaf_hashes)
    return frontier


def test_the_reference_tree_has_the_published_roots() -> None:
    frontier, roots = Frontier(), [EMPTY_ROOT.hex()]
    for data in REFERENCE_LEAVES:
        frontier.append(leaf_hash(data))
        roots.append(frontier.root().hex())

    assert roots == REFERENCE_ROOTS


def test_a_leaf_cannot_be_passed_off_as_a_node() -> None:
    left, right = leaf_hash(b"left"), leaf_hash(b"right")

    assert leaf_hash(left + right) != node_hash(left, right)


@pytest.mark.parametrize("size", ALL_SIZES)
def test_frontier_root_is_the_root_of_the_definition(size: int) -> None:
    frontier = frontier_of(LEAF_HASHES[:size])

    assert frontier.size == size
    assert frontier.root() == naive_root(LEAF_HASHES[:size])


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_frontier_root_is_the_root_of_the_definition_for_any_leaves(bodies: list[bytes]) -> None:
    hashes = [leaf_hash(body) for body in bodies]

    assert frontier_of(hashes).root() == naive_root(hashes)


def test_frontier_nodes_are_the_full_subtrees_largest_first() -> None:
    assert frontier_of(LEAF_HASHES[:6]).nodes == [naive_root(LEAF_HASHES[:4]), naive_root(LEAF_HASHES[4:6])]


@pytest.mark.parametrize("size", [0, *ALL_SIZES])
def test_a_stored_frontier_comes_back_and_goes_on_growing(size: int) -> None:
    restored = Frontier.from_bytes(frontier_of(LEAF_HASHES[:size]).to_bytes())
    restored.extend(LEAF_HASHES[size:])

    assert restored.root() == naive_root(LEAF_HASHES)


@pytest.mark.parametrize("size", [0, 1, 5, 64, 70])
def test_a_damaged_stored_frontier_is_refused(size: int) -> None:
    stored = frontier_of(LEAF_HASHES[:size]).to_bytes()

    for damaged in (stored[:-1], stored + b"\x00", stored + bytes(32), b"", (size ^ 4).to_bytes(8, "big") + stored[8:]):
        with pytest.raises(WrongState, match="damaged"):
            Frontier.from_bytes(damaged)


def test_a_frontier_is_not_made_from_nodes_that_do_not_fit_its_size() -> None:
    for size, nodes in ((1, []), (2, [EMPTY_ROOT, EMPTY_ROOT]), (1, [b"short"]), (-1, [EMPTY_ROOT])):
        with pytest.raises(WrongState, match="damaged"):
            Frontier(size, nodes)


def test_a_copy_grows_apart() -> None:
    frontier = frontier_of(LEAF_HASHES[:5])
    copied = frontier.copy()
    copied.append(LEAF_HASHES[5])

    assert (frontier.size, frontier.root()) == (5, naive_root(LEAF_HASHES[:5]))
    assert (copied.size, copied.root()) == (6, naive_root(LEAF_HASHES[:6]))


@pytest.mark.parametrize("size", ALL_SIZES)
def test_every_leaf_of_every_size_is_proved_to_be_included(size: int) -> None:
    hashes, root = LEAF_HASHES[:size], naive_root(LEAF_HASHES[:size])
    for index in range(size):
        proof = inclusion_proof(hashes, index)

        assert proof == naive_inclusion(index, hashes)
        verify_inclusion(hashes[index], index, size, proof, root)


@pytest.mark.parametrize("size", ALL_SIZES)
def test_every_growth_is_proved_to_be_consistent(size: int) -> None:
    hashes, root = LEAF_HASHES[:size], naive_root(LEAF_HASHES[:size])
    for old_size in range(1, size + 1):
        proof = consistency_proof(hashes, old_size)

        assert proof == naive_consistency(old_size, hashes)
        verify_consistency(old_size, naive_root(hashes[:old_size]), size, root, proof)


@given(st.data())
def test_an_altered_inclusion_proof_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 70))
    index = data.draw(st.integers(0, size - 1))
    proof, root = inclusion_proof(LEAF_HASHES[:size], index), naive_root(LEAF_HASHES[:size])
    at = data.draw(st.integers(0, max(0, len(proof) - 1)))
    altered = [
        (LEAF_HASHES[index], index, size, [*proof, root], root),
        (leaf_hash(b"never sent"), index, size, proof, root),
        (LEAF_HASHES[index], index, size, proof, leaf_hash(b"another root")),
        (LEAF_HASHES[index], size, size, proof, root),
        (LEAF_HASHES[index], -1, size, proof, root),
    ]
    if proof:
        altered.append((LEAF_HASHES[index], index, size, [*proof[:at], *proof[at + 1 :]], root))
        altered.append((LEAF_HASHES[index], index, size, [*proof[:at], EMPTY_ROOT, *proof[at + 1 :]], root))
        altered.append((LEAF_HASHES[index], (index + 1) % size, size, proof, root))

    for claim in altered:
        with pytest.raises(ProofInvalid):
            verify_inclusion(*claim)


@given(st.data())
def test_an_altered_consistency_proof_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 70))
    old_size = data.draw(st.integers(1, size - 1))
    proof = consistency_proof(LEAF_HASHES[:size], old_size)
    old_root, root = naive_root(LEAF_HASHES[:old_size]), naive_root(LEAF_HASHES[:size])
    at = data.draw(st.integers(0, len(proof) - 1))
    altered = [
        (old_size, old_root, size, root, []),
        (old_size, old_root, size, root, [*proof, root]),
        (old_size, old_root, size, root, [*proof[:at], *proof[at + 1 :]]),
        (old_size, old_root, size, root, [*proof[:at], EMPTY_ROOT, *proof[at + 1 :]]),
        (old_size, EMPTY_ROOT, size, root, proof),
        (old_size, old_root, size, EMPTY_ROOT, proof),
        (size + 1, old_root, size, root, proof),
        (size, old_root, size, root, []),
        (0, old_root, size, root, []),
    ]

    for claim in altered:
        with pytest.raises(ProofInvalid):
            verify_consistency(*claim)


def test_a_proof_for_a_smaller_tree_is_too_short_for_a_greater_one() -> None:
    root = naive_root(LEAF_HASHES[:2])

    with pytest.raises(ProofInvalid, match="too short"):
        verify_inclusion(LEAF_HASHES[0], 0, 4, [LEAF_HASHES[1]], root)
    with pytest.raises(ProofInvalid, match="too short"):
        verify_consistency(1, LEAF_HASHES[0], 4, root, [LEAF_HASHES[1]])


def test_an_empty_tree_and_an_unchanged_one_need_no_proof() -> None:
    root = naive_root(LEAF_HASHES)

    assert consistency_proof(LEAF_HASHES, 0) == consistency_proof(LEAF_HASHES, 70) == []
    verify_consistency(0, EMPTY_ROOT, 70, root, [])
    verify_consistency(70, root, 70, root, [])
    verify_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])
    with pytest.raises(ProofInvalid):
        verify_consistency(0, EMPTY_ROOT, 0, root, [])


def test_a_proof_for_what_is_not_in_the_tree_is_refused() -> None:
    for index in (-1, 70):
        with pytest.raises(InvalidRequest, match="index"):
            inclusion_proof(LEAF_HASHES, index)
    for old_size in (-1, 71):
        with pytest.raises(InvalidRequest, match="old_size"):
            consistency_proof(LEAF_HASHES, old_size)
