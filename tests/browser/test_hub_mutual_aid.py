"""Mutual aid as the hub's coordinators see it: asked for, offered, filled, and what nobody could fill."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.browser.conftest import Visit
from tests.consoles import ServedRegion, served_region
from tests.fakes import SetClock
from tests.hub_pages import COORDINATOR, EMS, FIRE, look, opened
from tests.waiting import wait_until


def asked(region: ServedRegion, until_: str) -> str:
    """Have the fire agency ask for two supporters; the request's id."""
    region.nodes[FIRE].do("aid_request", supporters=2, until=until_)
    wait_until(lambda: bool(region.hub.ask("aid list")))
    return str(region.hub.ask("aid list")[0]["id"])


def test_a_request_is_matched_with_what_others_offer(hub_region: ServedRegion, at: Visit) -> None:
    rita = at(hub_region.hub, COORDINATOR)
    page = rita.go("/mutual-aid")
    page.get_by_text("No agency asks for supporters now.").wait_for()
    look(rita)
    request = asked(hub_region, "2099-01-01T00:00:00+00:00")
    rita.go("/mutual-aid").get_by_role("link", name="Ridgeline Fire: 0 of 2 matched").click()
    page.get_by_text("No agency has offered supporters.").wait_for()
    look(rita)

    ems = hub_region.nodes[EMS]
    wait_until(lambda: any(each["id"] == request for each in ems.do("aid_list")))
    ems.do("aid_offer", request=request, supporters=3)
    wait_until(lambda: hub_region.hub.ask("aid list")[0]["status"] == "filled")
    rita.go(f"/mutual-aid/{request}")

    row = page.get_by_role("row").filter(has_text="Stonegate EMS")
    row.get_by_text("2", exact=True).wait_for()
    look(rita)
    rita.go("/mutual-aid")
    look(rita)


def test_an_incident_shows_what_was_asked_for_it_and_nothing_else(hub_region: ServedRegion, at: Visit) -> None:
    incident = opened(hub_region)
    asked(hub_region, "2099-01-01T00:00:00+00:00")
    said = {"supporters": 7, "until": "2099-01-01T00:00:00+00:00", "incident": incident}
    hub_region.nodes[FIRE].do("aid_request", **said)
    wait_until(lambda: len(hub_region.hub.ask("aid list")) == 2)

    rita = at(hub_region.hub, COORDINATOR)
    page = rita.go(f"/incidents/{incident}")

    assert page.get_by_role("link", name="Ridgeline Fire: ").all_inner_texts() == ["Ridgeline Fire: 0 of 7 matched"]
    assert [each["wanted"] for each in hub_region.hub.ask("aid list", incident=incident[:8])] == [7]


def test_what_is_not_filled_within_two_days_stands_on_top_and_says_what_to_do(tmp_path: Path, at: Visit) -> None:
    now = datetime.now(UTC)  # certificates are judged by the machine's clock
    clock = SetClock(now)
    with served_region(tmp_path, FIRE, EMS, clock=clock) as region:
        request = asked(region, (now + timedelta(days=9)).isoformat())
        clock.advance(timedelta(hours=48, minutes=1))
        wait_until(lambda: region.hub.ask("aid list")[0]["status"] == "unable_to_fill")
        rita = at(region.hub, COORDINATOR)
        page = rita.go("/mutual-aid")
        page.get_by_text("Unable to fill", exact=True).wait_for()
        look(rita)
        rita.go(f"/mutual-aid/{request}").get_by_text("48 hours passed and 2 are missing").wait_for()
        look(rita)

        region.nodes[FIRE].do("aid_release", request=request)
        wait_until(lambda: region.hub.ask("aid list")[0]["status"] == "released")
        rita.go("/mutual-aid").get_by_role("heading", name="Ended").wait_for()
        look(rita)
