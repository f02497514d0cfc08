"""A coordinator looks at what would leave of a period, cell by cell; holds it, lets it go, sends it."""

from datetime import UTC, date, datetime, timedelta

from playwright.sync_api import expect

from common.access.roles import Role
from common.clock import SystemClock
from common.wire.times import timestamp
from node.opened import OpenNode
from node.operations.releases import draw_due
from tests.browser.between import check_closed_to_supporters, ems_of, fire_of
from tests.browser.conftest import Visit
from tests.consoles import ServedRegion
from tests.records import supporter
from tests.releasing import contacts, decide, hub_answers, opened

START = datetime(2025, 10, 1, tzinfo=UTC)


def draw(node: OpenNode) -> str:
    """Have a quarter drawn in which one figure is small, and give its window."""
    decide(node, "after_grace")
    window = opened(node, START, release_by=timestamp(SystemClock().now() + timedelta(days=20)))
    casey = supporter(node)
    contacts(node, casey, 39, date(2025, 10, 5))
    contacts(node, casey, 3, date(2025, 10, 5), is_incident_related=True)
    hub_answers(node)
    draw_due(node)
    return window.id.hex()


def test_a_release_is_looked_at_held_let_go_and_sent(region: ServedRegion, at: Visit) -> None:
    fire = fire_of(region)
    window = fire.run(draw)
    page = (morgan := at(fire, Role.COORDINATOR, name="morgan")).go("/releases")
    morgan.check()

    page.locator(f'a[href="/releases/{window}"]').click()
    page.get_by_role("heading", name="Counts of 2025-Q4").wait_for()
    expect(page.get_by_text("(it is 1 to 10)").first).to_be_visible()
    expect(page.get_by_text("(it protects another figure)").first).to_be_visible()
    page.get_by_text("Nothing has been released before.").wait_for()
    assert "UTC" not in page.locator("main").inner_text()  # the agency's clocks are Denver's
    morgan.check()

    morgan.click("Hold it")
    page.get_by_text("nothing of it leaves until the hold is lifted").wait_for()
    morgan.check()
    morgan.click("Lift the hold")
    page.get_by_text("The hold on 2025-Q4 is lifted.").wait_for()
    page.get_by_text("Send it now").first.click()
    page.get_by_text("It cannot be called back.").wait_for()  # it asks first
    morgan.check()
    morgan.click("Yes: Send it now")
    page.get_by_text("2025-Q4 is sent").wait_for()
    expect(page.get_by_role("button", name="Hold it")).to_have_count(0)
    morgan.check()


def test_a_release_that_a_colleague_sent_meanwhile_is_not_held_any_more(region: ServedRegion, at: Visit) -> None:
    ems = ems_of(region)
    window = ems.run(draw)
    page = (noor := at(ems, Role.COORDINATOR, name="noor")).go(f"/releases/{window}")
    ems.do("release_send", session=noor.token, window=window)

    noor.click("Hold it")

    page.get_by_role("alert").get_by_text("sent", exact=False).wait_for()
    expect(page.get_by_role("button", name="Hold it")).to_have_count(0)
    noor.check()


def test_i03_releases_are_not_for_supporters(region: ServedRegion, at: Visit) -> None:
    check_closed_to_supporters(fire_of(region), at, "/releases")
