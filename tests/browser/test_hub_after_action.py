"""The board reads what became of closed incidents: made once by a button, without agencies, on paper too."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from common.access.roles import Role
from hub.persistence.agencies import get_agency_by_slug
from hub.persistence.follow_ups import add_follow_ups
from hub.persistence.transaction import Transaction
from tests import followups
from tests.browser.conftest import Visit
from tests.browser.looking import DESK, Visitor
from tests.browser.paper import printed
from tests.consoles import ServedHub
from tests.heartbeats import JoinedAgency

FIRE, TITLE = "ridgeline-fire", "Fire at Ridgeline's own station"


@pytest.fixture
def bo(hub_console: ServedHub, at: Visit) -> Visitor:
    return at(hub_console, Role.BOARD, name="bo")


@pytest.fixture
def incident(hub_console: ServedHub, tmp_path: Path) -> str:
    """An incident that is over."""
    JoinedAgency(hub_console, tmp_path, FIRE)
    opened = hub_console.ask("incident open", title=TITLE, type="structure_fire", agencies=[FIRE])
    hub_console.ask("incident status", incident=opened["id"], status="closed")
    return str(opened["id"])


def open_follow_up(hub: ServedHub, incident: str) -> None:
    def write(tx: Transaction, now: datetime) -> None:
        fire = get_agency_by_slug(tx.connection, FIRE).id
        opened = followups.step(None, followups.ORIGIN, "open")
        held = replace(opened, incident_id=bytes.fromhex(incident), origin=fire, accountable=fire)
        add_follow_ups(tx.connection, [held])

    hub.write(write)


def test_without_a_closed_incident_the_board_is_told_what_will_be_here(bo: Visitor) -> None:
    bo.go("/after-action").get_by_text("No incident is closed yet.").wait_for()
    bo.check()


def test_a_report_is_made_by_a_button_and_shows_no_agency(
    hub_console: ServedHub, at: Visit, bo: Visitor, incident: str
) -> None:
    page = bo.go("/after-action")
    page.get_by_text("not made yet").wait_for()
    bo.check()
    bo.click("Structure fire", "link")
    page.get_by_text("Its report is not made yet.").wait_for()
    page.locator("summary", has_text="Make the report").click()
    assert page.get_by_text("Make it with open follow-ups").count() == 0
    bo.check()
    bo.click("Yes: Make the report")

    page.get_by_role("status").get_by_text("The report is made.").wait_for()
    noor = at(hub_console, Role.BOARD, name="noor", context={"viewport": DESK})
    noor.go(f"/after-action/{incident}")
    for visitor in (bo, noor):
        visitor.page.get_by_text("withheld").first.wait_for()
        assert TITLE not in visitor.page.content()
        assert FIRE not in visitor.page.content()
        visitor.check()
    paper = printed(noor.page)
    assert paper.pages == 1
    assert paper.says("What has changed since is not in it.")
    bo.go("/after-action").get_by_text("made", exact=False).first.wait_for()
    bo.check()


def test_to_open_the_page_makes_nothing(hub_console: ServedHub, bo: Visitor, incident: str) -> None:
    bo.go(f"/after-action/{incident}")
    assert [each["made_at"] for each in hub_console.ask("incident reports")] == [None]


def test_with_an_open_follow_up_only_a_coordinator_has_it_made(
    hub_console: ServedHub, at: Visit, bo: Visitor, incident: str
) -> None:
    open_follow_up(hub_console, incident)
    page = bo.go(f"/after-action/{incident}")
    page.locator("summary", has_text="Make the report").click()
    bo.click("Yes: Make the report")
    page.get_by_role("alert").get_by_text("follow-ups of this incident are open").wait_for()
    bo.check()

    rita = at(hub_console, Role.REGIONAL_COORDINATOR, name="rita")
    page = rita.go(f"/after-action/{incident}")
    page.locator("summary", has_text="Make it with open follow-ups").click()
    rita.check()
    rita.click("Yes: Make it with open follow-ups")
    page.get_by_role("status").get_by_text("The report is made.").wait_for()
    rita.check()
