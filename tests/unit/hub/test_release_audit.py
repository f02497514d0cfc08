"""The hub's own audit of one agency's tables: what a node should not have released is found, and nothing else."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from common.disclosure.cell import Cell, Rule, Window
from common.disclosure.release import draw
from common.wire.v1.codes_pb2 import TableKind
from hub.domain.release_audit import Taken, find_unsafe, linked_windows
from hub.domain.table_release import WITHHELD, WITHHELD_OR_ZERO, packed
from tests.counting import OUTCOMES, RATINGS, with_total
from tests.counts import KIND, MODE, MONTHLY, OF_A_QUARTER, QUARTERLY, TWO_WAY, true_counts, window
from tests.rolled import taken_of

K = 11
QUARTER = window(0)
MONTHS = [window(number, 1, MONTHLY) for number in range(3)]
WHOLE = window(0, 3, OF_A_QUARTER)
CAME = datetime(2026, 11, 1, tzinfo=UTC)


def table(kind: int, counts: list[int | None], of: Window = QUARTER, came: datetime = CAME) -> Taken:
    return Taken(of.id, kind, packed([WITHHELD if count is None else count for count in counts]), came)


def unsafe(*taken: Taken, of: Window = QUARTER, windows: list[Window] | None = None) -> frozenset[int]:
    return find_unsafe(of, windows or [of], taken, K)


def test_i02_a_withheld_row_that_follows_from_the_total_is_found_and_the_other_tables_stay() -> None:
    pinned = with_total(20, 15, None, 0, 0, total=42)  # seven are left for one row
    few = with_total(20, None, None, 0, 0, total=31)  # eleven for two: each is 1 to 10
    room = with_total(20, None, None, 0, 0, total=32)

    assert unsafe(table(RATINGS, pinned), table(OUTCOMES, with_total(20, 15, 0, 0, 0))) == {RATINGS}
    assert unsafe(table(RATINGS, few)) == {RATINGS}
    assert unsafe(table(RATINGS, room)) == frozenset()


def test_i02_two_linked_tables_of_one_agency_that_tell_a_small_count_together_are_found() -> None:
    kinds = kinds_of(60, 40)
    modes: list[int | None] = [None, 89, None, None, 0, 0, 0]  # of a hundred, eleven are left for two modes

    assert unsafe(table(MODE, modes)) == unsafe(table(KIND, kinds)) == frozenset()
    assert unsafe(table(MODE, modes), table(KIND, kinds)) == {MODE}


def quarter_of(*rows: int) -> list[int | None]:
    """A two-way table of two kinds of contact, all related to an incident."""
    counts: list[int | None] = [sum(rows), sum(rows), 0]
    for row in rows:
        counts += [row, row, 0]
    return counts + [0] * (36 - len(counts))


def kinds_of(*rows: int) -> list[int | None]:
    return with_total(*rows, *[0] * (11 - len(rows)))


def test_i02_the_month_that_an_agency_kept_back_is_not_told_by_its_quarter() -> None:
    windows = [*MONTHS, WHOLE]
    months = [table(KIND, kinds_of(20, 20), month) for month in MONTHS]
    quarter = table(TWO_WAY, quarter_of(60, 45), WHOLE)

    assert unsafe(*months[:2], quarter, of=WHOLE, windows=windows) == {TWO_WAY}  # 5 are left for the third month
    whole = table(TWO_WAY, quarter_of(60, 60), WHOLE)
    assert unsafe(*months, whole, of=WHOLE, windows=windows) == frozenset()


def test_i02_whichever_came_second_is_left_out_and_what_stood_before_it_stays() -> None:
    windows, later = [*MONTHS, WHOLE], CAME + timedelta(hours=1)
    months = [table(KIND, kinds_of(20, 20), month) for month in MONTHS[:2]]
    quarter = table(TWO_WAY, quarter_of(60, 45), WHOLE, later)

    assert unsafe(*months, quarter, of=MONTHS[1], windows=windows) == frozenset()

    early, late = table(TWO_WAY, quarter_of(60, 45), WHOLE), table(KIND, kinds_of(20, 20), MONTHS[1], later)
    assert unsafe(months[0], late, early, of=MONTHS[1], windows=windows) == {KIND}


def test_of_what_came_together_the_window_that_is_drawn_first_stood_before() -> None:
    windows = [*MONTHS, WHOLE]
    months = [table(KIND, kinds_of(20, 20), month) for month in MONTHS[1:]]
    quarter = table(TWO_WAY, quarter_of(45, 60), WHOLE)

    assert [unsafe(*months, quarter, of=of, windows=windows) for of in (*MONTHS[1:], WHOLE)] == [
        frozenset(),
        frozenset(),
        {TWO_WAY},
    ]


@pytest.mark.parametrize("contacts", [20, 60])
def test_an_agency_that_withholds_zeros_too_is_judged_by_that(contacts: int) -> None:
    rule, counts = Rule(K, frozenset({QUARTER.id})), true_counts(QUARTER, contacts, random.Random(contacts))
    figures = draw(counts, {}, [QUARTER], rule, secret=b"s" * 16).figures

    assert unsafe(*taken_of(figures, CAME, WITHHELD_OR_ZERO)) == frozenset()
    assert unsafe(*taken_of(figures, CAME)) != frozenset(), "taken as counts of at least one, they fit less"


@pytest.mark.parametrize("contacts", [9, 45, 150, 500])
def test_everything_that_a_node_draws_passes_by_quarter_and_by_month(contacts: int) -> None:
    rng = random.Random(contacts)
    alone = taken_of(draw(true_counts(QUARTER, contacts, rng), {}, [QUARTER], Rule(K), secret=b"s" * 16).figures, CAME)
    assert unsafe(*alone) == frozenset()

    known: dict[Cell, int | None] = {}
    windows: list[Window] = []
    for of in (*MONTHS, WHOLE):
        windows.append(of)
        counts = _true(of, contacts)
        known |= draw(counts, known, windows, Rule(K), secret=b"s" * 16).figures
    taken = taken_of(known, CAME)
    assert [find_unsafe(of, windows, taken, K) for of in windows] == [frozenset()] * 4


def _true(of: Window, contacts: int) -> dict[Cell, int]:
    """Counts of three months, and of the quarter that they make."""
    months = [true_counts(window(number, 1, QUARTERLY), contacts // 3, random.Random(number)) for number in range(3)]
    if of in MONTHS:
        own = months[MONTHS.index(of)]
        return {cell._replace(window=of.id): count for cell, count in own.items() if cell.table in of.tables}
    places = {cell[1:] for cell in months[0] if cell.table in of.tables}
    return {
        Cell(of.id, *place): sum(counts[Cell(next(iter(counts)).window, *place)] for counts in months)
        for place in sorted(places)
    }


def test_windows_are_linked_through_what_overlaps_them_and_no_further() -> None:
    next_quarter = [window(number, 1, MONTHLY) for number in range(3, 6)]
    everything = [*MONTHS, WHOLE, *next_quarter, window(3, 3, OF_A_QUARTER)]

    assert {each.id for each in linked_windows(MONTHS[0], everything)} == {each.id for each in [*MONTHS, WHOLE]}
    assert linked_windows(QUARTER, [QUARTER]) == [QUARTER]
    assert TableKind.TABLE_KIND_ENCOUNTERS_BY_SUPPORT_KIND in MONTHS[0].tables
