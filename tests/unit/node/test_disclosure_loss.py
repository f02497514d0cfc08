"""The agencies that the loss is measured on, and the ways that are measured beside Holdfast's own."""

import random
from dataclasses import replace

import pytest

from common.disclosure.catalogue import TABLES
from common.disclosure.cell import Cell
from common.disclosure.relations import relations_of
from tests.bench.loss.agencies import Agency, agencies_of_sheets, simulated, simulated_of
from tests.bench.loss.counting import counts_of
from tests.bench.loss.tally import lost
from tests.bench.loss.ways import History, alone, ours, threshold, whole_rows, windows_of, worked_out
from tests.counts import KIND, MODE, TWO_WAY, window

AGENCY = simulated_of(60, random.Random(1), "of sixty")
ONE = window(0, tables=frozenset({MODE, KIND}))


def history(agency: Agency, plan: str) -> History:
    return [(of, counts_of(agency, of)) for of in windows_of(plan, agency.tables)]


def small_example() -> tuple[Cell, Cell, History]:
    """39 by mode: 33 and 6; by kind the same 39 in one row."""
    shown, small = Cell(ONE.id, MODE, 1), Cell(ONE.id, MODE, 2)
    empty = dict.fromkeys(counts_of(AGENCY, ONE), 0)
    told = {shown: 33, small: 6, Cell(ONE.id, MODE, 0): 39, Cell(ONE.id, KIND, 0): 39, Cell(ONE.id, KIND, 1): 39}
    return shown, small, [(ONE, {**empty, **told})]


@pytest.mark.parametrize("plan", ["quarters", "months", "years"])
@pytest.mark.parametrize("agency", [AGENCY, *agencies_of_sheets()], ids=lambda agency: agency.name)
def test_an_agencys_counts_fit_every_relation_among_its_tables_and_periods(agency: Agency, plan: str) -> None:
    counts = {cell: count for _, own in history(agency, plan) for cell, count in own.items()}

    assert sum(counts.values())
    for relation in relations_of(windows_of(plan, agency.tables)):
        value = sum(factor * counts[cell] for cell, factor in relation.terms)
        assert value == 0 if relation.is_equal else value <= 0, relation


def test_every_contact_of_the_two_years_is_counted_by_each_plan() -> None:
    contacts = len(AGENCY.contacts)

    for plan, table in (("quarters", KIND), ("months", KIND), ("months", TWO_WAY), ("years", MODE)):
        told = [counts.get(Cell(of.id, table, 0), 0) for of, counts in history(AGENCY, plan)]
        assert sum(told) == contacts, (plan, table)


def test_a_number_gives_the_same_agency_again_and_sizes_cover_five_to_eight_hundred() -> None:
    assert simulated(4) == simulated(4)
    assert simulated(4) != simulated(10)
    sizes = [simulated(number).roster for number in range(6)]
    bounds = [(5, 9), (10, 25), (26, 50), (51, 100), (101, 250), (251, 800)]
    assert all(low <= size <= high for size, (low, high) in zip(sizes, bounds, strict=True))


def test_the_threshold_alone_withholds_small_counts_that_can_be_worked_out() -> None:
    shown, small, of_example = small_example()

    figures = threshold(of_example).figures

    assert [cell for cell, count in figures.items() if count is None] == [small]
    assert figures[shown] == 33
    assert worked_out(of_example[0][1], figures, [ONE]) == (1, 1)


def test_a_tables_optimum_alone_may_be_worked_out_from_another_table() -> None:
    shown, small, of_example = small_example()

    figures = alone(of_example).figures

    assert {cell for cell, count in figures.items() if count is None} in (
        {small, shown},
        {small, Cell(ONE.id, MODE, 0)},
    )
    everything = ours(of_example)
    assert figures[Cell(ONE.id, KIND, 0)] == 39
    if figures[Cell(ONE.id, MODE, 0)] is None:  # the other table tells its total
        assert worked_out(of_example[0][1], figures, [ONE]) == (2, 2)
    assert worked_out(of_example[0][1], everything.figures, [ONE]) == (0, 0)
    assert not everything.findings


def test_whole_rows_withholds_a_one_way_table_whole_and_of_a_two_way_table_the_row() -> None:
    _, _, of_example = small_example()
    both = replace(ONE, tables=frozenset({MODE, TWO_WAY}))
    mode = {cell: count for cell, count in of_example[0][1].items() if cell.table == MODE}
    two_way = dict.fromkeys((Cell(ONE.id, TWO_WAY, row, column) for row in range(3) for column in range(3)), 20)
    two_way[Cell(ONE.id, TWO_WAY, 2, 1)] = 3

    figures = whole_rows([(both, {**mode, **two_way})]).figures

    withheld = {cell for cell, count in figures.items() if count is None}
    assert withheld == {*mode, *(Cell(ONE.id, TWO_WAY, 2, column) for column in range(3))}


def test_what_is_lost_counts_events_once_and_a_refused_table_whole() -> None:
    _, small, of_example = small_example()
    counts = of_example[0][1]

    found = lost(counts, threshold(of_example).figures)
    refused = lost(counts, {cell: count for cell, count in counts.items() if cell.table == KIND})

    assert (found["events"], found["hidden_events"]) == (78, 6)
    assert (found["nonzero"], found["hidden_nonzero"], found["hidden_cells"]) == (5, 1, 1)
    assert refused["hidden_events"] == 39
    assert small.table == MODE


def test_i02_a_row_that_its_month_left_just_open_and_two_columns_would_close_costs_the_two_way_table() -> None:
    """1 to 11 is left of a row by its month; that both its columns are above zero makes it 2 to 11."""
    months = [window(number, 1, frozenset({KIND})) for number in range(3)]
    quarter = window(0, 3, frozenset({TWO_WAY}))
    of_months = [{**dict.fromkeys(TABLES[KIND].cells(month.id), 0)} for month in months]
    of_months[0] |= {Cell(months[0].id, KIND, row): count for row, count in ((0, 12), (1, 2), (2, 10))}
    of_quarter = dict.fromkeys(TABLES[TWO_WAY].cells(quarter.id), 0)
    rows = {0: (12, 11, 1), 1: (2, 1, 1), 2: (10, 10, 0)}
    of_quarter |= {Cell(quarter.id, TWO_WAY, row, at): each for row, own in rows.items() for at, each in enumerate(own)}

    result = ours([*zip(months, of_months, strict=True), (quarter, of_quarter)])

    assert all(result.figures[cell] == count for cell, count in of_months[0].items() if cell.row == 0)
    assert len(result.findings) == 1
    assert "could be worked out to be 2 to 11; 11 values must stay possible" in result.findings[0]
    assert not any(cell.table == TWO_WAY for cell in result.figures)
