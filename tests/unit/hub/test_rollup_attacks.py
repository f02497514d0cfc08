"""A region's figures against whoever reads them: the attacks by name, and what each of them is left with."""

from datetime import UTC, datetime, timedelta

import pytest

from common.disclosure.cell import Bounds
from common.wire.v1.codes_pb2 import Discipline, TableKind
from hub.domain.contribution import contributions_of
from hub.domain.edition import REGION, Figures, Part, State, figures
from hub.domain.reporting_window import ReportingWindow
from hub.domain.rollup import make_part
from hub.domain.table_layout import layout_of
from hub.domain.table_release import packed

RATINGS = TableKind.TABLE_KIND_FEEDBACK_RATINGS
FIRE, POLICE = Discipline.DISCIPLINE_FIRE, Discipline.DISCIPLINE_LAW_ENFORCEMENT
K = 11
START = datetime(2026, 10, 1, tzinfo=UTC)
END = START + timedelta(days=92)
WINDOW = ReportingWindow(b"w" * 16, START, END, frozenset({RATINGS}), K, END + timedelta(days=14), START)
WITHHELD = -1

Released = list[tuple[int, list[int]]]  # of each agency: its discipline, its ratings; WITHHELD


def ratings(*rows: int, total: int | None = None) -> list[int]:
    return [sum(rows) if total is None else total, *rows]


def part_of(released: Released, number: int = 1) -> Part:
    """What an edition says of these agencies."""
    ids = [bytes([number, place]) * 8 for place in range(len(released))]
    tables: dict[bytes, dict[int, bytes]] = {
        id_: {RATINGS: packed(counts)} for id_, (_, counts) in zip(ids, released, strict=True)
    }
    disciplines = {id_: discipline for id_, (discipline, _) in zip(ids, released, strict=True)}
    return make_part(WINDOW, number, contributions_of(tables, disciplines, layout_of(WINDOW.tables)), END)


def shown(*parts: Part, discipline: int = REGION) -> Figures:
    found = figures(parts, discipline, RATINGS)
    assert found is not None
    return found


def alike(count: int, discipline: int = FIRE) -> Released:
    return [(discipline, ratings(20, 20, 20, 20, 20))] * count


@pytest.mark.parametrize("contributors", [1, 2])
def test_i02_a_table_with_one_contributor_or_two_shows_nothing(contributors: int) -> None:
    told = shown(part_of(alike(contributors)))

    assert set(told.places) == {State.FEW_AGENCIES}
    assert (told.contributors, told.edition) == (contributors, 0)


def test_three_agencies_of_which_none_dominates_are_summed_up() -> None:
    told = shown(part_of(alike(3)))

    assert told.places == (Bounds(300, 300), *[Bounds(60, 60)] * 5)
    assert (told.contributors, told.edition) == (3, 1)


def test_i02_a_total_that_is_nearly_one_agencys_is_withheld() -> None:
    """Whoever has the 400 would know the 600 to the 30 that are left: 5 %."""
    large, second, small = ratings(600, 0, 0, 0, 0), ratings(400, 0, 0, 0, 0), ratings(30, 0, 0, 0, 0)

    told = shown(part_of([(FIRE, large), (FIRE, second), (FIRE, small)]))
    assert told.places[:2] == (State.DOMINATED, State.DOMINATED)

    enough = ratings(60, 0, 0, 0, 0)
    assert shown(part_of([(FIRE, large), (FIRE, second), (FIRE, enough)])).places[0] == Bounds(1060, 1060)


def test_i02_a_total_less_the_other_agencies_figures_is_a_range_and_never_what_an_agency_withheld() -> None:
    """Three agencies that take their own figures off have what the fourth one's release leaves open: 1 to 11."""
    hidden = ratings(WITHHELD, WITHHELD, 20, 20, 20, total=72)
    told = shown(part_of([*alike(3), (FIRE, hidden)]))

    assert told.places[1:3] == (Bounds(61, 71), Bounds(61, 71))


def test_i02_the_region_less_its_other_disciplines_is_not_the_one_that_is_withheld() -> None:
    part = part_of([*alike(4), *alike(2, POLICE)])

    assert set(shown(part, discipline=POLICE).places) == {State.FEW_AGENCIES}
    region, fire = shown(part).places, shown(part, discipline=FIRE).places
    for whole, other in zip(region, fire, strict=True):
        assert isinstance(whole, State) or isinstance(other, State)
    assert any(isinstance(each, Bounds) for each in (*region, *fire))


def test_i02_an_agency_that_joins_a_region_total_is_not_told_by_the_next_edition() -> None:
    first, one_more = part_of(alike(4)), part_of(alike(1), number=2)

    told = shown(first, one_more)
    assert told == shown(first)
    assert told.edition == 1

    three_more = part_of(alike(3), number=2)
    assert (shown(first, three_more).places[0], shown(first, three_more).edition) == (Bounds(700, 700), 2)


def test_i02_what_a_later_edition_cannot_tell_stays_as_it_was_even_where_a_third_one_could() -> None:
    parts = [part_of(alike(4)), part_of(alike(2), number=2), part_of(alike(3), number=3)]

    assert shown(*parts) == shown(parts[0])


def test_a_zero_of_every_agency_is_nobodys_and_is_shown() -> None:
    told = shown(part_of([(FIRE, ratings(20, 20, 20, 20, 0))] * 3))

    assert told.places[5] == Bounds(0, 0)


def test_i02_fewer_than_k_all_agencies_together_are_withheld_and_do_not_follow_from_the_total() -> None:
    few = ratings(20, 20, 20, WITHHELD, 0, total=63)
    told = shown(part_of([(FIRE, few)] * 3))

    withheld = [each for each in told.places if isinstance(each, State)]
    assert told.places[4] is State.SMALL
    assert len(withheld) > 1
