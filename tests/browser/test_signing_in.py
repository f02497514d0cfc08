"""Signing in: the first password, a password, codes, a lock, a passkey; and signing out."""

import pyotp

from common.access.passwords import SHORTEST
from common.access.roles import Role
from common.web.tickets import SESSION_COOKIE
from tests.browser.conftest import Visit
from tests.consoles import ServedHub, ServedNode
from tests.signing_in import PASSWORD, set_up, type_password


def test_the_first_user_is_set_up_and_signs_in(console: ServedNode, at: Visit) -> None:
    code = console.do("found_operator", name="kim", roles=["operator"])["setup_code"]
    kim = at(console)
    page = kim.go("/set-up")
    kim.check()
    page.get_by_text(f"At least {SHORTEST} characters").wait_for()
    page.get_by_label("User name").fill("kim")
    page.get_by_label("Set-up code").fill(code)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same once more").fill("another one")
    kim.click("Set up and sign in")
    page.get_by_role("alert").get_by_text("The two passwords differ").wait_for()
    kim.check()
    page.get_by_label("Set-up code").fill(code)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    kim.click("Set up and sign in")
    page.get_by_role("heading", name="Recovery codes", exact=True).wait_for()
    kim.check()
    kim.click("I have kept them: go on", "link")
    page.get_by_text("You are not signed in").or_(page.get_by_text("Menu")).wait_for()

    page.get_by_text("Menu").click()
    kim.click("Sign out")
    page.get_by_role("status").get_by_text("You are signed out").wait_for()
    kim.check()
    assert kim.held(SESSION_COOKIE) is None
    kim.go("/account").get_by_role("heading", name="Sign in").wait_for()
    type_password(kim, "kim", "something else entirely")
    page.get_by_role("alert").get_by_text("The name or the password is wrong").wait_for()
    kim.check()
    type_password(kim, "kim")
    page.get_by_role("heading", name="Your account").wait_for()


def test_a_set_up_code_that_is_wrong_is_refused_in_words(console: ServedNode, at: Visit) -> None:
    kim = at(console)
    page = kim.go("/set-up")
    page.get_by_label("User name").fill("kim")
    page.get_by_label("Set-up code").fill("wrong")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    kim.click("Set up and sign in")
    page.get_by_role("alert").get_by_text("The name or the set-up code is wrong").wait_for()
    kim.check()


def test_somebody_with_one_time_codes_is_asked_for_one_and_a_recovery_code_stands_for_it(
    console: ServedNode, at: Visit
) -> None:
    told = set_up(console, "casey", Role.LEADER)
    casey = at(console)
    casey.keep(told["token"])
    page = casey.go("/account")
    page.locator("form[action='/account/one-time']").get_by_label("Password").fill("not it")
    casey.click("Turn codes on")
    page.get_by_role("alert").get_by_text("The password is wrong").wait_for()
    casey.check()
    page.locator("form[action='/account/one-time']").get_by_label("Password").fill(PASSWORD)
    casey.click("Turn codes on")
    secret = page.locator("main code").inner_text()
    casey.check()
    page.get_by_label("One-time code").fill("000000")
    page.get_by_label("Password").fill(PASSWORD)
    casey.click("Turn codes on")
    page.get_by_role("alert").get_by_text("It is not the one that the phone shows now").wait_for()
    casey.check()
    page.get_by_label("One-time code").fill(pyotp.TOTP(secret).now())
    page.get_by_label("Password").fill(PASSWORD)
    casey.click("Turn codes on")
    page.get_by_role("status").get_by_text("From now on you are asked for a code").wait_for()
    casey.check()

    casey.context.clear_cookies()
    casey.go("/sign-in")
    type_password(casey, "casey")
    page.get_by_role("heading", name="One-time code").wait_for()
    casey.check()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("One-time code").fill("123456")
    casey.click("Sign in")
    page.get_by_role("alert").get_by_text("The code is wrong, or it was used before").wait_for()
    casey.check()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_text("Without your phone?").click()
    page.get_by_label("Recovery code").fill(told["recovery_codes"][0])
    casey.click("Sign in")
    page.get_by_text("Menu").wait_for()
    assert console.do("whoami", session=casey.held(SESSION_COOKIE))["recovery_codes_left"] == 9


def test_five_wrong_passwords_lock_and_a_recovery_code_is_the_way_back(console: ServedNode, at: Visit) -> None:
    told = set_up(console, "casey", Role.LEADER)
    casey = at(console)
    page = casey.go("/sign-in")
    for _ in range(5):
        type_password(casey, "casey", "not the password")
        page.get_by_role("alert").wait_for()
    type_password(casey, "casey")
    page.get_by_role("alert").get_by_text("after too many wrong passwords: wait, or sign in with a recovery").wait_for()
    casey.check()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Recovery code").fill(told["recovery_codes"][3])
    casey.click("Sign in")
    page.get_by_text("Menu").wait_for()


def test_a_passkey_is_added_signs_in_and_is_removed(console: ServedNode, at: Visit) -> None:
    told = set_up(console, "casey", Role.LEADER)
    casey = at(console)
    casey.keep(told["token"])
    page = casey.go("/account")
    device = casey.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": kind | {"isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    adding = page.locator("form[data-makes]")
    adding.get_by_label("What you call it").fill("my phone")
    adding.get_by_label("Password").fill("not it")
    casey.click("Add a passkey")
    page.get_by_text("No passkey was made: the password is wrong").wait_for()
    casey.check()
    adding.get_by_label("Password").fill(PASSWORD)
    casey.click("Add a passkey")
    page.get_by_role("status").get_by_text("The passkey is added").wait_for()
    casey.check()

    page.get_by_text("Menu").click()
    casey.click("Sign out")
    casey.click("Sign in with a passkey")
    page.get_by_text("Menu").wait_for()
    page.goto(casey.origin + "/account")
    page.get_by_text("last used").wait_for()
    casey.check()

    page.get_by_text("Remove", exact=True).click()
    casey.check()
    casey.click("Yes: Remove")
    page.get_by_role("status").get_by_text("The passkey is removed").wait_for()
    page.get_by_text("Menu").click()
    casey.click("Sign out")
    casey.click("Sign in with a passkey")
    page.get_by_role("alert").get_by_text("This passkey is not good here").wait_for()
    casey.check()


def test_the_hub_leads_to_signing_in_and_says_how_the_first_operator_is_made(hub_console: ServedHub, at: Visit) -> None:
    rita = at(hub_console)
    page = rita.go("/")
    page.get_by_role("heading", name="Sign in").wait_for()
    page.get_by_text("holdfast hub user add NAME --role operator").wait_for()
    rita.check()
