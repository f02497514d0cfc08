"""How reports are cut into batches, and what a hub's answers mean."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import TooMuch, WrongState
from common.ledger.merkle import Frontier
from node.domain.delivery import (
    MAX_BYTES,
    MAX_REPORTS,
    REPORT_OVERHEAD,
    Flow,
    Stream,
    batch_length,
    check_epoch,
    check_fits,
    is_ahead,
)
from tests.builders import NOON

STREAM = Stream(b"s" * 16, 1, NOON, Frontier(), 1, 0, Flow.FLOWING, "", NOON, None)


@given(st.lists(st.integers(1, 3_000), max_size=600))
def test_batches_take_everything_in_order_and_none_is_too_large(sizes: list[int]) -> None:
    first, checkpoints, batches = 1, list(range(1, len(sizes) + 1)), []

    while length := batch_length(sizes[first - 1 :], first, [size for size in checkpoints if size >= first]):
        batches.append(sizes[first - 1 : first - 1 + length])
        first += length

    assert [size for batch in batches for size in batch] == sizes
    for batch in batches:
        assert len(batch) <= MAX_REPORTS
        assert sum(size + REPORT_OVERHEAD for size in batch) <= MAX_BYTES


@given(st.lists(st.lists(st.integers(1, 1_000), min_size=1, max_size=40), min_size=1, max_size=30))
def test_a_batch_ends_where_a_checkpoint_was_signed(appends: list[list[int]]) -> None:
    sizes = [size for append in appends for size in append]
    ends = [sum(len(append) for append in appends[: index + 1]) for index in range(len(appends))]

    assert batch_length(sizes, 1, ends) in ends


def test_reports_without_a_checkpoint_are_not_sent() -> None:
    with pytest.raises(WrongState, match="egress verify"):
        batch_length([10, 10], 5, [])


def test_more_than_one_batch_cannot_be_written_at_once() -> None:
    check_fits([10] * MAX_REPORTS)
    with pytest.raises(TooMuch):
        check_fits([10] * (MAX_REPORTS + 1))
    with pytest.raises(TooMuch):
        check_fits([MAX_BYTES])


@given(sent=st.integers(0, 1000), wanted=st.integers(0, 1002))
def test_t04_a_hub_is_ahead_when_it_holds_what_was_never_sent(sent: int, wanted: int) -> None:
    assert is_ahead(replace(STREAM, sent_through=sent), wanted) == (wanted - 1 > sent)


@given(known=st.integers(0, 50), told=st.integers(0, 50))
def test_t04_only_a_hub_of_an_older_epoch_is_refused(known: int, told: int) -> None:
    if told < known:
        with pytest.raises(WrongState, match="old copy"):
            check_epoch(told, known)
    else:
        check_epoch(told, known)
