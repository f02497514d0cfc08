"""The hub audits what came before it makes figures of it, on both databases: what tells too much is left out."""

import logging
from functools import partial

import pytest

from common.disclosure.catalogue import OF_ENCOUNTERS, TABLES
from common.disclosure.cell import Bounds
from common.notify.preference import Preference
from common.storage.store import Store
from common.wire.v1.codes_pb2 import Outcome, TableKind
from hub.domain.agency import Agency
from hub.domain.coverage import Coverage
from hub.domain.edition import REGION
from hub.persistence import table_releases
from hub.persistence.people_notices import QUEUE, Recipient, save_recipient
from hub.use_cases.region_report import Asked, region_report
from hub.use_cases.release_audits import leave_out
from tests.counting import MODES, OUTCOMES, RATINGS, Counting, with_total
from tests.editions import look, parts, standings, total
from tests.rolled import EMS, FIRE

TWO_WAY: int = TableKind.TABLE_KIND_SUPPORT_KIND_BY_INCIDENT_RELATED
ALIKE = with_total(20, 20, 20, 20, 20)
TELLING = with_total(20, 20, 20, 20, None, total=87)  # the last row is seven, as anybody can work out
OPERATOR = Recipient(b"o" * 16, "Dana Reyes", "UTC", Preference("reyes@region.example"))
SENSIBLE, HOSTILE = slice(0, 4), 4


@pytest.fixture
def region(store: Store) -> Counting:
    """Four fire agencies and one of EMS, whose node tells too much; their first quarter is over."""
    region = Counting(store, {FIRE: 4, EMS: 1})
    region.past(region.quarter)
    with store.begin() as connection:
        save_recipient(connection, OPERATOR)
    look(region)
    return region


def releases(region: Counting, by: Agency, table: int, counts: list[int | None]) -> None:
    assert region.releases(by, region.quarter, table, counts) == Outcome.OUTCOME_APPLIED


def all_release(region: Counting, hostile: list[int | None] = TELLING) -> None:
    for each in region.agencies[SENSIBLE]:
        releases(region, each, RATINGS, ALIKE)
    releases(region, region.agencies[HOSTILE], RATINGS, hostile)


def told(region: Counting) -> list[str]:
    with region.store.read() as connection:
        return [each.event.kind.value for each in QUEUE.list_(connection)]


def test_i02_a_table_that_exposes_somebody_is_left_out_and_the_region_does_not_wait_for_it(region: Counting) -> None:
    all_release(region)

    assert look(region, days=1) == 1

    assert total(region) == Bounds(400, 400)
    assert region.agencies[HOSTILE].id not in parts(region)[0].agencies
    assert standings(region) == [*[Coverage.COUNTED] * 4, Coverage.LEFT_OUT]
    with region.store.read() as connection:
        remarks = region_report(connection, "Ridgeline Region", Asked(), region.now).remarks
    assert remarks == ("2026 Q4: 4 of 5 agencies are in it, 1 is left out: its figures would expose people",)


def test_i02_an_agency_is_counted_in_the_tables_that_expose_nobody(region: Counting) -> None:
    all_release(region)
    for each in region.agencies:
        releases(region, each, OUTCOMES, ALIKE)

    look(region, days=1)

    assert [parts(region)[0].tables[REGION, kind].contributors for kind in (RATINGS, OUTCOMES)] == [4, 5]
    assert standings(region)[HOSTILE] is Coverage.COUNTED_IN_PART


def test_i02_a_contact_table_that_is_left_out_takes_the_agencys_other_contact_tables_along(region: Counting) -> None:
    alike = {kind: with_total(100, *[0] * (len(TABLES[kind].rows) - 1)) for kind in OF_ENCOUNTERS}
    alike[TWO_WAY] = with_total(100, 0, *[100, 100, 0], *[0] * 30, total=100)
    modes: list[int | None] = [None, 89, None, None, 0, 0, 0]  # of a hundred, eleven are left for two modes
    for each in region.agencies:
        for kind, counts in {**alike, **({MODES: modes} if each is region.agencies[HOSTILE] else {})}.items():
            releases(region, each, kind, counts)

    look(region, days=1)

    with region.store.read() as connection:
        left_out = table_releases.left_out(connection)[region.quarter.id]
    assert left_out == {region.agencies[HOSTILE].id: {MODES}}
    for kind in alike:  # else the total of one table less that of another would be this agency's
        assert parts(region)[0].tables[REGION, kind].contributors == 4
        assert parts(region)[0].tables[REGION, kind].low[0] == 400


def test_i02_where_too_few_are_left_no_edition_is_made_until_three_have_come(region: Counting) -> None:
    for each, counts in zip(region.agencies, (ALIKE, ALIKE, TELLING, TELLING, TELLING), strict=True):
        releases(region, each, RATINGS, counts)

    assert look(region, days=1) == look(region, days=1) == 0
    assert parts(region) == []
    assert standings(region) == [*[Coverage.REPORTED] * 2, *[Coverage.LEFT_OUT] * 3]

    third = region.join("third", FIRE)
    releases(region, third, RATINGS, ALIKE)
    assert region.now < region.quarter.release_by  # nobody waits for those that are left out
    assert look(region, hours=2) == 1
    assert total(region) == Bounds(300, 300)


def test_the_hubs_people_are_told_once_that_a_node_is_to_be_looked_at_and_no_log_says_which_figure(
    region: Counting, caplog: pytest.LogCaptureFixture
) -> None:
    hostile = region.agencies[HOSTILE]
    all_release(region)
    with caplog.at_level(logging.WARNING):
        look(region, days=1)
    look(region, days=1)

    assert told(region) == ["node_trouble"]
    [line] = [each for each in caplog.records if "left out" in each.message]
    assert {name: vars(line)[name] for name in ("agency", "window", "tables")} == {
        "agency": hostile.id.hex(),
        "window": region.quarter.id.hex(),
        "tables": [RATINGS],
    }
    again = region.write(partial(leave_out, region.quarter.id, {hostile.id: {RATINGS}}))  # by another process
    assert (again, told(region)) == (0, ["node_trouble"])


def test_where_many_are_left_out_at_once_one_notice_says_it(region: Counting) -> None:
    hostile = [region.join(f"hostile-{number}", FIRE) for number in range(6)]
    all_release(region, ALIKE)
    for each in hostile:
        releases(region, each, RATINGS, TELLING)

    look(region, days=1)

    assert (told(region), standings(region)[5:]) == (["node_trouble"], [Coverage.LEFT_OUT] * 6)
