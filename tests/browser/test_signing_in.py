"""Signing in, and what becomes of a form whose session has ended."""

from common.access.roles import Role
from tests.browser.conftest import Visit
from tests.care import add_supporter
from tests.consoles import ServedHub, ServedNode

PASSWORD = "vivid otter lamp quarry"


def test_the_first_user_is_set_up_and_signs_in(console: ServedNode, at: Visit) -> None:
    code = console.do("found_operator", name="kim", roles=["operator"])["setup_code"]
    kim = at(console)
    page = kim.go("/set-up")
    kim.check()
    page.get_by_label("User name").fill("kim")
    page.get_by_label("Set-up code").fill(code)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    kim.click("Set up and sign in")
    page.get_by_role("heading", name="Recovery codes", exact=True).wait_for()
    kim.check()
    kim.click("I have kept them: go on", "link")
    page.get_by_role("heading", name="Your account").wait_for()
    kim.check()

    page.get_by_text("Menu").click()
    kim.click("Sign out")
    page.get_by_role("heading", name="Sign in").wait_for()
    kim.check()
    page.get_by_label("User name").fill("kim")
    page.get_by_label("Password").fill("something else entirely")
    kim.click("Sign in")
    page.get_by_role("alert").get_by_text("The name or the password is wrong").wait_for()
    kim.check()
    page.get_by_label("Password").fill(PASSWORD)
    kim.click("Sign in")
    page.get_by_role("heading", name="Your account").wait_for()


def test_what_was_entered_when_a_session_ended_is_sent_after_signing_in_again(console: ServedNode, at: Visit) -> None:
    casey = at(console, Role.SUPPORTER, supporter_id=console.run(add_supporter).id)
    page = casey.go("/contacts/new")
    casey.choose("What it was about", "Grief or loss")
    console.do("sign_out", session=casey.token)

    casey.click("Save")

    page.get_by_text("What you entered is kept").wait_for()
    casey.check()


def test_the_hub_leads_to_signing_in(hub_console: ServedHub, at: Visit) -> None:
    rita = at(hub_console)
    rita.go("/").get_by_role("heading", name="Sign in").wait_for()
    rita.check()
