"""Members in the browser: found, and said so; recorded, changed, ended, erased for good only by who means it."""

import pytest
from playwright.sync_api import expect

from common.access.roles import Role
from tests.browser.conftest import Visit
from tests.browser.looking import Visitor
from tests.browser.refusals import check_refused
from tests.care import Somebody, add_member, add_supporter
from tests.consoles import ServedNode
from tests.people import audited


def test_a_member_is_recorded_and_found_and_no_name_stands_in_an_address(console: ServedNode, morgan: Visitor) -> None:
    page = morgan.go("/members")
    morgan.check()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    morgan.click("Record a member", "link")
    morgan.check()
    page.get_by_label("Name").fill("Ann Ek")
    page.get_by_label("Unit").fill("Engine 4")
    page.get_by_label("Supervised by").fill("M-9999")
    morgan.click("Save")
    page.get_by_role("alert").get_by_text("M-9999").wait_for()
    expect(page.get_by_label("Unit")).to_have_value("Engine 4")
    morgan.check()
    page.get_by_label("Supervised by").fill("")
    morgan.click("Save")
    page.get_by_role("status").get_by_text("Recorded as M-0001.").wait_for()
    morgan.check()

    morgan.go("/members")
    page.get_by_label("Name or code").fill("ann ek")
    morgan.click("Find")
    page.get_by_role("link", name="M-0001 Ann Ek").wait_for()
    morgan.check()
    page.get_by_label("Name or code").fill("zz")
    morgan.click("Find")
    page.get_by_text("Nobody is found.").wait_for()
    morgan.check()
    assert not any("ann" in url for url in asked)
    assert any(line[:2] == ("user morgan", "find member") for line in console.run(audited))


def test_a_long_search_goes_on_page_by_page(console: ServedNode, morgan: Visitor) -> None:
    for number in range(23):
        console.do("member_add", session=morgan.token, name=f"Ann Ek{number:02d}")
    page = morgan.go("/members")
    page.get_by_label("Name or code").fill("ann")
    morgan.click("Find")
    links = page.get_by_role("link", name="Ann Ek")
    expect(links).to_have_count(20)
    morgan.click("The next ones")
    expect(links).to_have_count(3)
    morgan.check()


def test_a_member_is_changed_leaves_and_comes_back(console: ServedNode, morgan: Visitor) -> None:
    _, code = console.run(lambda node: add_member(node, unit="Engine 4"))
    page = morgan.go(f"/members/{code}/edit")
    morgan.check()
    page.get_by_label("Unit").fill("")
    page.get_by_label("Telecommunicator").check()
    morgan.click("Save")
    page.get_by_role("status").get_by_text(f"{code} is changed.").wait_for()
    held = console.do("member_show", session=morgan.token, member=code)
    assert (held["unit"], held["recipient_class"]) == ("", "telecommunicator")

    page.get_by_text("Has left", exact=True).click()
    morgan.check()
    morgan.click("Yes: Has left")
    page.get_by_role("status").get_by_text(f"{code} is a former member.").wait_for()
    morgan.check()
    morgan.click("Is back")
    page.get_by_role("status").get_by_text(f"{code} is a member again.").wait_for()


def test_i04_a_member_is_erased_only_when_their_code_is_typed(console: ServedNode, morgan: Visitor) -> None:
    _, code = console.run(add_member)
    console.do("check_in_open", session=morgan.token, member=code, due="tomorrow")
    page = morgan.go(f"/members/{code}")
    morgan.click("Erase", "link")
    page.get_by_text("1 × check-in").wait_for()
    morgan.check()
    page.get_by_label(f"Type {code} to erase it").fill("M-0002")
    morgan.click("Erase for good")
    page.get_by_role("alert").get_by_text("Type the code of this member").wait_for()
    morgan.check()
    page.get_by_label(f"Type {code} to erase it").fill(code.lower())
    morgan.click("Erase for good")
    page.get_by_role("status").get_by_text(f"{code} is erased: nobody can read it again.").wait_for()
    morgan.go(f"/members/{code}").get_by_role("alert").wait_for()
    morgan.check()


def test_a_member_under_a_legal_hold_is_not_erased_and_the_page_says_why(console: ServedNode, morgan: Visitor) -> None:
    _, code = console.run(add_member)
    console.do("hold_place", session=morgan.token, scope="member", subject=code, reason="subpoena")
    page = morgan.go(f"/members/{code}")
    page.get_by_text("it cannot be erased until the hold is lifted").wait_for()
    expect(page.get_by_role("link", name="Erase")).to_have_count(0)
    morgan.check()
    page = morgan.go(f"/members/{code}/erase")
    page.get_by_role("alert").get_by_text("A legal hold keeps this member").wait_for()
    assert "holdfast node" not in page.content()
    morgan.check()


@pytest.mark.parametrize("path", ["/members", "/members/new", "/members/M-0001", "/members/M-0001/erase"])
def test_i03_members_are_closed_to_a_supporter_and_the_trail_has_it(console: ServedNode, at: Visit, path: str) -> None:
    console.run(add_member)
    casey: Somebody = console.run(add_supporter)
    visitor = at(console, Role.SUPPORTER, name="casey", supporter_id=casey.id)
    check_refused(console, visitor, "casey", path)
