"""What happens to a stored ledger behind the node's back is found, and the first bad entry is named (TRUST.md t02)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.ledger import LedgerBroken
from common.ledger.checkpoint import SignedCheckpoint, sign_checkpoint
from common.ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash
from common.ledger.receipt import countersign
from common.ledger.verification import STRIDE, Leaf, LedgerSummary, verify_ledger
from tests.ledgers import (
    HUB_KEY,
    HUB_SIGNING_KEY,
    NODE_KEY,
    NODE_SIGNING_KEY,
    ORIGIN,
    StoredLedger,
    stored_ledger,
)

both_ways = pytest.mark.parametrize("every_checkpoint", [False, True])


def ten_leaves() -> StoredLedger:
    """Ten transactions of one leaf each; the hub confirmed the first 4, then 8."""
    return stored_ledger([1] * 10, receipted=[4, 8])


def broken_at(ledger: StoredLedger, *, every_checkpoint: bool = False) -> LedgerBroken:
    with pytest.raises(LedgerBroken) as raised:
        ledger.verify(every_checkpoint=every_checkpoint)
    return raised.value


@both_ways
def test_an_untouched_ledger_verifies(every_checkpoint: bool) -> None:
    ledger = ten_leaves()
    frontier = Frontier()
    frontier.extend(leaf.leaf_hash for leaf in ledger.leaves)

    assert ledger.verify(every_checkpoint=every_checkpoint) == LedgerSummary(
        leaves=10, root=frontier.root(), checkpoints=10, receipts=2, receipted=8, receipted_at_unix_s=1_800_000_060
    )


def test_an_empty_ledger_verifies() -> None:
    assert stored_ledger([]).verify() == LedgerSummary(0, EMPTY_ROOT, 0, 0, 0, None)


@given(st.lists(st.integers(1, 6), max_size=20), st.sets(st.integers(1, 120)), st.booleans())
@settings(max_examples=40)
def test_every_untouched_ledger_verifies(transactions: list[int], receipted: set[int], every_checkpoint: bool) -> None:
    ledger = stored_ledger(transactions, sorted(receipted))

    summary = ledger.verify(every_checkpoint=every_checkpoint)

    assert (summary.leaves, summary.receipts) == (sum(transactions), len(ledger.receipts))


def test_the_same_tree_may_be_confirmed_twice() -> None:
    ledger = ten_leaves()
    last = ledger.checkpoints[-1]
    for at_unix_s in (1_900_000_000, 1_900_000_001):
        signature = countersign(HUB_SIGNING_KEY, ORIGIN, 10, last.root, at_unix_s)
        ledger.receipts.append(
            replace(ledger.receipts[0], size=10, root=last.root, signed_at_unix_s=at_unix_s, signature=signature)
        )

    assert ledger.verify().receipted_at_unix_s == 1_900_000_001


@both_ways
@pytest.mark.parametrize("sequence", range(1, 11))
def test_t02_an_edited_leaf_is_named(sequence: int, every_checkpoint: bool) -> None:
    ledger = ten_leaves()
    ledger.edit_body(sequence)

    broken = broken_at(ledger, every_checkpoint=every_checkpoint)

    assert broken.sequence == sequence
    assert "stored hash is not the hash of its body" in broken.reason


@both_ways
@pytest.mark.parametrize("sequence", range(1, 11))
def test_t02_an_edited_leaf_is_named_when_its_stored_hash_was_edited_too(sequence: int, every_checkpoint: bool) -> None:
    ledger = ten_leaves()
    ledger.edit_body_and_hash(sequence)

    broken = broken_at(ledger, every_checkpoint=every_checkpoint)

    assert broken.sequence == sequence
    assert "changed, added or removed" in broken.reason


@both_ways
@pytest.mark.parametrize("sequence", range(1, 11))
def test_t02_an_edited_leaf_is_named_when_every_hash_and_root_was_made_to_fit(
    sequence: int, every_checkpoint: bool
) -> None:
    ledger = ten_leaves()
    ledger.edit_body_and_hash(sequence)
    ledger.recompute_roots(sign=False)

    assert broken_at(ledger, every_checkpoint=every_checkpoint).sequence == sequence


@both_ways
@pytest.mark.parametrize("sequence", range(1, 10))
def test_t02_a_removed_leaf_is_named(sequence: int, every_checkpoint: bool) -> None:
    ledger = ten_leaves()
    del ledger.leaves[sequence - 1]

    assert broken_at(ledger, every_checkpoint=every_checkpoint).sequence == sequence

    ledger.renumber()
    assert broken_at(ledger, every_checkpoint=every_checkpoint).sequence == sequence


@both_ways
@pytest.mark.parametrize("sequence", range(1, 12))
def test_t02_an_inserted_leaf_is_named(sequence: int, every_checkpoint: bool) -> None:
    ledger = ten_leaves()
    ledger.leaves.insert(sequence - 1, Leaf(0, b"never sent", leaf_hash(b"never sent")))
    ledger.renumber()

    assert broken_at(ledger, every_checkpoint=every_checkpoint).sequence == sequence


@both_ways
@pytest.mark.parametrize(("first", "second"), [(1, 2), (3, 6), (9, 10), (1, 10)])
def test_t02_reordered_leaves_are_named(first: int, second: int, every_checkpoint: bool) -> None:
    ledger = ten_leaves()
    leaves = ledger.leaves
    leaves[first - 1], leaves[second - 1] = leaves[second - 1], leaves[first - 1]

    assert broken_at(ledger, every_checkpoint=every_checkpoint).sequence == first

    ledger.renumber()
    assert broken_at(ledger, every_checkpoint=every_checkpoint).sequence == first


@both_ways
@pytest.mark.parametrize("sequence", range(1, 11))
def test_t02_a_leaf_given_another_sequence_is_named(sequence: int, every_checkpoint: bool) -> None:
    ledger = ten_leaves()
    ledger.leaves[sequence - 1] = ledger.leaves[sequence - 1]._replace(sequence=sequence + 1)

    broken = broken_at(ledger, every_checkpoint=every_checkpoint)

    assert broken.sequence == sequence
    assert "out of its place" in broken.reason


@both_ways
@pytest.mark.parametrize("left", range(10))
def test_t02_a_cut_tail_is_named(left: int, every_checkpoint: bool) -> None:
    ledger = ten_leaves()
    del ledger.leaves[left:]

    broken = broken_at(ledger, every_checkpoint=every_checkpoint)

    assert broken.sequence == left + 1
    assert "missing" in broken.reason


@both_ways
@pytest.mark.parametrize("left", range(8))
def test_t02_a_tail_cut_together_with_its_checkpoints_is_named_by_the_hubs_receipt(
    left: int, every_checkpoint: bool
) -> None:
    ledger = ten_leaves()
    del ledger.leaves[left:], ledger.checkpoints[left:]

    broken = broken_at(ledger, every_checkpoint=every_checkpoint)

    assert broken.sequence == left + 1
    assert "missing" in broken.reason


def test_t02_a_ledger_cut_back_with_all_its_signatures_is_told_apart_by_a_receipt_from_elsewhere() -> None:
    ledger = ten_leaves()
    held_by_the_hub = ledger.receipts[-1]
    del ledger.leaves[5:], ledger.checkpoints[5:], ledger.receipts[1:]

    assert ledger.verify().leaves == 5
    ledger.receipts.append(held_by_the_hub)
    assert broken_at(ledger).sequence == 6


@both_ways
@pytest.mark.parametrize("change", ["root", "size", "signature", "other key"])
def test_t02_an_edited_last_checkpoint_is_named(change: str, every_checkpoint: bool) -> None:
    ledger = ten_leaves()
    ledger.checkpoints[-1] = edited(ledger.checkpoints[-1], change)

    broken = broken_at(ledger, every_checkpoint=every_checkpoint)

    assert broken.sequence == ledger.checkpoints[-1].size
    assert "signed by the ledger's key" in broken.reason or "no valid signature" in broken.reason


@pytest.mark.parametrize("sequence", range(1, 10))
@pytest.mark.parametrize("change", ["root", "signature", "other key"])
def test_t02_any_edited_checkpoint_is_named_when_every_one_is_verified(sequence: int, change: str) -> None:
    ledger = ten_leaves()
    ledger.checkpoints[sequence - 1] = edited(ledger.checkpoints[sequence - 1], change)

    broken = broken_at(ledger, every_checkpoint=True)

    assert (broken.sequence, broken.reason) == (
        sequence,
        f"the checkpoint of size {sequence} is not signed by the ledger's key",
    )


def edited(checkpoint: SignedCheckpoint, change: str) -> SignedCheckpoint:
    match change:
        case "root":
            return replace(checkpoint, root=bytes(32))
        case "size":
            return replace(checkpoint, size=checkpoint.size + 1)
        case "signature":
            return replace(checkpoint, signature=bytes(64))
        case _:
            signature = sign_checkpoint(HUB_SIGNING_KEY, ORIGIN, checkpoint.size, checkpoint.root)
            return replace(checkpoint, signature=signature)


@both_ways
@pytest.mark.parametrize("at", [0, 1])
@pytest.mark.parametrize("change", ["root", "time", "signature", "other key"])
def test_t02_an_edited_receipt_is_named(at: int, change: str, every_checkpoint: bool) -> None:
    ledger = ten_leaves()
    receipt = ledger.receipts[at]
    signature = countersign(NODE_SIGNING_KEY, ORIGIN, receipt.size, receipt.root, receipt.signed_at_unix_s)
    ledger.receipts[at] = {
        "root": replace(receipt, root=bytes(32)),
        "time": replace(receipt, signed_at_unix_s=receipt.signed_at_unix_s - 1),
        "signature": replace(receipt, signature=bytes(64)),
        "other key": replace(receipt, signature=signature),
    }[change]

    broken = broken_at(ledger, every_checkpoint=every_checkpoint)

    assert (broken.sequence, broken.reason) == (
        receipt.size,
        f"the receipt of size {receipt.size} is not signed by the hub",
    )


@both_ways
@pytest.mark.parametrize("size", [7, 9, 10, 11, 2**53])
def test_t02_a_receipt_moved_to_another_size_is_named(size: int, every_checkpoint: bool) -> None:
    ledger = ten_leaves()
    ledger.receipts[1] = replace(ledger.receipts[1], size=size)

    broken = broken_at(ledger, every_checkpoint=every_checkpoint)

    assert (broken.sequence, broken.reason) == (size, f"the receipt of size {size} is not signed by the hub")


def test_t02_a_removed_last_checkpoint_leaves_its_leaf_unproved_and_named() -> None:
    ledger = ten_leaves()
    del ledger.checkpoints[-1]
    assert broken_at(ledger).sequence == 10

    ledger = stored_ledger([1] * 10, receipted=[10])
    del ledger.checkpoints[-1]
    assert broken_at(ledger).sequence == 10

    ledger.checkpoints.clear()
    ledger.receipts.clear()
    assert broken_at(ledger).sequence == 1


def test_t02_checkpoints_and_receipts_out_of_order_are_named() -> None:
    changes: list[Callable[[StoredLedger], None]] = [
        lambda ledger: ledger.checkpoints.insert(3, ledger.checkpoints[2]),
        lambda ledger: ledger.checkpoints.insert(9, ledger.checkpoints.pop(2)),
        lambda ledger: ledger.checkpoints.insert(0, replace(ledger.checkpoints[0], size=0)),
        lambda ledger: ledger.receipts.reverse(),
    ]
    for change in changes:
        ledger = ten_leaves()
        change(ledger)

        assert "doubled, or out of its place" in broken_at(ledger).reason


@both_ways
@pytest.mark.parametrize("receipted", [[], [4, 8]])
def test_t02_the_first_of_several_bad_entries_is_named(receipted: list[int], every_checkpoint: bool) -> None:
    changes: list[Callable[[StoredLedger], object]] = [
        lambda ledger: ledger.edit_body_and_hash(3),
        lambda ledger: ledger.edit_body(5),
        lambda ledger: ledger.leaves.pop(6),
        lambda ledger: ledger.leaves.pop(),
    ]
    expected = [3, 5, 7, 10]
    for first in range(len(changes)):
        ledger = stored_ledger([1] * 10, receipted)
        for change in reversed(changes[first:]):
            change(ledger)

        assert broken_at(ledger, every_checkpoint=every_checkpoint).sequence == expected[first]


@both_ways
def test_t02_an_edited_checkpoint_does_not_hide_an_edited_leaf(every_checkpoint: bool) -> None:
    ledger = ten_leaves()
    ledger.edit_body_and_hash(2)
    ledger.checkpoints[1] = edited(ledger.checkpoints[1], "signature")

    broken = broken_at(ledger, every_checkpoint=every_checkpoint)

    assert broken.sequence == 2
    assert "one of the leaves 2 to 3" in broken.reason


@both_ways
def test_t02_an_edited_checkpoint_before_an_edited_leaf_is_named_first(every_checkpoint: bool) -> None:
    ledger = stored_ledger([1] * 10)
    ledger.edit_body_and_hash(7)
    ledger.checkpoints[4] = edited(ledger.checkpoints[4], "root")

    broken = broken_at(ledger, every_checkpoint=every_checkpoint)

    assert (broken.sequence, broken.reason) == (5, "the checkpoint of size 5 is not signed by the ledger's key")


@given(st.data())
@settings(max_examples=60)
def test_t02_a_leaf_edited_with_its_hash_is_named_within_the_transaction_that_wrote_it(data: st.DataObject) -> None:
    transactions = data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=15))
    receipted = data.draw(st.sets(st.integers(1, 75)))
    ledger = stored_ledger(transactions, sorted(receipted))
    sequence = data.draw(st.integers(1, len(ledger.leaves)))
    ledger.edit_body_and_hash(sequence)

    broken = broken_at(ledger, every_checkpoint=data.draw(st.booleans()))

    before = max((one.size for one in ledger.checkpoints if one.size < sequence), default=0)
    assert broken.sequence == before + 1


@pytest.fixture(scope="module")
def long_ledger() -> StoredLedger:
    return stored_ledger([3] * STRIDE, receipted=[STRIDE - 1, 2 * STRIDE + 1])


@pytest.mark.parametrize("sequence", [1, STRIDE - 1, STRIDE, STRIDE + 2, 2 * STRIDE + 3, 3 * STRIDE])
def test_t02_an_edited_leaf_of_a_long_ledger_is_named(long_ledger: StoredLedger, sequence: int) -> None:
    ledger = StoredLedger(list(long_ledger.leaves), long_ledger.checkpoints, long_ledger.receipts)
    ledger.edit_body(sequence)
    assert broken_at(ledger).sequence == sequence

    ledger.edit_body_and_hash(sequence)
    assert broken_at(ledger).sequence == sequence - (sequence - 1) % 3


def test_t02_an_edited_checkpoint_on_the_way_does_not_accuse_the_leaves(long_ledger: StoredLedger) -> None:
    ledger = StoredLedger(long_ledger.leaves, list(long_ledger.checkpoints), [])
    at = next(number for number, one in enumerate(ledger.checkpoints) if one.size >= STRIDE)
    ledger.checkpoints[at] = edited(ledger.checkpoints[at], "root")

    broken = broken_at(ledger)

    assert broken.sequence == ledger.checkpoints[at].size
    assert "signed by the ledger's key" in broken.reason


def test_a_ledger_is_read_once_and_only_as_far_as_it_is_signed_so_far(long_ledger: StoredLedger) -> None:
    read = {"leaves": 0, "checkpoints": 0}
    furthest_ahead = 0

    def counted(name: str, entries: Iterable[Leaf | SignedCheckpoint]) -> Iterator[Leaf | SignedCheckpoint]:
        nonlocal furthest_ahead
        for entry in entries:
            read[name] += 1
            furthest_ahead = max(furthest_ahead, 3 * read["checkpoints"] - read["leaves"])
            yield entry

    summary = verify_ledger(
        counted("leaves", long_ledger.leaves),  # type: ignore[arg-type]
        counted("checkpoints", long_ledger.checkpoints),  # type: ignore[arg-type]
        iter(long_ledger.receipts),
        ORIGIN,
        NODE_KEY,
        HUB_KEY,
    )

    assert summary.leaves == read["leaves"] == 3 * STRIDE
    assert furthest_ahead <= STRIDE + 6
