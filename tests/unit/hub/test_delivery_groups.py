"""Batches that wait together: those that follow each other in one stream are judged as one, and come out the same."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.ledger.merkle import Frontier, leaf_hash
from hub.domain.delivery import Batch, Forked, Stream, joined, judge, new_stream, runs

FIRE, STREAM, SIGNATURE = b"f" * 16, b"s" * 16, b"n" * 64


def batches_of(history: Sequence[bytes], cuts: Sequence[int], **changes: Any) -> list[Batch]:
    """An honest node's history, cut into batches, each with its own checkpoint."""
    found, frontier, first = [], Frontier(), 1
    for last in [*sorted({cut for cut in cuts if 0 < cut < len(history)}), len(history)]:
        bodies = tuple(history[first - 1 : last])
        frontier.extend(map(leaf_hash, bodies))
        batch = Batch(FIRE, 1, STREAM, first, (), (), bodies, last, frontier.root(), SIGNATURE + b"%d" % last)
        found.append(replace(batch, **changes))
        first = last + 1
    return found


HISTORIES = st.lists(st.binary(max_size=4), min_size=1, max_size=20)
CUTS = st.lists(st.integers(1, 19), max_size=8)


@given(HISTORIES, CUTS, st.data())
def test_t01_one_streams_batches_are_one_run_in_their_order_whatever_order_they_came_in(
    history: list[bytes], cuts: list[int], data: st.DataObject
) -> None:
    batches = data.draw(st.permutations(batches_of(history, cuts)))

    (run,) = runs(batches)

    assert [batches[place].first_sequence for place in run] == sorted(each.first_sequence for each in batches)


@given(HISTORIES, CUTS)
def test_t01_batches_judged_as_one_end_where_they_would_one_by_one(history: list[bytes], cuts: list[int]) -> None:
    batches = batches_of(history, cuts)
    verified: list[tuple[int, bytes, bytes]] = []

    def take(batch: Batch, stream: Stream) -> Frontier:
        frontier = judge(batch, stream, lambda *_: [], None, lambda *checkpoint: verified.append(checkpoint))
        assert frontier is not None
        return frontier

    together = take(joined(batches), new_stream(batches[0]))
    last = batches[-1]
    assert verified == [(last.size, last.root, last.signature)]  # one signature stands for all of them

    stream = new_stream(batches[0])
    for batch in batches:
        stream.frontier = take(batch, stream)
        stream.next_sequence = batch.last_sequence + 1
    assert (together.size, together.root()) == (stream.frontier.size, stream.frontier.root())
    assert b"".join(joined(batches).bodies) == b"".join(history)


SOME = st.builds(
    lambda first, count, size_off, **names: Batch(
        first_sequence=first, reports=(), problems=(), bodies=(b"x",) * count, size=first + count - 1 + size_off,
        root=b"r", signature=b"s", **names,
    ),
    first=st.integers(1, 6), count=st.integers(1, 3), size_off=st.sampled_from([0, 0, 0, -1, 1]),
    agency_id=st.sampled_from([b"f", b"e"]), node=st.integers(1, 2), stream_id=st.sampled_from([b"s", b"t"]),
)  # fmt: skip


@given(st.lists(SOME, max_size=12))
def test_every_batch_has_one_place_and_only_what_follows_in_the_same_stream_of_the_same_node_is_joined(
    batches: list[Batch],
) -> None:
    found = runs(batches)

    assert sorted(place for run in found for place in run) == list(range(len(batches)))
    for run in found:
        for one, next_one in pairwise(run):
            before, after = batches[one], batches[next_one]
            assert (before.agency_id, before.node, before.stream_id) == (after.agency_id, after.node, after.stream_id)
            assert after.first_sequence == before.last_sequence + 1 == before.size + 1


def test_s06_two_histories_that_meet_in_one_run_are_a_fork() -> None:
    first, second = batches_of([b"one", b"two"], [1])
    clones_first, _ = batches_of([b"another one", b"two"], [1])
    assert runs([clones_first, second]) == [[0, 1]]

    with pytest.raises(Forked):
        judge(joined([clones_first, second]), new_stream(first), lambda *_: [], None, lambda *_: None)


def test_a_batch_alone_is_judged_as_it_is() -> None:
    (batch,) = batches_of([b"one", b"two"], [])

    assert joined([batch]) is batch
    assert runs([]) == []


@given(st.permutations([bytes([number]) * 16 for number in range(6)]))
def test_streams_are_taken_in_the_order_in_which_they_came(streams: list[bytes]) -> None:
    batches = [batches_of([b"x"], [], stream_id=stream)[0] for stream in streams]

    assert runs(batches) == [[place] for place in range(len(streams))]
