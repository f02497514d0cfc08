"""The operator's board of the nodes' health, and one agency's page with what is done about it."""

from datetime import timedelta
from pathlib import Path

import pytest

from common.access.roles import Role
from tests.browser.conftest import Visit
from tests.browser.looking import DESK, Visitor
from tests.consoles import ServedHub
from tests.heartbeats import JoinedAgency

FIRE = "ridgeline-fire"


@pytest.fixture
def fire(hub_console: ServedHub, tmp_path: Path) -> JoinedAgency:
    return JoinedAgency(hub_console, tmp_path, FIRE)


@pytest.fixture
def kim(hub_console: ServedHub, at: Visit) -> Visitor:
    return at(hub_console, Role.OPERATOR, name="kim")


def test_a_region_without_agencies_says_how_the_first_one_comes(kim: Visitor) -> None:
    kim.go("/nodes").get_by_text("No agency is in this region yet.").wait_for()
    kim.check()
    kim.click("Invite an agency", "link")
    kim.check()


def test_a_node_that_is_heard_is_good_on_every_axis_and_the_board_renews_itself(
    fire: JoinedAgency, kim: Visitor
) -> None:
    fire.says()
    page = kim.go("/nodes")
    page.get_by_text("online").wait_for()
    kim.check()

    fire.says(clock_off=timedelta(hours=1), backup_age=None)

    page.get_by_text("clock is off").wait_for()
    page.get_by_text("1 node needs a look.").wait_for()
    page.get_by_text("Ask the agency to set the clock").wait_for()
    kim.check()


def test_after_a_start_of_the_hub_a_silent_node_is_unknown_and_the_board_says_why(
    fire: JoinedAgency, at: Visit, kim: Visitor
) -> None:
    for visitor in (kim, at(fire.served, Role.OPERATOR, name="noor", context={"viewport": DESK})):
        page = visitor.go("/nodes")
        page.get_by_text("This hub itself was away").wait_for()
        page.get_by_text("unknown").first.wait_for()
        assert page.get_by_text("offline", exact=True).count() == 0
        visitor.check()


def test_one_agency_shows_each_axis_with_its_evidence_and_what_is_missing_as_missing(
    fire: JoinedAgency, kim: Visitor, at: Visit
) -> None:
    fire.says(clock_off=timedelta(hours=1), backup_age=None)
    for visitor in (kim, at(fire.served, Role.OPERATOR, name="noor", context={"viewport": DESK})):
        page = visitor.go(f"/nodes/{FIRE}")
        page.get_by_text("off by 60 min").wait_for()
        assert "not known" in page.locator(".card", has=page.get_by_role("heading", name="Machine")).inner_text()
        page.get_by_text("Certificates and streams").click()
        visitor.check()


def test_what_was_wrong_and_how_long_stands_on_the_page(fire: JoinedAgency, kim: Visitor) -> None:
    fire.says(clock_off=timedelta(hours=1))
    fire.says()
    fire.says(backup_age=timedelta(days=4))

    page = kim.go(f"/nodes/{FIRE}")

    page.get_by_role("row").filter(has_text="Backup").filter(has_text="lasts").wait_for()
    assert page.get_by_role("row").filter(has_text="Clock").filter(has_text="lasts").count() == 0
    kim.check()


def test_a_quarantined_agency_is_let_in_again_after_a_question(fire: JoinedAgency, kim: Visitor) -> None:
    fire.is_quarantined()
    page = kim.go("/nodes")
    page.get_by_text("quarantined").wait_for()
    kim.check()
    page = kim.go(f"/nodes/{FIRE}")
    page.locator("summary", has_text="Lift the quarantine").click()
    kim.check()
    kim.click("Yes: Lift the quarantine")
    page.get_by_role("status").get_by_text("may deliver again").wait_for()


def test_an_agency_is_evicted_invited_again_and_banned_for_good(fire: JoinedAgency, kim: Visitor) -> None:
    page = kim.go(f"/nodes/{FIRE}")
    page.locator("summary", has_text="Evict").click()
    kim.check()
    kim.click("Yes: Evict")
    page.get_by_role("status").get_by_text("It may be invited again").wait_for()
    kim.check()
    kim.go("/nodes").get_by_text("evicted").wait_for()
    kim.check()
    page = kim.go(f"/nodes/{FIRE}")
    page.locator("summary", has_text="Ban for good").click()
    kim.check()
    kim.click("Yes: Ban for good")
    page.get_by_text("This cannot be undone. What it reported stays.").wait_for()
    kim.check()
    assert page.locator("summary", has_text="Evict").count() == 0


def test_a_page_made_stale_by_another_operator_says_what_is_true_now(fire: JoinedAgency, kim: Visitor) -> None:
    page = kim.go(f"/nodes/{FIRE}")
    fire.served.ask("ban", agency=FIRE)
    page.locator("summary", has_text="Evict").click()
    kim.click("Yes: Evict")
    page.get_by_role("alert").get_by_text("banned already").wait_for()
    page.get_by_text("It is banned").wait_for()
    kim.check()
