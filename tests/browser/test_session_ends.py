"""A session that ends while somebody works: nothing that they entered is lost, and nobody else gets to see it."""

import re
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from common.access.roles import Role
from common.web.tickets import SESSION_COOKIE
from tests.browser.conftest import Visit
from tests.browser.looking import Visitor
from tests.builders import NOON
from tests.care import add_supporter
from tests.consoles import ServedNode, served_node
from tests.fakes import SetClock
from tests.signing_in import set_up, type_password


def _supporter_at_work(console: ServedNode, at: Visit) -> Visitor:
    """Have casey, a supporter with a password, be signed in with a contact half logged."""
    told = set_up(console, "casey", Role.SUPPORTER, supporter_id=console.run(add_supporter).id)
    casey = at(console)
    casey.keep(told["token"])
    casey.go("/contacts/new")
    casey.choose("What it was about", "Grief or loss")
    return casey


def _logged(console: ServedNode, casey: Visitor) -> list[str]:
    found = console.do("own_encounters", session=casey.held(SESSION_COOKIE), limit=10)["encounters"]
    return [each["kind"] for each in found]


def test_what_was_entered_when_a_session_ended_is_sent_after_signing_in_again(console: ServedNode, at: Visit) -> None:
    casey = _supporter_at_work(console, at)
    page = casey.page
    console.do("sign_out", session=casey.held(SESSION_COOKIE))

    _save(page)
    page.get_by_text("What you entered is kept").wait_for()
    casey.check()
    assert "grief" not in page.content().lower(), "whoever comes next could read it in the page"
    type_password(casey, "casey", "not the password")
    page.get_by_role("alert").wait_for()
    type_password(casey, "casey")
    page.get_by_role("heading", name="You are signed in again").wait_for()
    casey.check()
    assert _logged(console, casey) == []
    casey.click("Send it now")

    page.get_by_role("status").get_by_text("Logged: grief or loss").wait_for()
    assert _logged(console, casey) == ["grief_or_loss"]


def test_e02_another_user_who_signs_in_gets_nothing_of_what_was_entered(console: ServedNode, at: Visit) -> None:
    set_up(console, "robin", Role.SUPPORTER)
    casey = _supporter_at_work(console, at)
    console.do("sign_out", session=casey.held(SESSION_COOKIE))
    _save(casey.page)

    type_password(casey, "robin")

    casey.page.get_by_role("status").get_by_text("What was entered here before is somebody else's").wait_for()
    assert casey.page.get_by_text(re.compile("grief", re.IGNORECASE)).count() == 0


def test_a_form_of_one_tab_is_sent_after_signing_in_anew_in_another(console: ServedNode, at: Visit) -> None:
    casey = _supporter_at_work(console, at)
    console.do("sign_out", session=casey.held(SESSION_COOKIE))
    other = casey.context.new_page()
    other.goto(casey.origin + "/sign-in")
    first, casey.page = casey.page, other
    type_password(casey, "casey")
    other.get_by_text("Menu").wait_for()
    casey.page = first

    _save(first)
    first.get_by_text("You are signed in as casey").wait_for()
    casey.check()
    assert _logged(console, casey) == []
    casey.click("Send it now")

    first.get_by_role("status").get_by_text("Logged: grief or loss").wait_for()


def test_e02_a_form_that_somebody_else_opened_in_this_browser_is_not_sent(console: ServedNode, at: Visit) -> None:
    told = set_up(console, "robin", Role.SUPPORTER)
    casey = _supporter_at_work(console, at)
    casey.keep(told["token"])

    _save(casey.page)

    casey.page.get_by_text("This page was opened by somebody else in this browser. Nothing was sent").wait_for()
    casey.check()
    assert casey.page.get_by_text(re.compile("grief", re.IGNORECASE)).count() == 0


def test_who_signed_out_in_one_tab_is_signed_out_in_the_other(console: ServedNode, at: Visit) -> None:
    casey = _supporter_at_work(console, at)
    other = casey.context.new_page()
    other.goto(casey.origin + "/contacts")
    other.get_by_text("Menu").click()
    other.get_by_role("button", name="Sign out").click()
    other.get_by_role("status").get_by_text("You are signed out").wait_for()

    casey.go("/contacts").get_by_role("heading", name="Sign in").wait_for()


def test_who_does_nothing_is_warned_and_then_signed_out(tmp_path: Path, at: Visit) -> None:
    clock = SetClock(NOON)
    with served_node(tmp_path, clock) as console:
        casey = at(console, Role.LEADER)
        page = casey.page
        page.clock.install()
        casey.go("/account")
        _minutes_pass(page, clock, 13.2)
        page.get_by_role("heading", name="Are you still there?").wait_for()
        casey.check()
        with page.expect_response(re.compile("/account/stay")):
            casey.click("Stay signed in")
        expect(page.get_by_role("dialog")).to_be_hidden()

        _minutes_pass(page, clock, 13.2)
        page.get_by_role("heading", name="Are you still there?").wait_for()
        _minutes_pass(page, clock, 2)

        page.get_by_role("heading", name="Sign in").wait_for()
        page.get_by_text("Your session has ended").wait_for()
        casey.check()
        casey.go("/account").get_by_role("heading", name="Sign in").wait_for()


def test_who_works_in_one_tab_is_not_warned_in_another(console: ServedNode, at: Visit) -> None:
    casey = at(console, Role.LEADER)
    casey.context.clock.install()
    first = casey.go("/account")
    second = casey.context.new_page()
    second.goto(casey.origin + "/account")
    casey.context.clock.fast_forward("13:10")
    expect(first.get_by_role("dialog")).to_be_visible()

    second.keyboard.press("Shift")

    expect(first.get_by_role("dialog")).to_be_hidden()


def _minutes_pass(page: Page, clock: SetClock, minutes: float) -> None:
    clock.advance(timedelta(minutes=minutes))
    page.clock.fast_forward(int(minutes * 60_000))


def _save(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Save")).first.click()
