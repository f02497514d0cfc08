"""The attacks on released counts, by name: each is refused, with a reason that names the figure."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.disclosure.catalogue import TABLES
from common.disclosure.cell import Bounds, Cell, Figures, Rule, Window
from common.disclosure.gate import Rate, rate
from common.disclosure.release import DisclosureRefused, draw, verify_release
from tests.counts import CAPACITY, KIND, MODE, MONTHLY, OF_A_QUARTER, RATINGS, TWO_WAY, true_counts, window

RULE, SECRET = Rule(11), bytes(16)
Q1, Q2 = window(0), window(3)


def figures(of: Window, table: int, counts: dict[tuple[int, int], int | None]) -> dict[Cell, int | None]:
    """Give a table's figures; a place that is not named holds zero."""
    return {cell: counts.get((cell.row, cell.column), 0) for cell in TABLES[table].cells(of.id)}


def refusal(new: Figures, known: Figures, *windows: Window) -> str:
    with pytest.raises(DisclosureRefused) as caught:
        verify_release(new, known, windows, RULE)
    return str(caught.value)


def test_i02_margin_subtraction_is_refused() -> None:
    only = window(0, tables=frozenset({MODE}))
    one_withheld = figures(only, MODE, {(0, 0): 40, (1, 0): 33, (2, 0): None})
    too_close = figures(only, MODE, {(0, 0): 40, (1, 0): 31, (2, 0): None, (3, 0): None})

    assert refusal(one_withheld, {}, only) == (
        "Contacts by mode, phone: could be worked out to be 7; 11 values must stay possible"
    )
    assert "could be worked out to be 1 to 8" in refusal(too_close, {}, only)
    verify_release(figures(only, MODE, {(0, 0): 40, (1, 0): None, (2, 0): None, (3, 0): 11}), {}, [only], RULE)


def test_i02_two_linked_tables_of_39_and_36_do_not_reveal_a_3() -> None:
    kinds = figures(Q1, KIND, {(0, 0): 39, (1, 0): 39})
    with_36 = figures(
        Q1, TWO_WAY,
        {(0, 0): 39, (0, 1): 36, (0, 2): None, (1, 0): 39, (1, 1): 36, (1, 2): None},
    )  # fmt: skip
    with_nothing_beside = figures(
        Q1, TWO_WAY,
        {(0, 0): 39, (0, 1): None, (0, 2): None, (1, 0): 39, (1, 1): None, (1, 2): None},
    )  # fmt: skip

    assert "not incident related: could be worked out to be 3" in refusal(with_36, kinds, Q1)
    verify_release(with_nothing_beside, kinds, [Q1], RULE)


def test_i02_the_month_that_was_kept_back_is_not_told_by_its_quarter() -> None:
    """39 in the quarter, 36 in the two months that were released: the third had 3."""
    months = [window(number, 1, MONTHLY) for number in range(3)]
    quarter = window(0, 3, OF_A_QUARTER)
    known = figures(months[0], KIND, {(0, 0): 20, (1, 0): 20}) | figures(months[1], KIND, {(0, 0): 16, (1, 0): 16})
    total = figures(
        quarter, TWO_WAY, {(0, 0): 39, (0, 1): None, (0, 2): None, (1, 0): 39, (1, 1): None, (1, 2): None}
    )  # fmt: skip

    assert "could be worked out to be 3; 11 values" in refusal(total, known, *months, quarter)


def test_i02_t06_a_year_to_date_minus_a_year_to_date_is_refused() -> None:
    to_march, to_june = window(0, 3), window(0, 6)
    known = figures(to_march, MODE, {(0, 0): 57, (1, 0): 57})

    assert refusal(figures(to_june, MODE, {(0, 0): 60, (1, 0): 60}), known, to_march, to_june) == (
        "Contacts by mode: its period overlaps another: their difference would be told"
    )


def test_i02_t06_overlapping_periods_are_refused_for_the_same_table_and_for_linked_ones() -> None:
    shifted = window(1, 3)
    known = figures(Q1, MODE, {(0, 0): 57, (1, 0): 57})

    assert "overlaps another" in refusal(figures(shifted, MODE, {}), known, Q1, shifted)
    assert "overlaps another" in refusal(figures(shifted, KIND, {}), known, Q1, shifted)
    verify_release(figures(shifted, RATINGS, {}), known, [Q1, shifted], RULE)  # counts something else
    verify_release(figures(Q2, MODE, {}), known, [Q1, Q2], RULE)


def test_i02_a_corrected_release_is_refused() -> None:
    released = figures(Q1, MODE, {(0, 0): 57, (1, 0): 57})

    assert refusal(figures(Q1, MODE, {(0, 0): 54, (1, 0): 54}), released, Q1) == (
        "Contacts by mode: was released for this period; what changed since counts in the next one"
    )
    assert "was released" in refusal(released, released, Q1)


