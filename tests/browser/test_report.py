"""A leader reads the report: ranges where counts are withheld, trends as bands, as files and on paper."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from common.access.roles import Role
from node.domain.encounter import SupportKind
from node.opened import OpenNode
from tests.browser.conftest import Visit
from tests.browser.looking import DESK
from tests.browser.paper import printed
from tests.builders import NOON
from tests.consoles import ServedNode, served_node
from tests.fakes import SetClock
from tests.records import supporter
from tests.releasing import contacts, drawn, in_a_region, opened

QUARTERS = [datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)]


@pytest.fixture
def console(tmp_path: Path) -> Iterator[ServedNode]:
    with served_node(tmp_path, SetClock(NOON)) as node:
        yield node


def two_quarters(node: OpenNode) -> None:
    """Two quarters that were drawn: 30 contacts and 5, then 14."""
    in_a_region(node)
    casey = supporter(node, "writer")
    first, second = (opened(node, start) for start in QUARTERS)
    contacts(node, casey, 30, date(2026, 10, 5), kind=SupportKind.WORK_STRESS)
    contacts(node, casey, 5, date(2026, 10, 6), kind=SupportKind.GRIEF_OR_LOSS)
    drawn(node, first)
    contacts(node, casey, 14, date(2027, 2, 5), kind=SupportKind.WORK_STRESS)
    drawn(node, second)


def row(table: Locator, name: str) -> Locator:
    return table.get_by_role("row").filter(has=table.page.get_by_role("rowheader", name=name, exact=True))


def test_before_anything_was_counted_the_report_says_when_figures_come(console: ServedNode, at: Visit) -> None:
    lena = at(console, Role.LEADER)
    page = lena.go("/report")

    expect(page.get_by_text("There is nothing to show yet.")).to_be_visible()
    expect(page.get_by_text("three days after it ends")).to_be_visible()
    lena.check()


def test_a_leader_sees_counts_ranges_and_trends_that_say_no_more_than_the_table(console: ServedNode, at: Visit) -> None:
    console.run(two_quarters)
    lena = at(console, Role.LEADER, context={"viewport": DESK})
    page = lena.go("/report?table=encounters_by_support_kind")
    lena.check()

    table = page.get_by_role("table", name="Contacts by kind of support")
    assert row(table, "Total").get_by_role("cell").all_inner_texts() == ["35", "14"]
    assert row(table, "Grief or loss").get_by_role("cell").first.inner_text() == "1 to 34 withheld"
    chart = page.get_by_role("img", name="Grief or loss", exact=True)
    assert page.get_by_role("img", name="Moral injury").count() == 0  # none was ever counted
    assert chart.locator("desc").text_content() == "2026 Q4: 1 to 34, withheld; 2027 Q1: 0"
    assert [chart.locator(f".{kind}").count() for kind in ("band", "point", "open", "unknown")] == [1, 1, 0, 0]
    assert page.get_by_role("img", name="Total", exact=True).locator(".point").count() == 2


def test_a_period_is_chosen_by_name_or_by_what_happened_and_a_wrong_one_is_explained(
    console: ServedNode, at: Visit
) -> None:
    console.run(two_quarters)
    lena = at(console, Role.LEADER)
    page = lena.go("/report")
    lena.check()
    page.get_by_text("Other periods, one table").click()
    lena.check()
    page.get_by_label("Or one, by its name").fill("last summer")
    lena.click("Show")
    expect(page.get_by_role("alert")).to_contain_text("such as 2026, 2026-Q2 or 2026-05")
    lena.check()

    page.get_by_label("Or one, by its name").fill("2026-Q4")
    lena.click("Show")
    expect(page.get_by_role("columnheader", name="2026 Q4").first).to_be_attached()
    assert page.get_by_role("columnheader", name="2027 Q1").count() == 0
    lena.check()
    page.get_by_text("Other periods, one table").click()
    page.get_by_label("Or one, by its name").fill("")
    page.get_by_label("Or around a day or an incident").fill("2027-01-15")
    lena.click("Show")
    expect(page.get_by_role("columnheader", name="2027 Q1").first).to_be_attached()


def test_the_report_is_taken_along_as_csv_and_as_json(console: ServedNode, at: Visit) -> None:
    console.run(two_quarters)
    lena = at(console, Role.LEADER)
    page = lena.go("/report?period=2026-Q4")

    with page.expect_download() as sheet:
        lena.click("Download as CSV", "link")
    rows = list(csv.DictReader(io.StringIO(sheet.value.path().read_text("utf-8"))))
    with page.expect_download() as told:
        lena.click("Download as JSON", "link")
    found = json.loads(told.value.path().read_text("utf-8"))

    assert sheet.value.suggested_filename == "report.csv"
    assert {each["period"] for each in rows} == {"2026 Q4"}
    assert len(rows) == sum(len(line["figures"]) for section in found["sections"] for line in section["lines"])


def test_the_report_on_paper_has_every_table_and_nothing_to_click(console: ServedNode, at: Visit) -> None:
    console.run(two_quarters)
    lena = at(console, Role.LEADER)
    page = lena.go("/report")

    paper = printed(page)

    assert 1 <= paper.pages <= 12
    for heading in page.get_by_role("heading").all_inner_texts():
        assert paper.says(heading), heading
    for each in (paper, printed(page, "A5")):
        assert each.says("Grief or loss 1 to 34 withheld")  # a row of a table, and no card as on a phone
    for nothing in ("Download as CSV", "Sign out", "Other periods, one table"):
        assert not paper.says(nothing)


@pytest.mark.parametrize("role", [Role.SUPPORTER, Role.CLINICIAN, Role.AUDITOR, Role.OPERATOR])
def test_i03_no_other_role_sees_figures(console: ServedNode, at: Visit, role: Role) -> None:
    visitor = at(console, role)
    for path in ("/report", "/report.csv", "/report.json"):
        assert visitor.context.request.get(console.origin + path).status == 403
    visitor.go("/report").get_by_role("heading", name="Not for you").wait_for()
    visitor.check()
