"""The directory and the reporting windows in the hub's console."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.browser.conftest import Visit
from tests.consoles import ServedHub, ServedRegion, served_region
from tests.fakes import SetClock
from tests.hub_pages import COORDINATOR, EMS, FIRE, look
from tests.waiting import wait_until


def test_a_region_without_agencies_says_who_invites_them(hub_console: ServedHub, at: Visit) -> None:
    rita = at(hub_console, COORDINATOR)
    rita.go("/directory").get_by_text("No agency belongs to this region yet.").wait_for()
    look(rita)
    rita.go("/incidents/new?type=other").get_by_text("No agency belongs to this region yet.").wait_for()
    look(rita)
    rita.go("/reporting").get_by_text("No period is running.").wait_for()
    look(rita)


def test_an_agency_is_found_and_its_duty_contact_changed_for_everybody(hub_region: ServedRegion, at: Visit) -> None:
    rita = at(hub_region.hub, COORDINATOR)
    page = rita.go("/directory")
    look(rita)
    page.get_by_label("Look for").fill("nowhere")
    rita.click("Show")
    page.get_by_text("No agency is called like that.").wait_for()
    look(rita)
    page.get_by_label("Look for").fill("stonegate")
    rita.click("Show")
    rita.click("Stonegate EMS", "link")
    look(rita)
    page.get_by_label("Jurisdiction").fill("\u00e9")
    rita.click("Save and tell every agency")
    page.get_by_role("alert").get_by_text("Must be a short code").wait_for()
    look(rita)
    page.get_by_label("Jurisdiction").fill("CO")
    page.get_by_label("Duty contact").fill("Night desk, +1 555 0199")
    rita.click("Save and tell every agency")

    page.get_by_role("status").get_by_text("Saved.").wait_for()
    look(rita)
    fire = hub_region.nodes[FIRE]
    wait_until(lambda: any(each["duty_contact"] == "Night desk, +1 555 0199" for each in fire.do("directory")))


def test_who_has_not_reported_for_a_period_is_named(tmp_path: Path, at: Visit) -> None:
    clock = SetClock(datetime.now(UTC))
    with served_region(tmp_path, FIRE, EMS, clock=clock) as region:
        rita = at(region.hub, COORDINATOR)
        rita.go("/reporting").get_by_text("No reporting period has ended yet.").wait_for()
        look(rita)
        region.hub.ask("reporting run")
        clock.advance(timedelta(days=100))
        sam = at(region.hub, COORDINATOR, name="sam")
        page = sam.go("/reporting")
        look(sam)
        page.get_by_role("rowheader").get_by_role("link").first.click()

        page.get_by_text(FIRE).wait_for()
        look(sam)
        sam.go("/reporting/00").get_by_text("There is no such period").wait_for()
        look(sam)
