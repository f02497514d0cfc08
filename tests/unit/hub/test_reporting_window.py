"""Reporting windows: calendar months and quarters as agreed, of which two never cover one table at one time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.agreement.terms import DEFAULT_TERMS
from common.disclosure.catalogue import OF_ENCOUNTERS, TABLES
from common.errors import InvalidRequest, WrongState
from common.wire.v1.agreement_pb2 import ReportingPeriod
from common.wire.v1.codes_pb2 import TableKind
from hub.domain.reporting_window import ReportingWindow, opened, past, running
from tests.builders import TRUST_DOMAIN

BY_QUARTER = DEFAULT_TERMS
BY_MONTH = replace(DEFAULT_TERMS, reporting_period=ReportingPeriod.REPORTING_PERIOD_MONTH)
CAPACITY = frozenset({TableKind.TABLE_KIND_SUPPORTER_CAPACITY})
QUARTERLY = frozenset(TABLES) - CAPACITY - frozenset(OF_ENCOUNTERS)


def day(year: int, month: int, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def spans_of(windows: list[ReportingWindow]) -> list[tuple[datetime, datetime, frozenset[int]]]:
    return [(each.starts_at, each.ends_at, each.tables) for each in windows]


def test_by_quarter_the_tables_of_encounters_go_with_the_quarter_and_capacity_by_month() -> None:
    spans = running(BY_QUARTER, [], day(2026, 11, 3))

    assert [(each.starts_at, each.ends_at, each.tables) for each in spans] == [
        (day(2026, 11), day(2026, 12), CAPACITY),
        (day(2026, 10), day(2027, 1), QUARTERLY | frozenset(OF_ENCOUNTERS)),
    ]


def test_by_month_the_tables_of_encounters_go_with_the_month() -> None:
    spans = running(BY_MONTH, [], day(2026, 12, 31))

    assert [(each.starts_at, each.ends_at, each.tables) for each in spans] == [
        (day(2026, 12), day(2027, 1), CAPACITY | frozenset(OF_ENCOUNTERS)),
        (day(2026, 10), day(2027, 1), QUARTERLY),
    ]


def test_a_period_that_has_its_window_gets_no_other_one() -> None:
    windows = opened(running(BY_QUARTER, [], day(2026, 11, 3)), BY_QUARTER, TRUST_DOMAIN, day(2026, 11, 3))

    assert running(BY_QUARTER, windows, day(2026, 11, 30)) == []
    assert [each.starts_at for each in running(BY_QUARTER, windows, day(2026, 12))] == [day(2026, 12)]


def test_an_agreement_that_changes_the_period_holds_from_the_next_quarter() -> None:
    windows = opened(running(BY_QUARTER, [], day(2026, 10)), BY_QUARTER, TRUST_DOMAIN, day(2026, 10))
    for now in (day(2026, 11), day(2026, 12)):
        windows += opened(running(BY_MONTH, windows, now), BY_MONTH, TRUST_DOMAIN, now)

    assert [each.tables for each in windows if each.starts_at.month != 10] == [CAPACITY, CAPACITY]
    january = opened(running(BY_MONTH, windows, day(2027, 1)), BY_MONTH, TRUST_DOMAIN, day(2027, 1))
    assert [each.tables for each in january] == [CAPACITY | frozenset(OF_ENCOUNTERS), QUARTERLY]
    february = running(BY_QUARTER, windows + january, day(2027, 2))  # and back again: the quarter goes on by month
    assert [each.tables for each in february] == [CAPACITY | frozenset(OF_ENCOUNTERS)]


def test_counts_leave_after_the_agreements_grace_and_a_past_window_gives_that_grace_from_its_opening() -> None:
    terms, now = replace(BY_QUARTER, release_grace=timedelta(days=10), k=15), day(2026, 11, 3)
    [month, quarter] = opened(running(terms, [], now), terms, TRUST_DOMAIN, now)
    [*_, last_past] = opened(past(terms, [month, quarter], day(2026, 7), now), terms, TRUST_DOMAIN, now)

    assert (quarter.release_by, quarter.k, quarter.opened_at) == (day(2027, 1, 11), 15, now)
    assert last_past.release_by == now + timedelta(days=10)
    assert quarter.is_due_from(day(2027, 1, 10))
    assert not quarter.is_due_from(day(2027, 1, 11))


def test_past_quarters_are_opened_up_to_the_running_one() -> None:
    spans = past(BY_QUARTER, [], day(2025, 10), day(2026, 5, 20))

    quarters = [each for each in spans if each.tables != CAPACITY]
    assert [(each.starts_at, each.ends_at) for each in quarters] == [
        (day(2025, 10), day(2026, 1)),
        (day(2026, 1), day(2026, 4)),
    ]
    assert [each.starts_at for each in spans if each.tables == CAPACITY] == [
        *(day(2025, month) for month in (10, 11, 12)),
        *(day(2026, month) for month in (1, 2, 3)),
    ]


def test_t04_a_window_that_is_opened_again_has_the_same_id_and_any_other_has_another() -> None:
    now, later = day(2026, 5, 20), day(2026, 5, 29)
    spans = past(BY_QUARTER, [], day(2025, 1), now)
    ids = [each.id for each in opened(spans, BY_QUARTER, TRUST_DOMAIN, now)]

    assert [each.id for each in opened(spans, BY_QUARTER, TRUST_DOMAIN, later)] == ids
    others = [
        *opened(spans, replace(BY_QUARTER, k=12), TRUST_DOMAIN, now),
        *opened(spans, BY_QUARTER, "other.example", now),
        *opened(
            [each for each in past(BY_MONTH, [], day(2025, 1), now) if each not in spans], BY_MONTH, TRUST_DOMAIN, now
        ),
    ]
    assert len({*ids, *(each.id for each in others)}) == len(ids) + len(others)
    assert {len(id_) for id_ in ids} == {16}


@pytest.mark.parametrize(
    ("first", "error", "says"),
    [
        (day(2024, 11), InvalidRequest, "the first day of a quarter"),
        (day(2024, 10, 2), InvalidRequest, "the first day of a quarter"),
        (day(2026, 4), WrongState, "no quarter since then is over"),
        (day(2030, 1), WrongState, "no quarter since then is over"),
        (day(2016, 1), InvalidRequest, "at most 40 quarters"),
    ],
)
def test_past_windows_begin_with_a_quarter_that_is_over(first: datetime, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        past(BY_QUARTER, [], first, day(2026, 5, 20))


def test_i02_past_windows_that_would_overlap_others_are_refused() -> None:
    now = day(2026, 5, 20)
    windows = opened(past(BY_QUARTER, [], day(2026, 1), now), BY_QUARTER, TRUST_DOMAIN, now)

    with pytest.raises(WrongState, match="2026-01-01 has its reporting windows already"):
        past(BY_QUARTER, windows, day(2025, 10), now)
    with pytest.raises(WrongState, match="has its reporting windows already"):
        past(BY_MONTH, windows, day(2026, 1), now)


_TERMS = st.sampled_from([BY_QUARTER, BY_MONTH])


@given(st.lists(st.tuples(st.integers(0, 900), _TERMS), min_size=1, max_size=30))
def test_i02_windows_of_one_table_never_overlap_whatever_the_agreements_say_and_whenever_the_hub_ran(
    visits: list[tuple[int, object]],
) -> None:
    windows: list[ReportingWindow] = []
    for after, terms in sorted(visits, key=lambda visit: visit[0]):
        now = day(2025, 1) + timedelta(days=after)
        windows += opened(running(terms, windows, now), terms, TRUST_DOMAIN, now)  # type: ignore[arg-type]

    for place, one in enumerate(windows):
        assert one.tables
        for other in windows[place + 1 :]:
            assert not (one.tables & other.tables and one.window.overlaps(other.window))
