"""A report says every figure with what it counts, or plainly that it cannot be shown."""

import csv
import io
import random
from typing import Any

import pytest

from common.disclosure.audit import bounds
from common.disclosure.catalogue import TABLES
from common.disclosure.cell import Bounds, Cell, Rule, Window
from common.disclosure.relations import relations_of
from common.disclosure.release import draw
from common.errors import InvalidRequest, NotFound
from common.report.building import Released, key_figures, sections
from common.report.choosing import around, named
from common.report.figure import said, said_share
from common.report.lines import report_lines
from common.report.report import Report, period_name
from common.report.sheet import report_sheet
from tests.counts import KIND, MODE, RATINGS, TWO_WAY, month, true_counts, window

RULE, SECRET = Rule(11), bytes(16)
WINDOWS = [window(first) for first in (0, 3)]


def released(contacts: int = 60) -> Released:
    known: dict[Cell, int | None] = {}
    rng = random.Random(4)
    for place in range(len(WINDOWS)):
        known |= draw(
            true_counts(WINDOWS[place], contacts, rng), known, WINDOWS[: place + 1], RULE, secret=SECRET
        ).figures
    return Released(known, bounds(known, relations_of(WINDOWS), RULE), {})


def report(of: Released, windows: list[Window], *remarks: str) -> dict[str, Any]:
    key = key_figures(of, windows)
    parts = ([key] if key else []) + sections(of, windows, list(TABLES))
    return Report("Alder County", "Alder County", 11, tuple(parts), remarks).as_json()


def figure(of: dict[str, Any], table: int, row: str, column: str = "", period: int = 0) -> dict[str, Any]:
    section = next(each for each in of["sections"] if each["name"] == TABLES[table].name)
    line = next(each for each in section["lines"] if (each["row"], each["column"]) == (row, column))
    return dict(line["figures"][period])


def test_a_figure_that_is_shown_is_a_number_and_one_that_is_withheld_its_range() -> None:
    of = released()

    found = report(of, WINDOWS[:1])

    total = figure(found, KIND, "total")
    assert (total["low"], total["high"], total["shown"], said(total)) == (60, 60, True, "60")
    hidden = [cell for cell, count in of.shown.items() if count is None and cell[:2] == (WINDOWS[0].id, KIND)]
    for cell in hidden:
        each = figure(found, KIND, TABLES[KIND].row_name(cell.row))
        assert (each["low"], each["high"]) == (of.bounds[cell].low, of.bounds[cell].high)
        assert (each["shown"], each["why_not"]) == (False, "withheld")
        assert each["share_low"] < each["share_high"]
    assert hidden


def test_every_line_of_a_report_fits_80_columns_and_says_what_is_counted() -> None:
    lines = list(report_lines(report(released(), WINDOWS), 80))

    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    assert all(table.title in lines for table in TABLES.values())
    assert "Counted: support contacts logged for the period" in text
    assert all(name in text for name in ("2016 Q1", "2016 Q2"))
    assert "Counts of 1 to 10 are withheld" in text
    assert "Zeros" not in text


@pytest.mark.parametrize(
    ("withheld_in", "sentence"),
    [
        (("2016 Q1", "2016 Q2"), "Zeros are withheld here too. A range"),
        (("2016 Q2",), "Zeros are withheld here too: in 2016 Q2. A range"),
    ],
)
def test_a_report_says_plainly_where_zeros_are_withheld_too(withheld_in: tuple[str, ...], sentence: str) -> None:
    of = report(released(), WINDOWS)

    lines = list(report_lines(of | {"zeros_withheld": [*withheld_in]}, 80))

    assert max(map(len, lines)) <= 80
    assert sentence in " ".join(lines)


@pytest.mark.parametrize(
    ("low", "high", "shown", "words"),
    [
        (1200, 1200, True, "1,200"),
        (0, 0, True, "0"),
        (1, 22, False, "1 to 22"),
        (1, None, False, "withheld"),
        (24, None, False, "24 or more"),
        (None, None, False, "-"),
    ],
)
def test_a_figure_is_said_plainly(low: int | None, high: int | None, shown: bool, words: str) -> None:
    assert said({"low": low, "high": high, "shown": shown}) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.5, 0.5, "50 %"),
        (0.025, 0.55, "2 to 55 %"),
        (0.301, 0.301, "30 %"),
        (0, 1, ""),
        (None, None, ""),
        (1, 1, "100 %"),
    ],
)
def test_a_share_is_said_in_whole_per_cent_and_its_range_never_narrower_than_it_is(
    low: float | None, high: float | None, words: str
) -> None:
    assert said_share({"share_low": low, "share_high": high}) == words


