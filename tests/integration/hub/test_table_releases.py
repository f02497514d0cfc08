"""Counts that agencies release, taken in on both databases: each table once, for a period that is over, as declared."""

from datetime import timedelta

import pytest

from common.disclosure.catalogue import TABLES
from common.storage.store import Store
from common.wire.v1.codes_pb2 import Discipline, Outcome, TableKind
from common.wire.v1.report_pb2 import Report, TableCell
from hub.persistence import table_releases
from tests.counting import CAPACITY, MODES, OUTCOMES, RATINGS, Counting, hold, release, with_total

APPLIED = Outcome.OUTCOME_APPLIED
UNSAFE = Outcome.OUTCOME_REFUSED_DISCLOSURE
ACTIVATIONS = TableKind.TABLE_KIND_ENCOUNTERS_BY_ACTIVATION_TYPE
GOOD = with_total(20, 0, 15, None, None, total=47)


@pytest.fixture
def region(store: Store) -> Counting:
    region = Counting(store, {Discipline.DISCIPLINE_FIRE: 2})
    region.past(region.quarter)
    return region


def held(region: Counting) -> dict[bytes, frozenset[bytes]]:
    with region.store.read() as connection:
        return table_releases.holders(connection)


def stored(region: Counting) -> dict[bytes, dict[int, bytes]]:
    with region.store.read() as connection:
        taken = table_releases.taken_for(connection, [region.quarter.id])
    return {agency_id: {each.kind: each.counts for each in tables} for agency_id, tables in taken.items()}


def test_a_table_is_stored_as_it_came_with_what_is_withheld(region: Counting) -> None:
    fire = region.agencies[0]

    assert region.releases(fire, region.quarter, RATINGS, GOOD) == APPLIED

    counts = stored(region)[fire.id][RATINGS]
    assert counts == b"".join(count.to_bytes(4, "little", signed=True) for count in (47, 20, 0, 15, -1, -1))


def test_a_window_that_was_not_opened_or_is_not_of_that_table_is_refused(region: Counting) -> None:
    fire = region.agencies[0]

    assert region.report(fire, release(b"w" * 16, RATINGS, GOOD)) == [Outcome.OUTCOME_REFUSED_UNKNOWN_WINDOW]
    assert region.releases(fire, region.month, RATINGS, GOOD) == Outcome.OUTCOME_REFUSED_UNKNOWN_WINDOW
    assert stored(region) == {}


def test_t06_a_period_that_is_not_over_is_refused_to_the_microsecond(region: Counting) -> None:
    fire = region.agencies[0]
    region.now = region.quarter.ends_at - timedelta(microseconds=1)
    assert region.releases(fire, region.quarter, RATINGS, GOOD) == Outcome.OUTCOME_REFUSED_TIME

    region.now = region.quarter.ends_at
    assert region.releases(fire, region.quarter, RATINGS, GOOD) == APPLIED


def test_i02_a_corrected_re_release_is_refused_and_the_first_one_stays(region: Counting) -> None:
    fire, other = region.agencies
    corrected = with_total(20, 0, 15, 12, 0)
    before = release(region.quarter.id, RATINGS, GOOD)

    assert region.report(fire, before, release(region.quarter.id, RATINGS, corrected)) == [
        APPLIED,
        Outcome.OUTCOME_REFUSED_DUPLICATE,
    ]
    first = stored(region)
    assert region.releases(fire, region.quarter, RATINGS, corrected) == Outcome.OUTCOME_REFUSED_DUPLICATE
    assert stored(region) == first
    assert region.releases(other, region.quarter, RATINGS, corrected) == APPLIED
    assert region.releases(fire, region.quarter, OUTCOMES, with_total(11, 0, 0, 0, 0)) == APPLIED


def _of_an_unknown_catalogue(report: Report) -> None:
    report.table_release.catalogue_version = 2


def _without_a_cell(report: Report) -> None:
    del report.table_release.cells[-1]


def _with_a_cell_twice(report: Report) -> None:
    report.table_release.cells.append(report.table_release.cells[-1])


def _with_a_cell_that_is_not_declared(report: Report) -> None:
    report.table_release.cells.append(TableCell(row=6, count=0))


def _with_another_cell_in_the_place_of_one(report: Report) -> None:
    report.table_release.cells[-1].column = 1


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        (_of_an_unknown_catalogue, Outcome.OUTCOME_REFUSED_RANGE),
        (_without_a_cell, UNSAFE),
        (_with_a_cell_twice, UNSAFE),
        (_with_a_cell_that_is_not_declared, UNSAFE),
        (_with_another_cell_in_the_place_of_one, UNSAFE),
    ],
)
def test_a_table_that_is_not_the_declared_one_is_refused(region: Counting, change: object, outcome: Outcome) -> None:
    report = release(region.quarter.id, RATINGS, GOOD)
    change(report)  # type: ignore[operator]

    assert region.report(region.agencies[0], report) == [outcome]
    assert stored(region) == {}