def test_i02_a_percentage_with_a_known_denominator_is_a_range() -> None:
    shown, withheld = Bounds(40, 40), Bounds(1, 22)

    assert rate(Bounds(28, 28), shown) == Rate(Fraction(28, 40), Fraction(28, 40))
    assert rate(withheld, shown) == Rate(Fraction(1, 40), Fraction(22, 40))
    assert rate(withheld, Bounds(2, None)) == Rate(Fraction(0), Fraction(1))
    assert rate(Bounds(0, 0), Bounds(0, 0)) is None


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_i02_a_rates_range_holds_every_share_that_its_parts_allow(
    part: int, rest: int, below: int, above: int, around: int
) -> None:
    whole = part + rest
    found = rate(Bounds(max(0, part - below), part + above), Bounds(max(0, whole - around), whole + around))

    if whole:
        assert found is not None
        assert found.low <= Fraction(part, whole) <= found.high


def test_i02_a_small_count_that_is_shown_is_refused_and_zero_is_shown_unless_the_law_says_otherwise() -> None:
    one = window(0, tables=frozenset({CAPACITY}))
    ten = figures(one, CAPACITY, {(1, 0): 30, (2, 0): 10, (3, 0): 20})

    assert refusal(ten, {}, one) == "Supporters at the period's end, available: a count under 11 is to be withheld"
    verify_release(figures(one, CAPACITY, {(1, 0): 30, (2, 0): 30}), {}, [one], RULE)
    with pytest.raises(DisclosureRefused, match="a count under 11 is to be withheld"):
        verify_release(figures(one, CAPACITY, {(1, 0): 30, (2, 0): 30}), {}, [one], Rule(11, frozenset({one.id})))


def test_i02_those_paused_are_not_told_by_those_available() -> None:
    one = window(0, tables=frozenset({CAPACITY}))
    new = figures(one, CAPACITY, {(1, 0): 30, (2, 0): 26, (3, 0): None, (4, 0): 30})

    assert "paused: could be worked out to be 4" in refusal(new, {}, one)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({(0, 0): 41, (1, 0): 40}, "does not fit the figures beside it"),
        ({(0, 0): 0, (1, 0): None, (2, 0): None}, "these figures fit no counts at all"),
    ],
)
def test_what_does_not_add_up_is_refused(wrong: dict[tuple[int, int], int | None], message: str) -> None:
    assert message in refusal(figures(Q1, MODE, wrong), {}, Q1)


def test_i02_only_declared_tables_of_the_window_and_all_of_their_cells_are_released() -> None:
    of_quarter = window(0, 3, OF_A_QUARTER)
    whole = figures(Q1, MODE, {})

    assert "not declared for this reporting window" in refusal(figures(of_quarter, MODE, {}), {}, of_quarter)
    assert "not declared" in refusal({Cell(Q1.id, 99, 0): 0}, {}, Q1)
    assert "exactly the declared rows" in refusal({**whole, Cell(Q1.id, MODE, 8): 0}, {}, Q1)
    whole.pop(Cell(Q1.id, MODE, 1))
    assert "exactly the declared rows" in refusal(whole, {}, Q1)


@pytest.mark.parametrize("contacts", [0, 3, 9, 14, 30, 80, 300])
def test_i02_every_draw_passes_its_own_check_over_two_years(contacts: int) -> None:
    rng, known, windows = random.Random(contacts), dict[Cell, int | None](), list[Window]()
    for number in range(0, 24, 3):
        windows.append(window(number))
        counts = true_counts(windows[-1], contacts, rng)

        drawn = draw(counts, known, windows, RULE, secret=SECRET)

        assert not drawn.refused
        assert all(count in (None, counts[cell]) for cell, count in drawn.figures.items())
        known |= drawn.figures


@pytest.mark.parametrize("contacts", [3, 12, 25, 120])
def test_i02_months_and_then_their_quarter_are_drawn_beside_each_other(contacts: int) -> None:
    rng, known = random.Random(contacts), dict[Cell, int | None]()
    windows, of_months = list[Window](), list[dict[Cell, int]]()
    quarter = window(0, 3, OF_A_QUARTER)
    for number in range(3):
        windows.append(window(number, 1, MONTHLY))
        whole = true_counts(window(number, 1), contacts, rng)
        of_months.append(whole)
        drawn = draw(
            {cell: whole[_as(cell, whole)] for cell in _cells(windows[-1])}, known, windows, RULE, secret=SECRET
        )
        assert not drawn.refused
        known |= drawn.figures
    counts = {cell: sum(whole[_as(cell, whole)] for whole in of_months) for cell in _cells(quarter)}

    drawn = draw(counts, known, [*windows, quarter], RULE, secret=SECRET)

    assert drawn.figures
    verify_release(drawn.figures, known, [*windows, quarter], RULE)
    for table, reason in drawn.refused.items():
        assert "values must stay possible" in reason, (table, reason)


def _cells(of: Window) -> list[Cell]:
    return [cell for kind in of.tables for cell in TABLES[kind].cells(of.id)]


def _as(cell: Cell, whole: dict[Cell, int]) -> Cell:
    return cell._replace(window=next(iter(whole)).window)
