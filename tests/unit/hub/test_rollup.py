"""A region's figures and its disciplines': the attacks by name, each withheld or frozen with its reason."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from common.disclosure.cell import Bounds
from common.wire.v1.codes_pb2 import TableKind
from hub.domain.edition import REGION, Part, State, figures
from tests.counting import OUTCOMES, RATINGS, with_total
from tests.rolled import EMS, FIRE, JAIL, STARTS, part_of, rated, shown, window

KIND: int = TableKind.TABLE_KIND_ENCOUNTERS_BY_SUPPORT_KIND
TWO_WAY: int = TableKind.TABLE_KIND_SUPPORT_KIND_BY_INCIDENT_RELATED
ALIKE = with_total(20, 20, 20, 20, 20)
FEW, DOMINATED, SMALL, PROTECTS, OTHERS = list(State)[1:]


def test_counts_that_every_agency_shows_add_up() -> None:
    part = rated((FIRE, ALIKE), (FIRE, ALIKE), (FIRE, with_total(30, 20, 20, 20, 20)))

    assert shown(part, REGION) == [(310, 310), (70, 70), (60, 60), (60, 60), (60, 60), (60, 60)]
    assert shown(part, FIRE) == shown(part, REGION)
    assert part.tables[REGION, RATINGS].contributors == 3


def test_counts_that_agencies_withhold_make_a_range_from_what_they_show() -> None:
    hidden = with_total(30, None, None, 0, 20, total=60)  # ten for two withheld counts: each is 1 to 9
    part = rated(*[(FIRE, hidden)] * 4)

    assert shown(part, REGION) == [(240, 240), (120, 120), (4, 36), (4, 36), (0, 0), (80, 80)]


def test_where_totals_are_withheld_too_there_is_no_upper_bound() -> None:
    part = rated(*[(FIRE, [None, 20, None, 0, 0, 0])] * 4)

    assert shown(part, REGION)[:3] == [(84, None), (80, 80), (4, None)]


def test_i02_a_table_with_one_contributor_or_two_is_withheld() -> None:
    for count in (1, 2):
        part = part_of(
            window(RATINGS, OUTCOMES),
            *[(FIRE, {RATINGS: ALIKE, OUTCOMES: ALIKE})] * count,
            *[(FIRE, {RATINGS: ALIKE})] * 3,
        )
        assert shown(part, REGION, OUTCOMES) == [FEW] * 6
        assert shown(part, REGION)[0] == (100 * (count + 3), 100 * (count + 3))


def test_i02_a_count_that_only_one_agency_or_two_have_is_withheld_although_others_reported_zero() -> None:
    none, one = with_total(0, 0, 0, 0, 0), with_total(40, 0, 0, 0, 0)
    for count in (1, 2):
        assert shown(rated(*[(FIRE, one)] * count, *[(FIRE, none)] * 4), REGION)[:3] == [DOMINATED, DOMINATED, (0, 0)]


def test_i02_a_count_that_is_nearly_one_agencys_is_withheld_to_the_last_contact() -> None:
    def of_three(rest: int) -> object:
        return shown(rated(*((FIRE, with_total(count, 0, 0, 0, 0)) for count in (200, 50, rest))), REGION)[0]

    assert (of_three(20), of_three(19)) == ((270, 270), DOMINATED)


def test_i02_where_withheld_counts_are_most_of_it_the_region_cannot_show_it_either() -> None:
    hidden = [None, None, None, 0, 0, 0]
    part = rated((FIRE, with_total(100, 100, 0, 0, 0)), (FIRE, with_total(90, 90, 0, 0, 0)), (FIRE, hidden))

    assert shown(part, REGION)[1:3] == [DOMINATED, DOMINATED]


def test_i02_a_row_that_is_withheld_does_not_follow_from_the_total_less_the_other_rows() -> None:
    lone = with_total(400, 20, 20, 20, 20)
    part = rated((FIRE, lone), *[(FIRE, with_total(0, 30, 25, 20, 20))] * 5)

    found = shown(part, REGION)
    assert found[:2] == [(955, 955), DOMINATED]
    assert PROTECTS in found[2:]


def test_i02_a_discipline_that_is_withheld_is_not_the_region_less_the_other_disciplines() -> None:
    part = rated(*[(FIRE, ALIKE)] * 5, *[(EMS, ALIKE)] * 4, *[(JAIL, ALIKE)] * 2)

    assert shown(part, JAIL) == [FEW] * 6
    assert shown(part, EMS) == [PROTECTS] * 6  # the smallest of the others: together they are six agencies
    assert shown(part, FIRE) == [(500, 500), *[(100, 100)] * 5]
    assert shown(part, REGION) == [(1100, 1100), *[(220, 220)] * 5]


def test_i02_two_disciplines_of_one_agency_each_do_not_hide_each_other() -> None:
    part = rated(*[(FIRE, ALIKE)] * 5, (EMS, ALIKE), (JAIL, ALIKE))

    assert shown(part, EMS) == shown(part, JAIL) == [FEW] * 6
    assert shown(part, FIRE) == [PROTECTS] * 6  # else the region less fire is those two, and each knows its own
    assert shown(part, REGION)[0] == (700, 700)


def test_i02_a_late_agencys_second_edition_adds_only_what_three_agencies_together_may_tell() -> None:
    of = window(RATINGS)
    first = part_of(of, *[(FIRE, {RATINGS: ALIKE})] * 4, *[(EMS, {RATINGS: ALIKE})] * 4)
    late = part_of(of, *[(FIRE, {RATINGS: ALIKE})] * 3, (EMS, {RATINGS: ALIKE}), number=2, first_agency=50)

    region, fire, ems = (figures([first, late], group, RATINGS) for group in (REGION, FIRE, EMS))
    assert region is not None
    assert (region.contributors, region.edition, region.places[0]) == (12, 2, Bounds(1200, 1200))
    assert ems is not None
    assert (ems.contributors, ems.edition, ems.places[0]) == (4, 1, Bounds(400, 400))  # one late agency: it stays
    assert fire is not None
    assert (fire.contributors, fire.edition) == (4, 1)  # and so does this, or the region would tell of that one


def test_i02_a_second_edition_of_agencies_that_would_be_told_apart_changes_nothing() -> None:
    of = window(RATINGS)
    first = part_of(of, *[(FIRE, {RATINGS: ALIKE})] * 4)
    one_of_three = [with_total(300, 0, 0, 0, 0), *[with_total(0, 0, 0, 0, 0)] * 2]
    late = part_of(of, *((FIRE, {RATINGS: each}) for each in one_of_three), number=2, first_agency=50)

    both = figures([first, late], REGION, RATINGS)
    assert both is not None
    assert both.places[0] is DOMINATED
    assert both.places[1] is DOMINATED


def kinds(incidents: int, count: int = 40) -> dict[int, list[int | None]]:
    """The table of kinds and the two-way table of an agency with two kinds of contact."""
    rest = count - incidents
    two_way: list[int | None] = [2 * count, 2 * incidents, 2 * rest]
    two_way += [count, incidents, rest] * 2 + [0] * 27
    return {KIND: with_total(count, count, *[0] * 9), TWO_WAY: two_way}


def test_i02_the_two_way_table_is_not_shown_where_one_agency_is_missing_in_it() -> None:
    of = window(KIND, TWO_WAY)
    whole = [(FIRE, kinds(20))] * 4
    without = (FIRE, {KIND: kinds(20)[KIND]})

    assert shown(part_of(of, *whole), REGION, TWO_WAY)[0] == (320, 320)
    assert shown(part_of(of, *whole, without), REGION, TWO_WAY) == [OTHERS] * 36
    assert shown(part_of(of, *whole, without, without), REGION, TWO_WAY) == [OTHERS] * 36
    assert shown(part_of(of, *whole, *[without] * 3), REGION, TWO_WAY)[0] == (320, 320)
    assert shown(part_of(of, *whole, without), REGION, KIND)[0] == (400, 400)


def test_i02_a_quarters_two_way_table_goes_with_its_months_or_not_at_all() -> None:
    quarter, of_kind, two_way = window(TWO_WAY), {KIND: kinds(20)[KIND]}, {TWO_WAY: kinds(60, 120)[TWO_WAY]}
    months = [
        part_of(window(KIND, months=1, first=STARTS + timedelta(days=31 * place)), *[(FIRE, of_kind)] * 4)
        for place in range(3)
    ]
    missing = part_of(window(KIND, months=1), *[(FIRE, of_kind)] * 3)
    lone = part_of(window(KIND, months=1), *[(FIRE, of_kind)] * 3, (FIRE, {KIND: with_total(40, 4000, *[0] * 9)}))

    def rows(months: list[Part]) -> list[object]:
        return list(shown(part_of(quarter, *[(FIRE, two_way)] * 4, months=months), REGION, TWO_WAY))

    assert rows(months)[:6] == [(960, 960), (480, 480), (480, 480), (480, 480), (240, 240), (240, 240)]
    assert rows([*months[:2], missing]) == rows(months[:2]) == [OTHERS] * 36
    withheld = rows([*months[:2], lone])
    assert withheld[:3] == withheld[6:9] == [PROTECTS] * 3  # a month's total and second kind are nearly one agency's
    assert withheld[3:6] == [(480, 480), (240, 240), (240, 240)]


def _counts() -> st.SearchStrategy[list[int]]:
    return st.lists(st.one_of(st.just(0), st.integers(11, 60), st.integers(11, 900)), min_size=5, max_size=5)


@given(st.lists(st.tuples(st.sampled_from([FIRE, EMS, JAIL]), _counts()), min_size=3, max_size=9))
def test_i02_a_total_less_what_one_agency_knows_leaves_every_other_one_room(
    agencies: list[tuple[int, list[int]]],
) -> None:
    part = rated(*((discipline, with_total(*counts)) for discipline, counts in agencies))

    for group in {REGION, *(discipline for discipline, _ in agencies)}:
        members = [[sum(counts), *counts] for discipline, counts in agencies if group in (REGION, discipline)]
        for place, figure in enumerate(shown(part, group)):
            if isinstance(figure, State):
                continue
            each = sorted(counts[place] for counts in members)
            assert (figure, len(members) >= 3) == ((sum(each), sum(each)), True)
            for knows in range(len(each)):
                for told in range(len(each)):
                    if knows != told:  # the best that one agency can say of another is at least a tenth off
                        assert figure[0] - each[knows] >= each[told] * 1.1 or not each[told]
