"""A release at the node: when it is drawn, what may happen to it then, and when it leaves by itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from common.errors import InvalidRequest, WrongState
from node.domain.release import (
    DRAWN_AFTER,
    Mode,
    Release,
    ReportingWindow,
    SetAside,
    State,
    check_held,
    check_lifted,
    check_sent,
    check_window,
    drawing_order,
    leaves_at,
    own_quarters,
    read_mode,
)

START, END = datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
WINDOW = ReportingWindow(b"w" * 16, START, END, frozenset({1}), 11, END + 14 * DAY, START)
OWN = replace(WINDOW, release_by=None)
DRAWN = Release(WINDOW.id, END + DRAWN_AFTER, State.DRAWN, END + DRAWN_AFTER)


@pytest.mark.parametrize(
    ("said", "mode"),
    [("ask", Mode.ASK), (" After-Grace ", Mode.AFTER_GRACE), ("at_once", Mode.AT_ONCE), ("", None), ("always", None)],
)
def test_a_mode_that_is_not_set_or_cannot_be_read_is_none(said: str, mode: Mode | None) -> None:
    assert read_mode(said) is mode


def test_it_leaves_by_itself_as_the_agency_decided_and_never_within_a_day_of_being_drawn() -> None:
    late = replace(DRAWN, drawn_at=END + 20 * DAY)
    assert leaves_at(WINDOW, DRAWN, Mode.AFTER_GRACE) == END + 14 * DAY
    assert leaves_at(WINDOW, late, Mode.AFTER_GRACE) == END + 21 * DAY
    assert leaves_at(WINDOW, DRAWN, Mode.AT_ONCE) == DRAWN.drawn_at
    for mode in (Mode.ASK, None):
        assert leaves_at(WINDOW, DRAWN, mode) is None


@pytest.mark.parametrize("state", [State.HELD, State.SENT, State.SET_ASIDE])
def test_what_is_held_sent_or_set_aside_does_not_leave_by_itself(state: State) -> None:
    assert leaves_at(WINDOW, replace(DRAWN, state=state), Mode.AT_ONCE) is None


def test_a_window_of_the_nodes_own_never_leaves_and_is_drawn_days_after_it_was_opened_for_the_past() -> None:
    assert leaves_at(OWN, DRAWN, Mode.AT_ONCE) is None
    assert OWN.draws_at == WINDOW.draws_at == END + DRAWN_AFTER
    assert replace(OWN, told_at=END + 30 * DAY).draws_at == END + 30 * DAY + DRAWN_AFTER
    assert replace(WINDOW, told_at=END + 30 * DAY).draws_at == END + DRAWN_AFTER
    for check in (check_held, check_lifted):
        with pytest.raises(WrongState, match="this node's own"):
            check(OWN, DRAWN)


@pytest.mark.parametrize(
    ("state", "held", "lifted", "sent"),
    [
        (None, "not drawn yet", "not drawn yet", "not drawn yet"),
        (State.DRAWN, None, "not held", None),
        (State.HELD, "held already", None, "is held"),
        (State.SENT, "was sent", "not held", None),  # what of it was refused may go again: the use case looks
        (State.SET_ASIDE, "no figures", "no figures", "no figures"),
    ],
)
def test_what_may_be_done_follows_from_the_state_and_the_refusal_says_why(
    state: State | None, held: str | None, lifted: str | None, sent: str | None
) -> None:
    why = SetAside.RESTORED if state is State.SET_ASIDE else None
    release = None if state is None else replace(DRAWN, state=state, why=why)
    for check, refusal in ((check_held, held), (check_lifted, lifted), (_sent_by_asking, sent)):
        if refusal is None:
            check(WINDOW, release)
        else:
            with pytest.raises(WrongState, match=refusal):
                check(WINDOW, release)


def _sent_by_asking(window: ReportingWindow, release: Release | None) -> None:
    check_sent(window, release, Mode.ASK)


def test_with_no_mode_nothing_is_sent_not_even_by_a_coordinator() -> None:
    with pytest.raises(WrongState, match="release_mode is not set"):
        check_sent(WINDOW, DRAWN, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_at": START}, "ends_at"),
        ({"ends_at": START - DAY}, "ends_at"),
        ({"ends_at": START + 500 * DAY}, "ends_at"),
        ({"release_by": END - DAY}, "release_by"),
        ({"release_by": END + 500 * DAY}, "release_by"),
        ({"k": 1}, "k"),
        ({"k": 101}, "k"),
        ({"tables": frozenset()}, "tables"),
    ],
)
def test_t06_a_window_out_of_its_range_is_refused_naming_the_field(changes: dict[str, Any], field: str) -> None:
    check_window(WINDOW)
    with pytest.raises(InvalidRequest, match=rf"^{field}:"):
        check_window(replace(WINDOW, **changes))


def test_a_window_that_was_opened_for_the_past_leaves_after_that() -> None:
    check_window(replace(WINDOW, told_at=END + 900 * DAY, release_by=END + 914 * DAY))


@pytest.mark.parametrize(
    ("start", "end", "label"),
    [
        (START, END, "2026-Q4"),
        (START, datetime(2026, 11, 1, tzinfo=UTC), "2026-10"),
        (datetime(2026, 12, 1, tzinfo=UTC), END, "2026-12"),
        (datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC), "2026-11-01..2027-01-31"),
    ],
)
def test_a_window_is_called_by_its_month_or_quarter(start: datetime, end: datetime, label: str) -> None:
    assert replace(WINDOW, starts_at=start, ends_at=end).label == label


def test_a_month_is_drawn_before_the_quarter_that_ends_with_it() -> None:
    month = replace(WINDOW, id=b"m" * 16, starts_at=datetime(2026, 12, 1, tzinfo=UTC))
    assert sorted([WINDOW, month], key=drawing_order) == [month, WINDOW]


def test_own_windows_are_calendar_quarters_from_the_first_to_the_last() -> None:
    found = own_quarters(datetime(2026, 5, 31, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC))
    assert [start.month for start, _ in found] == [4, 7, 10]
    assert found[-1] == (START, END)
