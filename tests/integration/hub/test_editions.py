"""Editions on both databases: made once of what agencies released, frozen, and read for coverage and figures."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from common.disclosure.cell import Bounds
from common.storage.store import Store
from common.wire.v1.codes_pb2 import Outcome
from hub.domain.agency import Agency, Membership
from hub.domain.coverage import PATIENCE, SETTLED, Coverage
from hub.domain.edition import REGION, State, figures
from hub.persistence import agencies
from hub.use_cases.editions import keep
from tests.counting import MODES, RATINGS, Counting, hold, with_total
from tests.editions import look, parts, standings, total
from tests.rolled import EMS, FIRE

ALIKE = with_total(20, 20, 20, 20, 20)


@pytest.fixture
def region(store: Store) -> Counting:
    """Four fire agencies and one of EMS; their first quarter is over."""
    region = Counting(store, {FIRE: 4, EMS: 1})
    region.past(region.quarter)
    return region


def rate(region: Counting, *by: Agency) -> None:
    for each in by:
        assert region.releases(each, region.quarter, RATINGS, ALIKE) == Outcome.OUTCOME_APPLIED


def test_an_edition_is_made_once_when_every_agency_has_reported_and_what_it_says_is_stored(region: Counting) -> None:
    look(region)
    rate(region, *region.agencies)
    assert look(region, seconds=SETTLED.total_seconds() - 1) == 0
    assert standings(region) == [Coverage.REPORTED] * 5

    assert look(region, seconds=1) == 1
    assert look(region, days=1) == 0

    [part] = parts(region)
    assert part.agencies == {each.id: each.discipline for each in region.agencies}
    assert (part.number, total(region)) == (1, Bounds(500, 500))
    assert standings(region) == [Coverage.COUNTED] * 5
    ems = figures([part], EMS, RATINGS)
    assert ems is not None
    assert (ems.contributors, set(ems.places)) == (1, {State.FEW_AGENCIES})
    assert figures([part], REGION, MODES) is None


def test_i02_the_regions_figures_reckon_with_zero_where_an_agency_says_that_it_withholds_zeros(
    region: Counting,
) -> None:
    look(region)
    shows, withholds, *others = region.agencies
    tight: list[int | None] = with_total(None, None, 20, 20, 20, total=72)
    assert region.releases(shows, region.quarter, RATINGS, tight) == Outcome.OUTCOME_APPLIED
    assert region.releases(withholds, region.quarter, RATINGS, tight, zeros_withheld=True) == Outcome.OUTCOME_APPLIED
    rate(region, *others)

    assert look(region, hours=1) == 1

    found = figures(parts(region), REGION, RATINGS)
    assert found is not None
    assert found.places[1] == Bounds(60 + 1 + 0, 60 + 11 + 12)


def test_an_edition_does_not_wait_longer_than_a_week_for_who_holds_back_or_is_late(region: Counting) -> None:
    look(region)
    rate(region, *region.agencies[:3])
    region.report(region.agencies[3], hold(region.quarter.id))
    assert standings(region) == [*[Coverage.REPORTED] * 3, Coverage.HELD, Coverage.DUE]

    region.now = region.quarter.release_by + PATIENCE - timedelta(seconds=1)
    assert (look(region), parts(region)) == (0, [])
    assert standings(region)[3:] == [Coverage.HELD, Coverage.LATE]
    assert look(region, seconds=1) == 1

    assert standings(region) == [*[Coverage.COUNTED] * 3, Coverage.HELD, Coverage.LATE]


def test_i02_of_one_agency_or_two_no_edition_is_made(region: Counting) -> None:
    rate(region, *region.agencies[:2])
    look(region, days=100)

    assert parts(region) == []


def test_i02_a_late_agency_changes_no_figure_and_three_make_a_second_edition(region: Counting) -> None:
    late = [region.agencies[4], *(region.join(f"late-{number}", FIRE) for number in range(2))]
    for each in late[1:]:
        with region.store.begin() as connection:
            agencies.set_membership(connection, each.id, Membership.JOINED)
    rate(region, *region.agencies[:4])
    look(region, days=40)
    assert total(region) == Bounds(400, 400)

    rate(region, late[0])
    look(region, days=40)
    assert (len(parts(region)), total(region), standings(region)[4]) == (1, Bounds(400, 400), Coverage.REPORTED_LATE)

    rate(region, *late[1:])
    look(region, days=40)
    assert (len(parts(region)), total(region)) == (2, Bounds(700, 700))


def test_i02_an_agency_that_leaves_does_not_change_what_was_told(region: Counting) -> None:
    rate(region, *region.agencies)
    look(region, days=1)
    before = [part.tables[REGION, RATINGS].packed for part in parts(region)]
    with region.store.begin() as connection:
        agencies.set_membership(connection, region.agencies[0].id, Membership.BANNED)

    look(region, days=100)

    assert [part.tables[REGION, RATINGS].packed for part in parts(region)] == before
    assert total(region) == Bounds(500, 500)


def test_of_two_processes_that_make_an_edition_the_second_finds_it_written(region: Counting) -> None:
    rate(region, *region.agencies)
    look(region, days=1)
    [part] = parts(region)

    assert region.write(lambda tx, now: keep(part, tx, now)) == 0
    assert len(parts(region)) == 1


def test_who_is_known_after_the_counts_were_to_leave_was_no_member_then(region: Counting) -> None:
    region.now = region.quarter.release_by
    region.join("new", FIRE)

    assert standings(region) == [*[Coverage.LATE] * 5, Coverage.NOT_A_MEMBER]


OPERATIONAL = ("activation", "incident", "follow_up", "supporter_capacity", "peer_", "answered_command")


def test_i02_no_operational_table_is_read_for_an_edition(region: Counting) -> None:
    rate(region, *region.agencies)
    statements: list[str] = []
    for engine in (region.store.reading, region.store.writing):
        event.listen(engine, "before_cursor_execute", lambda *told: statements.append(str(told[2])))

    assert look(region, days=1) > 0

    assert any("table_release" in each for each in statements)
    assert [each for each in statements for table in OPERATIONAL if f" {table}" in each] == []
    assert len(parts(region)) == 1
