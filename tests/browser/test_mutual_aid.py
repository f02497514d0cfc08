"""An agency asks for supporters, another offers them: matched, taken back, released."""

from playwright.sync_api import expect

from common.access.roles import Role
from tests.browser.between import check_closed_to_supporters, ems_of, fire_of
from tests.browser.conftest import Visit
from tests.consoles import ServedNode, ServedRegion
from tests.waiting import wait_until

COORDINATOR = Role.COORDINATOR


def newest(node: ServedNode) -> str:
    rows = node.do("aid_list")
    return str(rows[0]["id"]) if rows else ""


def asked(region: ServedRegion, supporters: int) -> str:
    """Have fire ask for supporters, and give the request once ems has heard of it."""
    until = "2027-03-01T00:00:00+00:00"
    request: str = fire_of(region).do("aid_request", supporters=supporters, until=until)["request"]
    wait_until(lambda: any(row["id"] == request for row in ems_of(region).do("aid_list")))
    return request


def test_supporters_are_asked_for_offered_and_released(region: ServedRegion, at: Visit) -> None:
    morgan = at(fire_of(region), COORDINATOR, name="morgan")
    noor = at(ems_of(region), COORDINATOR, name="noor")
    page, other = morgan.go("/mutual-aid"), noor.page
    page.get_by_text("Nobody asks for supporters now.").wait_for()
    morgan.check()

    morgan.click("Ask for supporters", "link")
    morgan.check()
    page.get_by_label("How many").fill("3")
    morgan.choose("Languages that should be spoken", "Spanish")
    morgan.click("Ask for them")
    page.get_by_text("Others have 48 hours to fill it.").wait_for()
    morgan.check()

    wait_until(lambda: newest(ems_of(region)))
    noor.go("/mutual-aid")
    noor.check()
    noor.click("ridgeline-fire", "link")
    other.get_by_label("How many supporters you can send").fill("2")
    noor.click("Offer them")
    other.get_by_text("The hub matches offers").wait_for()
    noor.check()
    wait_until(lambda: fire_of(region).do("aid_list")[0]["matched"] == 2)
    page.reload()
    expect(page.get_by_role("row", name="stonegate-ems")).to_contain_text("2")

    page.get_by_text("Release the supporters").first.click()
    page.get_by_text("They are not needed any more").wait_for()  # it asks first
    morgan.check()
    morgan.click("Yes: Release the supporters")
    page.get_by_text("the supporters are free again").wait_for()
    page.get_by_text("Released", exact=True).wait_for()
    morgan.check()


def test_an_offer_to_a_request_that_was_withdrawn_meanwhile_is_refused(region: ServedRegion, at: Visit) -> None:
    request = asked(region, 1)
    page = (noor := at(ems_of(region), COORDINATOR, name="n-late")).go(f"/mutual-aid/{request}")
    fire_of(region).do("aid_withdraw", request=request)
    wait_until(lambda: any(row["status"] == "withdrawn" for row in ems_of(region).do("aid_list")))

    page.get_by_label("How many supporters you can send").fill("1")
    noor.click("Offer them")

    page.get_by_role("alert").get_by_text("The agency that asked withdrew the request").wait_for()
    expect(page.get_by_role("button", name="Offer them")).to_have_count(0)
    noor.check()


def test_an_offer_is_taken_back(region: ServedRegion, at: Visit) -> None:
    request = asked(region, 4)
    ems_of(region).do("aid_offer", request=request, supporters=2)
    page = (noor := at(ems_of(region), COORDINATOR, name="n-back")).go(f"/mutual-aid/{request}")

    page.get_by_text("Withdraw your offer").first.click()
    noor.check()
    noor.click("Yes: Withdraw your offer")

    page.get_by_role("status").get_by_text("Taken back.").wait_for()
    wait_until(lambda: not next(row for row in ems_of(region).do("aid_list") if row["id"] == request)["offered"])
    noor.check()


def test_i03_mutual_aid_is_not_for_supporters(region: ServedRegion, at: Visit) -> None:
    check_closed_to_supporters(fire_of(region), at, "/mutual-aid", "/mutual-aid/new")
