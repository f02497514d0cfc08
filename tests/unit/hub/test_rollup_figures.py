"""A region's figures against whoever reads them: the attacks by name, and what each of them is left with."""

from datetime import UTC, datetime, timedelta

from common.disclosure.cell import Bounds
from common.wire.v1.codes_pb2 import Discipline, TableKind
from hub.domain.contribution import contributions_of
from hub.domain.edition import REGION, Figures, Part, State, figures
from hub.domain.reporting_window import ReportingWindow
from hub.domain.rollup import make_part
from hub.domain.table_layout import layout_of
from hub.domain.table_release import WITHHELD, WITHHELD_OR_ZERO, packed

RATINGS = TableKind.TABLE_KIND_FEEDBACK_RATINGS
FIRE, POLICE = Discipline.DISCIPLINE_FIRE, Discipline.DISCIPLINE_LAW_ENFORCEMENT
K = 11
START = datetime(2026, 10, 1, tzinfo=UTC)
END = START + timedelta(days=92)
WINDOW = ReportingWindow(b"w" * 16, START, END, frozenset({RATINGS}), K, END + timedelta(days=14), START)

Released = list[tuple[int, list[int]]]  # of each agency: its discipline, its ratings


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


def test_i02_a_total_less_the_other_agencies_figures_is_a_range_and_never_what_an_agency_withheld() -> None:
    """Three agencies that take their own figures off have what the fourth one's release leaves open: 1 to 11."""
    hidden = ratings(WITHHELD, WITHHELD, 20, 20, 20, total=72)
    told = shown(part_of([*alike(3), (FIRE, hidden)]))

    assert told.places[1:3] == (Bounds(61, 71), Bounds(61, 71))


def test_i02_an_agency_that_withholds_zeros_too_adds_zero_at_least_where_it_withholds() -> None:
    hidden = ratings(WITHHELD_OR_ZERO, WITHHELD_OR_ZERO, 20, 20, 20, total=72)
    told = shown(part_of([*alike(3), (FIRE, hidden)]))

    assert told.places[1:3] == (Bounds(60, 72), Bounds(60, 72))


def test_i02_a_zero_that_one_agency_withholds_is_not_shown_as_the_regions_zero() -> None:
    hidden = [WITHHELD_OR_ZERO, 20, 20, 20, 20, WITHHELD_OR_ZERO]
    told = shown(part_of([*[(FIRE, ratings(20, 20, 20, 20, 0))] * 3, (FIRE, hidden)]))

    assert told.places[5] == Bounds(0, None)


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
