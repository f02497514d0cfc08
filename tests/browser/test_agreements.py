"""A coordinator reads an agreement in plain words, sees what it changes, and signs it for the agency."""

from playwright.sync_api import expect

from common.access.roles import Role
from hub.domain.agreement_template import TEMPLATE
from tests.browser.between import check_closed_to_supporters, fire_of
from tests.browser.conftest import Visit
from tests.consoles import ServedRegion
from tests.waiting import wait_until


def test_a_new_version_is_read_compared_and_signed(region: ServedRegion, at: Visit) -> None:
    fire = fire_of(region)
    later = "2027-06-01T00:00:00+00:00"
    changed = TEMPLATE.replace('accept_within = "4h"', 'accept_within = "2h"')
    region.hub.ask("agreement publish", text=changed, in_force_from=later)
    wait_until(lambda: len(fire.do("agreement_list")) == 2)
    page = (morgan := at(fire, Role.COORDINATOR, name="morgan")).go("/agreements")
    morgan.check()

    page.get_by_role("link", name="version 2").click()
    page.get_by_role("heading", name="What changes against version 1").wait_for()
    expect(page.locator("section.card")).to_contain_text("accepted within 2 hours")
    expect(page.locator("section.card")).to_contain_text("accepted within 4 hours")
    morgan.check()
    page.get_by_text("Sign for your agency").click()
    morgan.check()  # it asks first, and shows what is signed
    shown = fire.do("agreement_show", version=2)["terms_hash"]
    expect(page.locator("code")).to_have_text(shown)
    morgan.click("Yes: sign version 2")

    page.get_by_role("status").get_by_text("Signed for your agency.").wait_for()
    morgan.check()
    wait_until(lambda: fire.do("agreement_show", version=2)["own_signature"] == "signed")
    morgan.go("/agreements/2").get_by_text("the hub has the signature").wait_for()
    expect(page.get_by_text("Not yet:")).to_contain_text("stonegate-ems")
    morgan.check()


def test_what_a_colleague_has_signed_is_not_signed_again(region: ServedRegion, at: Visit) -> None:
    fire = fire_of(region)
    version = region.hub.ask("agreement publish", text=TEMPLATE, in_force_from="2027-09-01T00:00:00+00:00")["version"]
    wait_until(lambda: fire.do("agreement_list")[0]["version"] == version)
    page = (morgan := at(fire, Role.COORDINATOR, name="m-twice")).go(f"/agreements/{version}")
    fire.do("agreement_sign", version=version)

    page.get_by_text("Sign for your agency").click()
    morgan.click(f"Yes: sign version {version}")

    page.get_by_role("alert").get_by_text("there is nothing more to do").wait_for()
    morgan.check()


def test_i03_agreements_are_not_for_supporters(region: ServedRegion, at: Visit) -> None:
    check_closed_to_supporters(fire_of(region), at, "/agreements", "/agreements/1")