@pytest.mark.parametrize(
    ("counts", "outcome"),
    [
        (with_total(10, 20, 15, 0, 0), UNSAFE),  # a small count is shown
        (with_total(1, 20, 15, 0, 0), UNSAFE),
        (with_total(None, None, 0, 0, 0, total=10), UNSAFE),  # the total is one
        (with_total(11, 20, 15, 0, 0), APPLIED),
        (with_total(0, 0, 0, 0, 0), APPLIED),
        (with_total(20, 20, 15, 0, 0, total=56), UNSAFE),  # what is shown does not add up
        (with_total(20, 20, 15, 0, 0, total=54), UNSAFE),
        (with_total(20, None, None, 0, 15, total=36), UNSAFE),  # two withheld counts, and only one is left for them
        (with_total(20, None, None, 0, 15, total=55), APPLIED),
        ([None, 20, None, None, 15, 0], APPLIED),
    ],
)
def test_i02_a_small_count_that_is_shown_and_sums_that_cannot_be_are_refused(
    region: Counting, counts: list[int | None], outcome: Outcome
) -> None:
    assert region.releases(region.agencies[0], region.quarter, RATINGS, counts) == outcome


@pytest.mark.parametrize(
    ("counts", "outcome"),
    [
        (with_total(20, 0, 15, 12, 11), UNSAFE),  # a zero is shown where zeros are withheld
        (with_total(None, None, 15, 12, 11, total=38), APPLIED),  # both may be zero
        (with_total(20, None, None, 12, 15, total=48), APPLIED),
        (with_total(20, None, None, 12, 15, total=46), UNSAFE),  # less than what is shown of it
        ([None] * 6, APPLIED),
    ],
)
def test_i02_where_an_agency_withholds_zeros_a_withheld_count_is_zero_or_more_and_a_zero_that_is_shown_is_refused(
    region: Counting, counts: list[int | None], outcome: Outcome
) -> None:
    assert region.releases(region.agencies[0], region.quarter, RATINGS, counts, zeros_withheld=True) == outcome


def test_i02_that_a_withheld_count_may_be_zero_is_kept_and_believed_of_the_agency_that_says_so_alone(
    region: Counting,
) -> None:
    fire, other = region.agencies
    tight = with_total(None, None, 15, 12, 11, total=38)

    assert region.releases(fire, region.quarter, RATINGS, tight, zeros_withheld=True) == APPLIED
    assert region.releases(other, region.quarter, RATINGS, tight) == UNSAFE
    counts = stored(region)[fire.id][RATINGS]
    assert counts == b"".join(count.to_bytes(4, "little", signed=True) for count in (38, -2, -2, 15, 12, 11))


def test_i02_two_tables_of_one_total_must_agree_on_it(region: Counting) -> None:
    fire, other = region.agencies
    modes = with_total(20, 19, 0, 0, 0, 0)

    assert region.releases(fire, region.quarter, MODES, modes) == APPLIED
    assert region.releases(fire, region.quarter, ACTIVATIONS, with_total(36, *[0] * 7)) == UNSAFE  # 39 and 36 tell 3
    assert region.releases(fire, region.quarter, ACTIVATIONS, with_total(39, *[0] * 7)) == APPLIED
    assert region.releases(other, region.quarter, ACTIVATIONS, with_total(36, *[0] * 7)) == APPLIED


def test_more_supporters_available_than_designated_are_refused(region: Counting) -> None:
    assert region.releases(region.agencies[0], region.month, CAPACITY, [20, 12, 11, 20]) == UNSAFE
    assert region.releases(region.agencies[0], region.month, CAPACITY, [23, 12, 11, 20]) == APPLIED


def test_every_declared_table_of_a_window_is_taken(region: Counting) -> None:
    fire = region.agencies[0]
    reports = [
        release(region.quarter.id, kind, [0] * len(list(TABLES[kind].places())))
        for kind in sorted(region.quarter.tables)
    ]

    assert region.report(fire, *reports) == [APPLIED] * 11
    assert stored(region)[fire.id].keys() == region.quarter.tables


def test_the_hub_sees_that_an_agency_holds_back_until_it_lifts_the_hold(region: Counting) -> None:
    fire, other = region.agencies

    assert region.report(fire, hold(region.quarter.id)) == [APPLIED]
    assert region.report(other, hold(region.month.id), hold(region.quarter.id, "lifted")) == [APPLIED, APPLIED]
    assert held(region) == {region.quarter.id: {fire.id}, region.month.id: {other.id}}

    assert region.report(fire, hold(region.quarter.id, "lifted")) == [APPLIED]
    assert held(region) == {region.month.id: {other.id}}
    assert region.report(fire, hold(b"w" * 16)) == [Outcome.OUTCOME_REFUSED_UNKNOWN_WINDOW]
