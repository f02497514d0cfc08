"""Every coded contact in the browser: a page at a time, narrowed, one with its versions."""

import pytest
from playwright.sync_api import expect

from common.access.roles import Role
from tests.browser.conftest import Visit
from tests.browser.looking import Visitor
from tests.browser.refusals import check_refused
from tests.care import Somebody, add_supporter
from tests.consoles import ServedNode


@pytest.fixture
def casey(console: ServedNode) -> Somebody:
    return console.run(add_supporter)


@pytest.fixture
def token(console: ServedNode, casey: Somebody) -> str:
    return console.sign_in_as(Role.SUPPORTER, name="casey", supporter_id=casey.id)


def logged(console: ServedNode, token: str, **said: object) -> str:
    return str(console.do("encounter_log", session=token, **({"kind": "grief_or_loss"} | said))["reference"])


def test_contacts_are_listed_page_by_page_and_narrowed_by_what_they_are_about(
    console: ServedNode, morgan: Visitor, token: str
) -> None:
    page = morgan.go("/encounters")
    page.get_by_text("No contact was logged yet.").wait_for()
    morgan.check()
    for number in range(51):
        logged(console, token, at=f"{number + 1}h")
    one = logged(console, token, kind="moral_injury", mode="phone")
    morgan.go("/encounters")
    expect(page.get_by_role("row")).to_have_count(51)
    morgan.check()
    morgan.click("Next page", "link")
    expect(page.get_by_role("row")).to_have_count(3)
    morgan.check()

    page.get_by_text("Narrow the list").click()
    page.get_by_label("About", exact=True).select_option("moral_injury")
    morgan.click("Show")
    expect(page.get_by_role("row")).to_have_count(2)
    morgan.check()
    page.get_by_role("row").last.get_by_role("link").click()
    page.get_by_role("heading", name=f"Contact {one}").wait_for()
    expect(page.get_by_text("Phone").first).to_be_visible()
    morgan.check()


def test_a_day_that_is_none_and_a_member_who_is_none_are_said_beside_the_list(morgan: Visitor, casey: Somebody) -> None:
    page = morgan.go("/encounters?since=2026-13-40")
    expect(page.locator("#complaint-since")).to_contain_text("A day such as")
    morgan.check()
    morgan.go("/encounters?member=M-0404").get_by_role("alert").get_by_text("There is no member M-0404").wait_for()
    morgan.check()
    morgan.go(f"/encounters?supporter={casey.code}").get_by_text("Nothing matches.").wait_for()
    morgan.check()


def test_a_void_contact_and_its_versions_are_told_as_such(console: ServedNode, morgan: Visitor, token: str) -> None:
    reference = logged(console, token)
    console.do("encounter_edit", session=token, encounter=reference, kind="work_stress")
    console.do("encounter_void", session=token, encounter=reference)
    page = morgan.go("/encounters")
    page.get_by_text("No contact was logged yet.").wait_for()
    morgan.go("/encounters?void=yes")
    expect(page.get_by_role("row")).to_have_count(2)
    morgan.check()
    morgan.go(f"/encounters/{reference}").get_by_text("It was a wrong entry").wait_for()
    expect(page.get_by_role("row")).to_have_count(4)
    morgan.check()
    morgan.go("/encounters/ffffffff").get_by_role("alert").get_by_text("There is no such encounter.").wait_for()
    morgan.check()


@pytest.mark.parametrize("role", [Role.LEADER, Role.OPERATOR, Role.CLINICIAN, Role.AUDITOR, Role.SUPPORTER])
def test_i03_contacts_are_shown_to_no_other_role_and_the_trail_has_it(
    console: ServedNode, at: Visit, token: str, role: Role
) -> None:
    reference = logged(console, token)
    visitor = at(console, role, name="other")
    check_refused(console, visitor, "other", "/encounters", f"/encounters/{reference}")
