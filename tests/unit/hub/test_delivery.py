"""How the hub judges a batch: each rule of `hub/domain/delivery.py` by its number, and any honest history at all."""

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import HoldfastError, InvalidRequest, NotAllowed, SequenceWanted, WrongState
from common.ledger import SignatureInvalid
from common.ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash
from hub.domain.delivery import Batch, Forked, Stream, judge, new_stream

FIRE, EMS = b"f" * 16, b"e" * 16
STREAM, SIGNATURE = b"s" * 16, b"n" * 64
HISTORY = [b"report %d" % number for number in range(1, 11)]


def frontier_of(bodies: Sequence[bytes]) -> Frontier:
    frontier = Frontier()
    frontier.extend(map(leaf_hash, bodies))
    return frontier


def batch_of(history: Sequence[bytes], first: int, last: int, **changes: Any) -> Batch:
    """What a node with this history sends: its reports from `first` to `last`, and its tree's root there."""
    bodies = tuple(history[first - 1 : last])
    return replace(
        Batch(FIRE, 1, STREAM, first, (), (), bodies, last, frontier_of(history[:last]).root(), SIGNATURE), **changes
    )


class Held:
    """A stream as the hub holds it: what it took, and the roots it countersigned."""

    def __init__(self, bodies: Sequence[bytes] = (), *, ended: bool = False) -> None:
        self.bodies = list(bodies)
        self.stream = Stream(1, STREAM, FIRE, 1, len(bodies) + 1, frontier_of(bodies), ended)
        self.roots = {len(bodies): frontier_of(bodies).root()} if bodies else {}
        self.verified: list[tuple[int, bytes, bytes]] = []

    def judge(self, batch: Batch) -> Frontier | None:
        before = copy.deepcopy(self.stream.frontier.nodes), self.stream.next_sequence
        try:
            return judge(batch, self.stream, self._stored, self.roots.get(batch.size), self._verify)
        finally:  # a verdict changes nothing, whatever it is
            assert (self.stream.frontier.nodes, self.stream.next_sequence) == before

    def take(self, batch: Batch) -> bool:
        """Apply a batch as intake does; tell whether anything in it was new."""
        frontier = self.judge(batch)
        if frontier is None:
            return False
        self.bodies += batch.bodies[self.stream.next_sequence - batch.first_sequence :]
        self.stream.frontier, self.stream.next_sequence = frontier, frontier.size + 1
        self.roots[batch.size] = batch.root
        return True

    def _stored(self, first: int, last: int) -> list[bytes]:
        assert 1 <= first <= last <= len(self.bodies)  # it asks only for what is there
        return self.bodies[first - 1 : last]

    def _verify(self, size: int, root: bytes, signature: bytes) -> None:
        self.verified.append((size, root, signature))
        if signature != SIGNATURE:
            raise SignatureInvalid("the checkpoint's signature does not verify")


def test_a_new_stream_takes_its_first_reports() -> None:
    batch = batch_of(HISTORY, 1, 3)

    frontier = judge(batch, new_stream(batch), lambda first, last: [], None, lambda size, root, signature: None)

    assert frontier is not None
    assert (frontier.size, frontier.root()) == (3, batch.root)


def test_rule_1_a_stream_of_another_agency_is_refused_before_anything_else_is_looked_at() -> None:
    held = Held(HISTORY[:3])

    for batch in (batch_of(HISTORY, 9, 10), batch_of([b"other"] * 4, 1, 4), batch_of(HISTORY, 1, 3)):
        with pytest.raises(NotAllowed, match="another agency"):
            held.judge(replace(batch, agency_id=EMS))
    assert held.verified == []


def test_t01_rule_2_an_ended_stream_gets_its_receipts_and_delivers_nothing_more() -> None:
    held = Held(HISTORY[:3], ended=True)

    assert held.judge(batch_of(HISTORY, 1, 3)) is None
    assert held.judge(batch_of(HISTORY, 2, 3)) is None
    for first in (1, 3, 4):
        with pytest.raises(WrongState, match="ended by a newer one") as refusal:
            held.judge(batch_of(HISTORY, first, 4))
        assert type(refusal.value) is WrongState


@pytest.mark.parametrize(("taken", "first"), [(0, 2), (0, 9), (3, 5), (3, 10)])
def test_t01_rule_3_a_gap_is_refused_with_the_sequence_wanted(taken: int, first: int) -> None:
    with pytest.raises(SequenceWanted, match=f"send again from sequence {taken + 1}$") as refusal:
        Held(HISTORY[:taken]).judge(batch_of(HISTORY, first, 10))

    assert refusal.value.wanted == taken + 1


@pytest.mark.parametrize("first", [1, 2, 5])
@pytest.mark.parametrize("last", [5, 6, 9])
def test_t01_rule_5_the_same_bytes_again_are_no_fork(first: int, last: int) -> None:
    held = Held(HISTORY[:5])

    assert held.take(batch_of(HISTORY, first, last)) == (last > 5)
    assert held.bodies == HISTORY[:last]


@pytest.mark.parametrize("at", [1, 3, 5])
@pytest.mark.parametrize("last", [5, 9])
def test_t01_rule_5_other_bytes_for_a_sequence_are_a_fork_there(at: int, last: int) -> None:
    other = [*HISTORY[: at - 1], b"another report", *HISTORY[at:]]

    with pytest.raises(Forked, match=f"^report {at} differs") as refusal:
        Held(HISTORY[:5]).judge(batch_of(other, 1, last))

    assert refusal.value.sequence == at


