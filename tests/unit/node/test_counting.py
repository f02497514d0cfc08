"""Which record counts in which reporting window: each once, in the first that is not drawn and ends after it."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from common.disclosure.cell import Window
from node.domain.counting import TABLES_OF, Series, middle_of, span_of, window_of
from node.domain.release import drawing_order

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
DAYS = st.integers(-30, 90)
LENGTHS = st.lists(st.integers(1, 40), min_size=1, max_size=8)


def windows_of(lengths: list[int]) -> list[Window]:
    """Windows of contacts, one after the other."""
    made, start = [], START
    for number, days in enumerate(lengths):
        made.append(Window(bytes([number]) * 16, start, start + days * DAY, TABLES_OF[Series.CONTACTS]))
        start += days * DAY
    return made


@given(LENGTHS, DAYS, st.sets(st.integers(0, 7)))
def test_a_record_counts_in_the_first_window_not_drawn_that_ends_after_it_and_never_before_the_first(
    lengths: list[int], day: int, drawn: set[int]
) -> None:
    every = windows_of(lengths)
    closed = {each.id for number, each in enumerate(every) if number in drawn}
    moment = START + day * DAY
    left = [each for each in every if each.id not in closed and each.ends_at > moment]

    found = window_of(moment, every, closed)

    assert found == (left[0] if left and day >= 0 else None)


@given(LENGTHS, st.sets(st.integers(0, 7)), DAYS)
def test_the_span_of_a_window_holds_exactly_the_moments_that_count_in_it(
    lengths: list[int], drawn: set[int], day: int
) -> None:
    every = windows_of(lengths)
    closed = {each.id for number, each in enumerate(every) if number in drawn}
    moment = START + day * DAY + timedelta(hours=7)
    spans = {each.id: span_of(each, Series.CONTACTS, every, closed) for each in every}
    inside = [id_ for id_, span in spans.items() if span is not None and span[0] <= moment < span[1]]

    found = window_of(moment, every, closed)

    assert inside == ([] if found is None else [found.id])


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Window], list[tuple[int, int]]]:
    """Windows, and records as (day it is about, day it is entered), never entered before it took place."""
    every = windows_of(draw(LENGTHS))
    days = (every[-1].ends_at - START).days
    entered = st.integers(0, days + 5)
    return every, draw(st.lists(entered.flatmap(lambda on: st.tuples(st.integers(-3, on), st.just(on))), max_size=40))


@given(histories())
def test_over_any_history_a_record_counts_once_however_late_it_is_entered(
    history: tuple[list[Window], list[tuple[int, int]]],
) -> None:
    every, records = history
    times, closed = Counter[int](), set[bytes]()
    for window in sorted(every, key=drawing_order):
        span = span_of(window, Series.CONTACTS, every, closed)
        draws_at = window.ends_at + 3 * DAY
        for number, (about, entered) in enumerate(records):
            is_there = START + entered * DAY <= draws_at and times[number] == 0
            if is_there and span is not None and span[0] <= START + about * DAY < span[1]:
                times[number] += 1
        closed.add(window.id)

    last = every[-1].ends_at
    for number, (about, entered) in enumerate(records):
        in_time = about >= 0 and START + about * DAY < last and START + entered * DAY <= last + 3 * DAY
        assert times[number] == in_time


def test_the_ratings_of_a_month_count_in_the_window_of_its_middle_wherever_the_agency_is() -> None:
    assert middle_of("2026-12") == datetime(2026, 12, 15, 12, tzinfo=UTC)
