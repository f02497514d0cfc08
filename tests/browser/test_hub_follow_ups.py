"""The follow-up queue at the hub: who is accountable, what is late, and an offer on its owner's request."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from common.access.roles import Role
from tests.browser.conftest import Visit
from tests.consoles import ServedRegion, served_region
from tests.fakes import SetClock
from tests.hub_pages import COORDINATOR, EMS, FIRE, look, opened, opened_follow_up
from tests.waiting import wait_until


def ask_hub_to_offer(region: ServedRegion, follow_up: str) -> None:
    """Have its owner ask the hub to offer a follow-up."""
    region.nodes[FIRE].do("followup_command", follow_up=follow_up, verb="ask-hub")
    wait_until(lambda: bool(region.hub.ask("followup", follow_up=follow_up)["hub_asked_to_offer"]))


def test_the_queue_is_empty_and_says_so_then_shows_what_is_open_by_its_owner(
    hub_region: ServedRegion, at: Visit
) -> None:
    rita = at(hub_region.hub, COORDINATOR)
    page = rita.go("/follow-ups")
    page.get_by_text("Nothing waits on a queue.").wait_for()
    look(rita)
    incident = opened(hub_region)
    follow_up = opened_follow_up(hub_region, incident)

    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Which").select_option("open")
    rita.click("Show")

    page.get_by_role("heading", name="Ridgeline Fire").wait_for()
    page.get_by_text("contact by").wait_for()
    look(rita)
    rita.go(f"/follow-ups/{follow_up}").get_by_text("Its owner has not asked you to offer it").wait_for()
    page.get_by_text("The hub cannot make an agency accountable that did not accept").wait_for()
    look(rita)
    rita.click("I have called Ridgeline Fire")
    page.get_by_role("status").get_by_text("Noted").wait_for()
    page.get_by_role("heading", name="Calls").wait_for()
    look(rita)


def test_one_whose_owner_asks_is_offered_and_stays_with_the_owner_until_another_accepts(
    hub_region: ServedRegion, at: Visit
) -> None:
    follow_up = opened_follow_up(hub_region, opened(hub_region))
    ask_hub_to_offer(hub_region, follow_up)
    rita, sam = at(hub_region.hub, COORDINATOR), at(hub_region.hub, Role.STATE_COORDINATOR, name="sam")
    page = rita.go("/follow-ups")
    page.get_by_text("asks you to offer it").wait_for()
    look(rita)
    for each in (rita, sam):
        each.go(f"/follow-ups/{follow_up}")
    look(rita)
    rita.click("Offer it")
    page.get_by_role("alert").get_by_text("Choose at least one agency").wait_for()
    look(rita)
    page.get_by_label("Stonegate EMS").check()
    rita.click("Offer it")
    page.get_by_role("status").get_by_text("Ridgeline Fire stays accountable until another agency accepts").wait_for()
    look(rita)

    sam.page.get_by_label("Stonegate EMS").check()
    sam.click("Offer it")

    sam.page.get_by_role("alert").wait_for()
    sam.page.get_by_text("An offer is open: its owner stays accountable").wait_for()
    look(sam)
    assert hub_region.hub.ask("followup", follow_up=follow_up)["accountable"] == FIRE


def test_what_is_late_comes_first_with_its_deadline_whole(tmp_path: Path, at: Visit) -> None:
    clock = SetClock(datetime.now(UTC))  # certificates are judged by the machine's
    with served_region(tmp_path, FIRE, EMS, clock=clock) as region:
        incident = opened(region, "The first")
        late = opened_follow_up(region, incident)
        clock.advance(timedelta(hours=72, minutes=12))
        wait_until(lambda: region.hub.ask("followup", follow_up=late)["escalation"] != "none")
        opened_follow_up(region, opened(region, "The second"))
        rita = at(region.hub, COORDINATOR)
        page = rita.go("/follow-ups?show=open")

        first = page.get_by_role("main").get_by_role("list").get_by_role("listitem").first
        first.get_by_text("escalated: ").wait_for()
        first.get_by_text("12 min ago").wait_for()
        look(rita)
        rita.go(f"/incidents/{incident}").get_by_text("2 agencies are late.").wait_for()
        assert page.get_by_text("late: no answer").count() == 2
        look(rita)