@pytest.mark.parametrize("size", [1, 2, 4, 2**53])
@pytest.mark.parametrize("taken", [0, 2, 3])
def test_rule_4_the_checkpoint_stands_at_the_end_of_the_batch(size: int, taken: int) -> None:
    with pytest.raises(InvalidRequest, match=r"^checkpoint\.size: "):
        Held(HISTORY[:taken]).judge(batch_of(HISTORY, 1, 3, size=size))


@pytest.mark.parametrize("taken", [0, 2, 3])
def test_rule_4_a_checkpoint_that_does_not_verify_is_refused_and_is_no_fork(taken: int) -> None:
    """Whoever lacks the bound key cannot have an agency quarantined by inventing roots."""
    held = Held(HISTORY[:taken])

    with pytest.raises(SignatureInvalid):
        held.judge(batch_of(HISTORY, 1, 3, signature=b"x" * 64, root=b"r" * 32))

    assert held.verified == [(3, b"r" * 32, b"x" * 64)]


@pytest.mark.parametrize("taken", [1, 3])
def test_rule_4_other_bytes_without_the_bound_key_are_no_fork(taken: int) -> None:
    other = [b"another report", *HISTORY[1:]]

    with pytest.raises(SignatureInvalid):
        Held(HISTORY[:taken]).judge(batch_of(other, 1, 3, signature=b"x" * 64))


def test_s06_rule_6_another_root_over_the_same_bytes_is_a_fork() -> None:
    elsewhere = [b"a history of its own", *HISTORY[1:]]

    with pytest.raises(Forked) as refusal:
        Held(HISTORY[:3]).judge(batch_of(elsewhere, 4, 6))

    assert refusal.value.sequence == 6


@pytest.mark.parametrize("root", [EMPTY_ROOT, b"r" * 32, frontier_of(HISTORY[:4]).root()])
def test_s06_rule_6_a_second_root_for_a_size_that_is_countersigned_is_a_fork(root: bytes) -> None:
    held = Held()
    held.take(batch_of(HISTORY, 1, 5))

    with pytest.raises(Forked):
        held.judge(batch_of(HISTORY, 5, 5, root=root))
    with pytest.raises(Forked):
        held.judge(batch_of(HISTORY, 6, 6, root=root))


def test_s06_rule_7_a_cloned_node_is_found_at_its_first_push_and_nothing_of_it_is_taken() -> None:
    held = Held()
    held.take(batch_of(HISTORY, 1, 4))
    original, clone = [*HISTORY[:4], b"the one"], [*HISTORY[:4], b"the other", b"and more"]
    held.take(batch_of(original, 5, 5))

    for first, last in ((5, 5), (5, 6), (6, 6), (1, 6)):
        with pytest.raises(Forked) as refusal:
            held.take(batch_of(clone, first, last))
        assert isinstance(refusal.value, WrongState)
        assert refusal.value.sequence in (5, 6)
    assert held.bodies == original
    assert held.take(batch_of([*original, b"goes on"], 6, 6))


BODIES = st.lists(st.binary(max_size=6), min_size=1, max_size=40)


@given(BODIES, st.data())
def test_t01_any_honest_deliveries_end_in_the_nodes_own_history(history: list[bytes], data: st.DataObject) -> None:
    """Repeated, overlapping, too early: whatever order an honest node's batches arrive in, none is a fork."""
    held = Held()
    while len(held.bodies) < len(history):
        first = data.draw(st.integers(1, len(history)))
        last = data.draw(st.integers(first, len(history)))
        batch, had = batch_of(history, first, last), len(held.bodies)
        if first > had + 1:
            with pytest.raises(SequenceWanted) as refusal:
                held.take(batch)
            assert refusal.value.wanted == had + 1
            batch = batch_of(history, had + 1, last)  # as a node does then
        assert held.take(batch) == (last > had)
        assert held.bodies == history[: max(had, last)]
        assert held.stream.frontier.root() == frontier_of(held.bodies).root()
    assert all(held.roots[size] == frontier_of(history[:size]).root() for size in held.roots)


@given(BODIES, st.data())
def test_s06_any_other_byte_is_a_fork_and_is_not_taken(history: list[bytes], data: st.DataObject) -> None:
    taken = data.draw(st.integers(0, len(history)))
    first = data.draw(st.integers(1, min(taken + 1, len(history))))
    at = data.draw(st.integers(first, len(history)))
    held = Held(history[:taken])
    batch = batch_of(history, first, len(history))
    bodies = list(batch.bodies)
    bodies[at - first] += b"!"

    with pytest.raises(Forked) as refusal:
        held.take(replace(batch, bodies=tuple(bodies)))

    assert refusal.value.sequence == (at if at <= taken else len(history))
    assert held.bodies == history[:taken]


def test_every_refusal_is_told_in_one_line_without_a_byte_of_the_report() -> None:
    held = Held(HISTORY[:3], ended=True)
    refused: list[HoldfastError] = []
    for batch in (batch_of(HISTORY, 5, 5), batch_of(HISTORY, 4, 4), batch_of([b"\x1b[2J"] * 3, 1, 3)):
        with pytest.raises(HoldfastError) as refusal:
            held.judge(batch)
        refused.append(refusal.value)

    assert [type(each) for each in refused] == [SequenceWanted, WrongState, Forked]
    assert all(str(each).isprintable() for each in refused)
