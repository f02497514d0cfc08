"""A coordinator asks the hub for an incident, and reads what became of it."""

from common.access.roles import Role
from tests.browser.between import check_closed_to_supporters, fire_of
from tests.browser.conftest import Visit
from tests.consoles import ServedRegion
from tests.waiting import wait_until


def test_an_incident_is_requested_and_the_hubs_answer_is_read(region: ServedRegion, at: Visit) -> None:
    fire = fire_of(region)
    page = (morgan := at(fire, Role.COORDINATOR, name="morgan")).go("/incident-requests")
    page.get_by_text("Your agency has requested none.").wait_for()
    morgan.check()

    for kind in ("Structure fire", "Disaster"):
        morgan.go("/incident-requests/new")
        morgan.choose("What kind", kind)
        morgan.choose("Which other agencies were there", "stonegate-ems")
        morgan.check()
        morgan.click("Request it")
        page.get_by_role("status").get_by_text("A coordinator at the hub opens it").wait_for()
    morgan.check()
    asked = {row["type"]: row["id"] for row in fire.do("requests")}
    wait_until(lambda: len(region.hub.ask("incident requests")) == 2)
    region.hub.ask("incident open", request=asked["structure_fire"], title="Mill fire", agencies=[])
    region.hub.ask("incident decline-request", request=asked["disaster"], reason="handled_internally")
    wait_until(lambda: {row["state"] for row in fire.do("requests")} == {"opened", "declined"})

    morgan.go("/incident-requests")
    page.get_by_role("link", name="Mill fire").wait_for()
    page.get_by_text("Because: handled internally").wait_for()
    morgan.check()


def test_two_taps_on_one_page_ask_once(region: ServedRegion, at: Visit) -> None:
    fire = fire_of(region)
    morgan = at(fire, Role.COORDINATOR, name="morgan.tap")
    page = morgan.go("/incident-requests/new")
    morgan.choose("What kind", "Wildland fire")
    form = page.locator("main form").evaluate("form => Object.fromEntries(new FormData(form))")
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": morgan.origin}
    before = len(fire.do("requests"))

    for _ in range(2):
        where = f"{morgan.origin}/incident-requests/new"
        assert morgan.context.request.post(where, form=form, headers=headers, max_redirects=0).status == 303

    assert len(fire.do("requests")) == before + 1


def test_a_request_that_cannot_be_is_shown_again_as_it_was_filled(region: ServedRegion, at: Visit) -> None:
    page = (morgan := at(fire_of(region), Role.COORDINATOR, name="m-future")).go("/incident-requests/new")
    morgan.choose("What kind", "Other")
    page.get_by_label("When it began").fill("2040-01-01T10:00")
    morgan.click("Request it")

    page.get_by_role("alert").get_by_text("Must not lie in the future").wait_for()
    assert page.get_by_label("Other", exact=True).is_checked()
    morgan.check()


def test_i03_requests_for_an_incident_are_not_for_supporters(region: ServedRegion, at: Visit) -> None:
    check_closed_to_supporters(fire_of(region), at, "/incident-requests", "/incident-requests/new")