def test_a_table_that_was_not_released_says_why_and_has_no_figures() -> None:
    of = released()
    of = Released(
        {cell: count for cell, count in of.shown.items() if cell.table != MODE},
        of.bounds,
        {(WINDOWS[0].id, MODE): "held"},
    )

    found = report(of, WINDOWS[:1])

    assert said(figure(found, MODE, "phone")) == "-"
    assert "2016 Q1: held" in list(report_lines(found))


def test_in_short_says_shares_from_both_parts_or_not_at_all() -> None:
    one = WINDOWS[0]
    cells: dict[Cell, int | None] = dict.fromkeys(TABLES[TWO_WAY].cells(one.id), 0)
    cells |= {Cell(one.id, TWO_WAY, 0, 0): 40, Cell(one.id, TWO_WAY, 0, 1): 12, Cell(one.id, TWO_WAY, 0, 2): 28}

    section = key_figures(Released(cells, {}, {}), [one])

    assert section is not None
    assert [(line.name, said_share(line.figures[0].as_json())) for line in section.lines] == [
        ("support contacts", ""),
        ("contacts related to an incident, of all", "30 %"),
    ]
    assert key_figures(Released({}, {}, {}), [one]) is None


def test_a_region_says_how_many_agencies_contributed() -> None:
    one = WINDOWS[0]
    shown = {cell: Bounds(20, 40) for cell in TABLES[RATINGS].cells(one.id)}
    of = Released(shown, {}, {}, lambda _: "an agency's figure is withheld", {(one.id, RATINGS): 5})

    found = report(of, [one])

    section = next(each for each in found["sections"] if each["name"] == "feedback_ratings")
    assert section["contributors"] == [5]
    assert figure(found, RATINGS, "5")["why_not"] == "an agency's figure is withheld"
    assert any("contributing agencies" in line and line.endswith("5") for line in report_lines(found))


def test_the_sheet_has_one_line_a_figure_and_leaves_unknown_bounds_empty() -> None:
    found = report(released(contacts=3), WINDOWS)

    rows = list(csv.DictReader(io.StringIO(report_sheet(found))))

    assert len(rows) == sum(len(line["figures"]) for section in found["sections"] for line in section["lines"])
    total = next(row for row in rows if (row["table"], row["row"]) == ("encounters_by_support_kind", "total"))
    assert (total["high"], total["shown"], total["why_not"]) == ("", "no", "withheld")
    assert not any(cell[:1] in "=+-@\t\r" for row in rows for cell in row.values() if cell)


@pytest.mark.parametrize(
    ("of", "name"),
    [(window(3), "2016 Q2"), (window(4, 1), "2016-05"), (window(1, 3), "2016-02-01 to 2016-04-30")],
)
def test_a_period_is_named_as_people_do(of: Window, name: str) -> None:
    assert period_name(of) == name


@pytest.mark.parametrize(
    ("said", "months"),
    [("2016", [0, 3, 6, 9]), ("2016-Q2", [3]), ("2016 q2", [3]), ("2017-q1", [12])],
)
def test_a_period_is_found_by_its_name(said: str, months: list[int]) -> None:
    periods = [window(first) for first in range(0, 15, 3)]

    assert named(said, periods) == [window(first) for first in months]


@pytest.mark.parametrize("said", ["", "2016-Q5", "2016-13", "0000", "last year", "2016-1", "２０１６"])
def test_what_names_no_period_is_refused_with_an_example(said: str) -> None:
    with pytest.raises(InvalidRequest, match="such as 2026, 2026-Q2 or 2026-05"):
        named(said, [window(0)])


def test_a_period_without_figures_is_told_with_the_newest_that_have() -> None:
    with pytest.raises(NotFound, match="no period within 2031 has figures; the newest are: 2016 Q1, 2016 Q2"):
        named("2031", [window(0), window(3)])


def test_around_an_incident_are_two_periods_before_it_and_two_after() -> None:
    periods = [window(first) for first in range(0, 24, 3)]

    found = around(month(10), periods)

    assert found == [window(first) for first in (3, 6, 9, 12, 15)]
    assert around(month(0).date(), periods)[0] == window(0)
