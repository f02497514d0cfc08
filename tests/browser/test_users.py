"""An operator adds users, gives them roles, lets them in again, and cannot lock everybody out."""

import re
from contextlib import suppress

from playwright.sync_api import expect

from common.access.roles import Role
from common.errors import HoldfastError
from tests.browser.conftest import Visit
from tests.care import add_supporter
from tests.consoles import ServedNode


def test_a_user_is_added_with_a_code_that_is_shown_once_and_changed_in_every_way(
    console: ServedNode, at: Visit
) -> None:
    olga = at(console, Role.OPERATOR, name="olga")
    page = olga.go("/users")
    olga.check()
    olga.click("Add a user", "link")
    olga.check()
    page.get_by_label("User name").fill("sam")
    olga.click("Add the user")
    expect(page.get_by_role("alert")).to_contain_text("Choose one or more.")
    assert page.get_by_label("User name").input_value() == "sam"
    olga.check()
    page.get_by_label(re.compile("^Supporter:")).check()
    olga.click("Add the user")
    code = page.locator(".big code").inner_text()
    assert len(code) >= 16
    olga.check()
    olga.click("I have passed it on: go on", "link")
    assert code not in page.content()

    olga.click("sam", "link")
    olga.check()
    code = console.run(lambda node: add_supporter(node, "link")).code
    page.get_by_label("Code of the supporter").fill(code)
    olga.click("Link")
    expect(page.get_by_role("status").get_by_text("sam is that supporter now.")).to_be_visible()
    page.get_by_label(re.compile("^Coordinator:")).check()
    olga.click("Give these roles")
    expect(page.get_by_role("status").get_by_text("has these roles now")).to_be_visible()
    page.get_by_text("Disable", exact=True).first.click()
    olga.click("Yes: Disable")
    expect(page.get_by_role("status").get_by_text("may do nothing here any more")).to_be_visible()
    olga.check()
    olga.click("Enable")
    page.get_by_text("Reset the password", exact=True).first.click()
    olga.click("Yes: Reset the password")
    page.get_by_role("heading", name="Set-up code for sam").wait_for()
    olga.check()


def test_the_last_operator_is_protected(console: ServedNode, at: Visit) -> None:
    olga = at(console, Role.OPERATOR, name="olga")
    page = olga.go("/users/olga")
    page.get_by_text("Disable", exact=True).first.click()
    olga.click("Yes: Disable")
    expect(page.get_by_role("alert")).to_contain_text("Olga is the last active operator: make another one first.")
    olga.check()
    page.get_by_label(re.compile("^Operator:")).uncheck()
    page.get_by_label(re.compile("^Leader:")).check()
    olga.click("Give these roles")
    expect(page.get_by_role("alert")).to_contain_text("last active operator")
    olga.go("/users/nobody")
    expect(page.get_by_role("alert")).to_contain_text("There is no such user here.")
    olga.check()


def test_a_user_who_is_locked_is_let_in_again(console: ServedNode, at: Visit) -> None:
    olga = at(console, Role.OPERATOR, name="olga")
    code = console.do("user_add", session=olga.token, name="lena", roles=["leader"])["setup_code"]
    console.do("set_up", name="lena", setup_code=code, password="vivid otter lamp quarry")
    olga.go("/users/lena")
    assert olga.page.get_by_role("button", name="Unlock").count() == 0
    for _ in range(5):
        with suppress(HoldfastError):
            console.do("sign_in", name="lena", password="not this one, surely")

    page = olga.go("/users/lena")
    expect(page.get_by_text("Locked after bad passwords.")).to_be_visible()
    olga.check()
    olga.click("Unlock")

    expect(page.get_by_role("status").get_by_text("lena may try to sign in again.")).to_be_visible()
    assert page.get_by_text("Locked after bad passwords.").count() == 0
