"""A coordinator at an incident: the live board, the own status, what waits for the hub, who was there."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from common.access.roles import Role
from node.console import incidents
from tests.browser.between import check_closed_to_supporters, ems_of, fire_of, open_follow_up, open_incident
from tests.browser.conftest import SLUGS, Visit
from tests.care import add_supporter
from tests.consoles import ServedNode, ServedRegion, served_region
from tests.waiting import wait_until

COORDINATOR = Role.COORDINATOR


def test_the_own_status_is_told_by_one_tap_and_stands_on_every_board(region: ServedRegion, at: Visit) -> None:
    incident = open_incident(region, "Mill fire")
    morgan = at(fire_of(region), COORDINATOR, name="morgan")
    noor = at(ems_of(region), COORDINATOR, name="noor")
    page, other = morgan.go("/incidents"), noor.go(f"/incidents/{incident}")
    morgan.check()
    other.get_by_text("This board renews itself.").wait_for()
    noor.check()

    morgan.click("Mill fire", "link")
    morgan.check()
    page.get_by_text("Counts that go with it").click()
    page.get_by_label("Supporters on task now").fill("4")
    page.get_by_label("Contacts made").select_option(label="1 to 10")
    morgan.click("Active")

    page.get_by_role("status").get_by_text("your team is active").wait_for()
    morgan.check()
    line = other.get_by_role("row", name=re.compile("^ridgeline-fire"))
    expect(line).to_contain_text("Active")  # without being opened again
    expect(line).to_contain_text("4")
    expect(line).to_contain_text("1 to 10")
    noor.check()


def test_a_decline_has_its_reason(region: ServedRegion, at: Visit) -> None:
    incident = open_incident(region, "Bus crash")
    page = (morgan := at(fire_of(region), COORDINATOR, name="m-decline")).go(f"/incidents/{incident}")

    page.get_by_text("Decline", exact=True).first.click()
    page.get_by_label("Because").select_option(label="No capacity")
    morgan.click("Decline")

    page.get_by_role("row", name=re.compile("^ridgeline-fire.*Declined No capacity")).wait_for()
    morgan.check()


def test_a_status_that_a_colleague_told_meanwhile_makes_the_page_refuse(region: ServedRegion, at: Visit) -> None:
    incident = open_incident(region, "Quarry slide")
    morgan = at(fire_of(region), COORDINATOR, name="m-first")
    sam = at(fire_of(region), COORDINATOR, name="s-second")
    first, second = morgan.go(f"/incidents/{incident}"), sam.go(f"/incidents/{incident}")

    sam.click("Active")
    second.get_by_role("status").wait_for()
    morgan.click("Unable")

    first.get_by_role("alert").get_by_text("Now: active").wait_for()
    morgan.check()
    assert fire_of(region).do("board", incident=incident)["own"]["status"] == "active"


def test_a_board_whose_console_was_cut_off_heals_by_itself(at: Visit, tmp_path: Path) -> None:
    with served_region(tmp_path, *SLUGS) as region:
        incident = open_incident(region, "Dam watch")
        noor = at(ems := ems_of(region), COORDINATOR, name="noor")
        page = noor.go(f"/incidents/{incident}")
        page.get_by_text("This board renews itself.").wait_for()

        ems.cut()
        page.get_by_text("The connection to the console is lost").wait_for(timeout=20_000)
        fire_of(region).do("activate", incident=incident, status="active", supporters_deployed=7)
        noor.faults.found.clear()  # the browser says in its console that it could not connect, as it should
        ems.come_back()

        line = page.get_by_role("row", name=re.compile("^ridgeline-fire"))
        expect(line).to_contain_text("7", timeout=20_000)
        page.get_by_text("This board renews itself.").wait_for()


def test_what_is_done_while_the_hub_is_away_waits_and_is_sent_by_itself(at: Visit, tmp_path: Path) -> None:
    with served_region(tmp_path, *SLUGS) as region:
        incident = open_incident(region, "Ridge fire")
        fire = fire_of(region)
        morgan = at(fire, COORDINATOR, name="morgan")
        page = morgan.go(f"/incidents/{incident}")
        page.get_by_text("This board renews itself.").wait_for()
        region.hub.cut()

        page.get_by_text("The hub has not been heard since").wait_for()  # without being opened again
        morgan.click("Active")

        page.get_by_text("waiting for the hub", exact=True).wait_for()
        page.get_by_text("1 report waits.").wait_for()
        morgan.check()
        region.hub.come_back()
        expect(page.get_by_text("waiting for the hub", exact=True)).to_have_count(0, timeout=20_000)
        page.get_by_text("The hub is heard; nothing waits for it.").wait_for()
        lines = region.hub.ask("board", incident=incident)["lines"]
        assert [line["status"] for line in lines if line["agency"] == "ridgeline-fire"] == ["active"]


def test_it_is_recorded_who_was_there_and_also_that_nobody_was(region: ServedRegion, at: Visit) -> None:
    incident = open_incident(region, "Silo collapse")
    fire = fire_of(region)
    code = fire.run(add_supporter).code
    page = (morgan := at(fire, COORDINATOR, name="m-roster")).go(f"/incidents/{incident}/roster")
    morgan.check()

    morgan.click("Record")
    page.get_by_text("None of your supporters was there.").wait_for()
    morgan.go(f"/incidents/{incident}/roster")
    page.get_by_role("group", name=re.compile(f"^{code}")).get_by_label("Witness").check()
    morgan.click("Record")

    page.get_by_text(f"{code}: Witness").wait_for()
    morgan.check()


def test_an_incident_shows_its_follow_ups_and_is_told_apart_from_closed_ones(region: ServedRegion, at: Visit) -> None:
    incident = open_incident(region, "Tunnel fire")
    fire = fire_of(region)
    reference = open_follow_up(fire, incident)
    page = (morgan := at(fire, COORDINATOR, name="m-closed")).go(f"/incidents/{incident}")
    page.get_by_role("link", name=reference).wait_for()

    region.hub.ask("incident status", incident=incident, status="closed", keep_open=True)
    wait_until(lambda: fire.do("board", incident=incident)["status"] == "closed")

    morgan.go(f"/incidents/{incident}").get_by_text("it takes no more reports").wait_for()
    morgan.check()
    page = morgan.go("/incidents")
    page.get_by_role("heading", name="Closed").wait_for()
    morgan.check()


def test_an_incident_shows_the_numbers_that_the_agencys_own_systems_gave_it_and_is_found_by_them(
    region: ServedRegion, at: Visit
) -> None:
    incident, fire = open_incident(region, "Mine collapse"), fire_of(region)
    page = (morgan := at(fire, COORDINATOR, name="m-numbers")).go("/incidents")
    fire.do("incident_numbers", session=morgan.token, incident=incident, system="cad", numbers=["26-114207"])

    morgan.go(f"/incidents/{incident}").get_by_text("cad 26-114207").wait_for()
    morgan.check()
    morgan.go("/incidents").get_by_label("Your own number of it").fill(" 26-114207 ")
    morgan.click("Find")
    expect(page.locator(".rows > li")).to_have_count(1)
    page.get_by_role("link", name="Mine collapse").wait_for()
    morgan.check()
    page.get_by_label("Your own number of it").fill("26-000000")
    morgan.click("Find")
    page.get_by_text("No incident has this number.").wait_for()
    morgan.check()


def test_i03_pages_of_an_incident_are_not_for_supporters(region: ServedRegion, at: Visit) -> None:
    incident = open_incident(region, "Rail yard")
    check_closed_to_supporters(
        fire_of(region), at, "/incidents", f"/incidents/{incident}", f"/incidents/{incident}/live"
    )


def test_without_a_hub_the_page_says_what_begins_with_one(console: ServedNode, at: Visit) -> None:
    page = (morgan := at(console, COORDINATOR, name="morgan")).go("/incidents")

    page.get_by_text("This node belongs to no region yet.").wait_for()
    morgan.check()


def test_a_very_long_board_shows_the_own_agency_first_and_all_when_asked(
    region: ServedRegion, at: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incidents, "MOST_LINES", 1)
    incident = open_incident(region, "River crest")
    page = (noor := at(ems_of(region), COORDINATOR, name="n-long")).go(f"/incidents/{incident}")
    page.get_by_text("This board renews itself.").wait_for()
    board = page.locator("#live-board")
    expect(board.get_by_role("row", name=re.compile("^stonegate-ems"))).to_be_visible()
    expect(board.get_by_role("row", name=re.compile("^ridgeline-fire"))).to_have_count(0)
    noor.check()

    noor.click("Show all 2 agencies", "link")

    page.get_by_text("This board renews itself.").wait_for()
    fire_of(region).do("activate", incident=incident, status="active", supporters_deployed=8)
    expect(board.get_by_role("row", name=re.compile("^ridgeline-fire"))).to_contain_text("8")
    noor.check()
