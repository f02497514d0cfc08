"""What leaders see of their region, on both databases: editions, each figure with its agencies and its range."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from common.errors import InvalidRequest, NotFound
from common.storage.store import Store
from common.wire.v1.codes_pb2 import Discipline
from hub.domain.coverage import Coverage
from hub.operations.reports import asked_for
from hub.use_cases.region_report import count_standings, list_standings, region_report
from tests.counting import RATINGS, Counting, hold, with_total
from tests.editions import make_due

FIRE, EMS = Discipline.DISCIPLINE_FIRE, Discipline.DISCIPLINE_EMS


@pytest.fixture
def region(store: Store) -> Counting:
    """A region of four fire agencies and three of EMS whose first quarter is over."""
    region = Counting(store, {FIRE: 4, EMS: 3})
    region.past(region.quarter)
    region.now += timedelta(days=4)
    return region


def report(region: Counting, **arguments: Any) -> dict[str, Any]:
    with region.store.read() as connection:
        return region_report(connection, "Ridgeline Region", asked_for(arguments), region.now).as_json()


def make_editions(region: Counting) -> None:
    region.now += timedelta(hours=2)
    make_due(region)


def all_release(region: Counting, *counts: list[int | None]) -> None:
    for agency, each in zip(region.agencies, counts, strict=False):
        region.releases(agency, region.quarter, RATINGS, each)


def figure(found: dict[str, Any], row: str, table: str = "feedback_ratings") -> tuple[int | None, int | None, bool]:
    section = next(each for each in found["sections"] if each["name"] == table)
    shown = next(line for line in section["lines"] if line["row"] == row)["figures"][-1]
    return shown["low"], shown["high"], shown["shown"]


SHOWN = with_total(20, 12, 0, 0, 14)
WITHHELD = with_total(20, None, None, 0, 0, total=42)


def test_i02_a_region_shows_totals_and_ranges_where_an_agency_withholds(region: Counting) -> None:
    all_release(region, *[SHOWN] * 4, *[WITHHELD] * 3)
    make_editions(region)

    found = report(region, table="feedback_ratings")

    assert figure(found, "total") == (4 * 46 + 3 * 42, 4 * 46 + 3 * 42, True)
    assert figure(found, "1") == (140, 140, True)
    low, high, is_shown = figure(found, "2")
    assert not is_shown
    assert low is not None
    assert high is not None
    assert low <= 48 + 3 <= high
    [section] = found["sections"]
    assert section["contributors"] == [7]
    assert found["remarks"] == ["2026 Q4: 7 of 7 agencies are in it"]


def test_i02_two_agencies_of_a_discipline_are_no_table(region: Counting) -> None:
    for agency in region.agencies[:2] + region.agencies[4:]:
        region.releases(agency, region.quarter, RATINGS, SHOWN)
    region.now = region.quarter.release_by + timedelta(days=8)
    make_editions(region)

    found = report(region, table="feedback_ratings", discipline="fire")

    assert figure(found, "total")[2] is False
    assert found["sections"][0]["lines"][0]["figures"][0]["why_not"] in (
        "fewer than three agencies",
        "protects another figure",
    )
    remarks = report(region, table="feedback_ratings")["remarks"]
    assert remarks == ["2026 Q4: 5 of 7 agencies are in it, 2 have not reported"]


def test_before_an_edition_is_made_it_says_how_many_have_reported_and_until_when_it_waits(region: Counting) -> None:
    all_release(region, SHOWN, SHOWN)
    region.report(region.agencies[2], hold(region.quarter.id))

    found = report(region, period="2026-Q4", table="feedback_ratings")

    [note] = found["sections"][0]["notes"]
    assert note.startswith("2 of 7 agencies have reported; figures come when all have, or at 2027-")
    assert figure(found, "total") == (None, None, False)
    assert "1 holds its counts back" in found["remarks"][0]


def test_where_each_agency_stands_is_listed_by_period_the_newest_first_and_by_name(region: Counting) -> None:
    all_release(region, SHOWN)
    region.report(region.agencies[2], hold(region.quarter.id))

    with region.store.read() as connection:
        every = list_standings(connection, None, region.now)
        october = list_standings(connection, "2026-10", region.now)
        before = list_standings(connection, None, region.quarter.ends_at - timedelta(seconds=1))

    names = [each.name for each in region.agencies]
    ends = [each.window.ends_at for each in every]
    assert ends == sorted(ends, reverse=True)
    assert [each for each in every if each.window.ends_at < region.quarter.ends_at] == before
    assert october == before
    of_quarter = [each for each in every if each.window.id == region.quarter.id]
    assert [each.agency for each in of_quarter] == sorted(names)
    standing = {each.agency: each.standing for each in of_quarter}
    assert [standing[name] for name in names[:3]] == [Coverage.REPORTED, Coverage.DUE, Coverage.HELD]
    with region.store.read() as connection:
        assert list_standings(connection, None, region.now, region.quarter.id.hex()) == of_quarter
        counted = count_standings(connection, region.now)
    assert counted[0] == (of_quarter[0].window, Counter(each.standing for each in of_quarter))
    assert [window.ends_at for window, _ in counted] == sorted({*ends}, reverse=True)


def test_a_table_that_nobody_released_and_what_cannot_be_meant_are_told(region: Counting) -> None:
    all_release(region, *[SHOWN] * 7)
    make_editions(region)

    assert report(region)["sections"]
    for wrong, message in (
        ({"discipline": "navy"}, "discipline"),
        ({"table": "secrets"}, "is not one of"),
        ({"period": "someday"}, "such as 2026"),
        ({"around": "2026-31-31"}, "a day is needed"),
    ):
        with pytest.raises(InvalidRequest, match=message):
            report(region, **wrong)
    found = report(region, period="2026-Q4", table="participation")
    assert found["sections"][0]["notes"] == ["no agency of it released this table"]


def test_before_any_period_has_ended_there_is_no_report(store: Store) -> None:
    with pytest.raises(NotFound, match="no reporting window has ended"):
        report(Counting(store, {FIRE: 3}))
