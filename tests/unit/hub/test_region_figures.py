"""A region of few agencies still sees its totals: what is withheld is what must be."""

import random
from collections.abc import Collection
from datetime import UTC, datetime

import pytest

from common.disclosure.catalogue import TABLES
from common.disclosure.cell import Cell, Rule
from common.disclosure.release import draw
from common.wire.v1.codes_pb2 import Discipline
from hub.domain.contribution import contributions_of
from hub.domain.edition import REGION, Part, State
from hub.domain.reporting_window import ReportingWindow
from hub.domain.rollup import make_part
from hub.domain.table_layout import layout_of
from hub.domain.table_release import WITHHELD, WITHHELD_OR_ZERO, packed
from tests.counts import KIND, PARTICIPATION, REFERRALS, TWO_WAY, true_counts, window

NOW = datetime(2026, 11, 3, tzinfo=UTC)
QUARTER = window(0)
WINDOW = ReportingWindow(
    QUARTER.id, QUARTER.starts_at, QUARTER.ends_at, QUARTER.tables, 11, QUARTER.ends_at, QUARTER.ends_at
)
DISCIPLINES = [Discipline.DISCIPLINE_FIRE, *range(1, 6)]  # two of fire, one of each other


def released(contacts: int, seed: int, zeros_withheld: bool) -> dict[int, bytes]:
    """What one agency releases, packed as the hub stores it."""
    rng = random.Random(seed)
    counts = true_counts(QUARTER, contacts, rng)
    # Each has a roster of another size, so that the table of members reached has one agency a row.
    own, other = (Cell(QUARTER.id, PARTICIPATION, row) for row in (seed, 3))
    counts |= {other: 0, own: counts[other]}
    if seed > 1:  # the first alone refers to whom these rows name: the region's counts of them are one agency's
        alone = [Cell(QUARTER.id, REFERRALS, row) for row in (3, 4, 5)]
        counts[Cell(QUARTER.id, REFERRALS, 1)] += sum(counts[cell] for cell in alone)
        counts |= dict.fromkeys(alone, 0)
    rule = Rule(11, frozenset({QUARTER.id} if zeros_withheld else ()))
    withheld = WITHHELD_OR_ZERO if zeros_withheld else WITHHELD
    figures = draw(counts, {}, [QUARTER], rule, secret=bytes([seed]) * 16).figures
    return {
        kind: packed(
            [withheld if (count := figures[cell]) is None else count for cell in TABLES[kind].cells(QUARTER.id)]
        )
        for kind in {cell.table for cell in figures}
    }


def part_of(contacts: list[int], zeros_withheld_by: Collection[int] = ()) -> Part:
    """What an edition says of agencies with so many contacts each.

    Args:
        zeros_withheld_by: their places.
    """
    ids = [bytes([number]) * 16 for number in range(len(contacts))]
    counts = {
        id_: released(each, number + 1, number in zeros_withheld_by)
        for number, (id_, each) in enumerate(zip(ids, contacts, strict=True))
    }
    disciplines = dict(zip(ids, DISCIPLINES, strict=False))
    return make_part(WINDOW, 1, contributions_of(counts, disciplines, layout_of(WINDOW.tables)), NOW)


@pytest.mark.parametrize("contacts", [[158, 0, 119, 76, 119, 104], [60, 9, 70, 55, 48, 66]])
def test_i02_each_discipline_of_one_agency_is_withheld_and_the_regions_total_is_shown(contacts: list[int]) -> None:
    part = part_of(contacts)

    region = part.tables[REGION, KIND]
    assert region.states[0] == State.SHOWN
    assert region.low[0] <= sum(contacts)
    assert region.high[0] == -1 or sum(contacts) <= region.high[0]
    for (discipline, _), table in part.tables.items():
        if discipline != REGION:
            assert not (table.states == State.SHOWN).any()


def test_i02_what_one_agency_alone_refers_to_is_withheld_and_costs_the_region_no_total() -> None:
    """A referral is made at a contact: that bounds it by all contacts, not by what it happens to be."""
    part = part_of([600, 0, 119, 76, 119, 104])

    referrals = part.tables[REGION, REFERRALS]
    assert [State(state) for state in referrals.states[3:6]] == [State.DOMINATED] * 3
    assert State(referrals.states[0]) == State.SHOWN
    assert State(part.tables[REGION, KIND].states[0]) == State.SHOWN


@pytest.mark.parametrize("zeros_withheld_by", [(), (1, 4), range(6)], ids=["no agency", "two", "all"])
def test_i02_ranges_of_the_region_hold_what_is_true(zeros_withheld_by: Collection[int]) -> None:
    contacts = [158, 20, 119, 76, 119, 104]
    part = part_of(contacts, zeros_withheld_by)
    truth = [true_counts(QUARTER, each, random.Random(number)) for number, each in enumerate(contacts, 1)]

    for kind in (KIND, TWO_WAY):
        table = part.tables[REGION, kind]
        for place, cell in enumerate(TABLES[kind].cells(QUARTER.id)):
            if table.states[place] == State.SHOWN:
                total = sum(each[Cell(*cell)] for each in truth)
                assert table.low[place] <= total
                assert table.high[place] in (-1, *range(total, 10_000))
