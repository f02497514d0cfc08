"""The board reads the region's report: totals as ranges, of the region or one discipline, on paper and as files."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from common.access.roles import Role
from common.storage.store import Store
from common.wire.v1.codes_pb2 import Discipline
from tests.browser.conftest import Visit
from tests.browser.looking import DESK
from tests.browser.paper import printed
from tests.consoles import ServedHub, served_region
from tests.counting import FIRST_DAY, RATINGS, Counting, with_total
from tests.editions import make_due
from tests.fakes import SetClock

FIRE, EMS = Discipline.DISCIPLINE_FIRE, Discipline.DISCIPLINE_EMS


def counted(store: Store) -> None:
    """A quarter of four fire agencies and three of EMS, of which one holds a small count back."""
    region = Counting(store, {FIRE: 4, EMS: 3}, is_founded=True)
    region.past(region.quarter)
    region.now += timedelta(days=4)
    for number, agency in enumerate(region.agencies):
        rows = [20 + number, 15, 30, 40, None if number == 1 else 25]
        region.releases(agency, region.quarter, RATINGS, with_total(*rows, total=sum(each or 5 for each in rows)))
    region.now += timedelta(hours=2)
    make_due(region)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[ServedHub]:
    with served_region(
        tmp_path, clock=SetClock(FIRST_DAY + timedelta(days=97)), agreed=False, prepare=counted
    ) as region:
        yield region.hub


def test_before_anything_was_counted_the_board_is_told_so(hub_console: ServedHub, at: Visit) -> None:
    bo = at(hub_console, Role.BOARD)
    bo.go("/report").get_by_text("There is nothing to show yet.").wait_for()
    assert "holdfast hub" not in bo.page.inner_text("main")
    bo.check()


def test_the_board_sees_the_region_and_one_discipline_and_no_agency(hub: ServedHub, at: Visit) -> None:
    for bo in (at(hub, Role.BOARD, name="bo"), at(hub, Role.BOARD, name="noor", context={"viewport": DESK})):
        page = bo.go("/report")
        page.get_by_role("heading", name="ratings").first.wait_for()
        assert "agency-" not in page.content()
        bo.check()
        page.get_by_text("Other periods, one table").click()
        page.get_by_label("Of", exact=True).select_option("fire")
        bo.check()
        bo.click("Show")
        page.get_by_text("Fire").first.wait_for()
        bo.check()


def test_the_report_is_taken_along_as_csv_and_printed(hub: ServedHub, at: Visit) -> None:
    bo = at(hub, Role.BOARD)
    page = bo.go("/report")
    paper = printed(page)
    sheet = bo.context.request.get(hub.origin + "/report.csv?discipline=fire").text()
    whole = bo.context.request.get(hub.origin + "/report.json").json()

    assert paper.says("Ridgeline Region")
    assert not paper.says("Other periods")
    assert paper.says("7 of 7 agencies are in it")  # folded on the screen
    assert len(list(csv.reader(io.StringIO(sheet)))) > 5
    assert whole["sections"]


def test_a_discipline_that_there_is_not_is_refused_with_the_form(hub: ServedHub, at: Visit) -> None:
    bo = at(hub, Role.BOARD)
    bo.go("/report?discipline=navy").get_by_role("alert").wait_for()
    bo.check()
