"""The region's agreement in the hub's console: written, looked at, published, and who has not signed."""

from tests.browser.conftest import Visit
from tests.consoles import ServedHub, ServedRegion
from tests.hub_pages import COORDINATOR, look
from tests.waiting import wait_until


def test_the_first_agreement_is_published_after_it_was_looked_at(hub_console: ServedHub, at: Visit) -> None:
    rita = at(hub_console, COORDINATOR)
    page = rita.go("/agreements")
    page.get_by_text("No agreement has been published.").wait_for()
    look(rita)
    rita.click("Write the first agreement", "link")
    look(rita)
    page.get_by_label("Terms").fill("title = 3")
    rita.click("Look at what changes")
    page.get_by_role("alert").wait_for()
    look(rita)
    page.get_by_label("Terms").fill('title = "The region"\nk = 11')
    rita.click("Look at what changes")
    page.get_by_role("heading", name="The first terms").wait_for()
    look(rita)
    assert hub_console.ask("agreement list") == []
    rita.click("Publish it to every agency")

    page.get_by_role("status").get_by_text("Version 1 is published.").wait_for()
    look(rita)
    rita.go("/agreements").get_by_text("in force", exact=True).wait_for()
    look(rita)


def test_the_next_version_shows_what_changes_and_supersedes_at_a_date(hub_region: ServedRegion, at: Visit) -> None:
    rita, sam = at(hub_region.hub, COORDINATOR), at(hub_region.hub, COORDINATOR, name="sam")
    page = rita.go("/agreements/new")
    text = page.get_by_label("Terms").input_value()
    page.get_by_label("Terms").fill(text.replace('accept_within = "4h"', 'accept_within = "2h"'))
    page.get_by_label("Holds from").fill("2099-01-01T00:00")
    rita.click("Look at what changes")
    page.get_by_role("deletion").get_by_text("accepted within 4 hours").wait_for()
    page.get_by_role("insertion").get_by_text("accepted within 2 hours").wait_for()
    look(rita)
    rita.click("Change something")
    assert "2h" in page.get_by_label("Terms").input_value()
    rita.click("Look at what changes")
    rita.click("Publish it to every agency")
    page.get_by_text("not in force yet").wait_for()
    page.get_by_role("heading", name="Has not signed: 2").wait_for()
    page.get_by_text("Desk, +1 555 0100").wait_for()
    look(rita)

    sam.go("/agreements/new").get_by_label("Holds from").fill("2098-01-01T00:00")
    sam.click("Look at what changes")
    sam.click("Publish it to every agency")
    sam.page.get_by_role("alert").wait_for()  # it would begin before the one that rita published meanwhile
    look(sam)
    wait_until(lambda: hub_region.hub.ask("agreement list")[0]["version"] == 2)
