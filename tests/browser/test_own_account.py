"""One's own account at a node: the password, notices, and the key for notes."""

from playwright.sync_api import expect
from sqlalchemy import Connection

from common.access.roles import Role
from common.access.session_rows import open_session
from common.access.users import get
from common.web.tickets import SESSION_COOKIE
from node.opened import OpenNode
from node.persistence.access import ACCESS
from tests.browser.conftest import Visit
from tests.consoles import ServedNode
from tests.signing_in import PASSWORD, set_up


def test_somebody_says_how_notices_come_and_tries_it(console: ServedNode, at: Visit) -> None:
    dana = at(console, Role.COORDINATOR, name="dana")
    page = dana.go("/account")
    dana.check()
    dana.click("Notices to you", "link")
    page.get_by_text("No notice was sent to you yet").wait_for()
    dana.check()
    dana.click("Send me a test")
    page.get_by_role("alert").get_by_text("You have no address yet").wait_for()
    dana.check()
    page.get_by_label("Pager's address").fill("http://nowhere")
    page.get_by_label("Mail address").fill("dana@agency.example")
    dana.click("Save")
    page.get_by_role("alert").wait_for()
    dana.check()
    expect(page.get_by_label("Mail address")).to_have_value("dana@agency.example")
    page.get_by_label("Pager's address").fill("")
    page.get_by_label("Quiet from").fill("22:00")
    page.get_by_label("Quiet until").fill("06:00")
    page.get_by_text("Which notices, by which way").click()
    page.get_by_label("Training expires").select_option("none")
    dana.click("Save")
    page.get_by_role("status").get_by_text("Saved.").wait_for()
    dana.check()
    held = console.do("notice_settings", session=dana.token)
    assert (held["mail"], held["quiet"]) == ("dana@agency.example", "22:00-06:00")
    assert (held["ways"]["training_expires"], held["ways"]["offer_waits"]) == ("none", "both")
    dana.click("Send me a test")
    page.get_by_role("status").get_by_text("A test is on its way").wait_for()
    assert page.get_by_role("cell", name="Test").count() == 1
    dana.check()


def test_a_session_that_opens_no_notes_does_after_the_password(console: ServedNode, at: Visit) -> None:
    told = set_up(console, "quinn", Role.CLINICIAN)
    assert told["note_recovery_code"]
    token = console.run(lambda node: _by_passkey(node, "quinn"))
    quinn = at(console)
    quinn.keep(token)
    page = quinn.go("/account/notes")
    page.get_by_text("This session opens no notes").wait_for()
    quinn.check()
    page.locator("form[action='/account/notes']").get_by_label("Password").fill("not it")
    quinn.click("Open notes")
    page.get_by_role("alert").get_by_text("The password is wrong").wait_for()
    quinn.check()
    page.locator("form[action='/account/notes/renew']").get_by_label("Password").fill(PASSWORD)
    quinn.click("Make a new key")
    page.get_by_role("alert").wait_for()
    assert not console.do("whoami", session=token)["opens_notes"]
    quinn.check()
    page.locator("form[action='/account/notes']").get_by_label("Password").fill(PASSWORD)
    quinn.click("Open notes")
    page.get_by_role("status").get_by_text("This session opens notes now").wait_for()
    assert console.do("whoami", session=token)["opens_notes"]
    quinn.check()


def test_a_new_password_ends_every_other_session_and_gives_new_codes(console: ServedNode, at: Visit) -> None:
    told = set_up(console, "casey", Role.LEADER)
    casey = at(console)
    casey.keep(told["token"])
    page = casey.go("/account")
    page.get_by_label("Password until now").fill(PASSWORD)
    page.get_by_label("New password").fill("short")
    page.get_by_label("The same once more").fill("short")
    casey.click("Change the password")
    page.get_by_role("alert").wait_for()
    casey.check()
    page.get_by_label("Password until now").fill(PASSWORD)
    page.get_by_label("New password").fill("another otter lamp quarry")
    page.get_by_label("The same once more").fill("another otter lamp quarry")
    casey.click("Change the password")
    page.get_by_role("heading", name="Recovery codes", exact=True).wait_for()
    casey.check()
    casey.click("I have kept them: go on", "link")
    page.get_by_role("heading", name="Your account").wait_for()
    assert casey.held(SESSION_COOKIE) != told["token"]
    other = at(console)
    other.keep(told["token"])
    other.go("/account").get_by_role("heading", name="Sign in").wait_for()


def _by_passkey(node: OpenNode, name: str) -> str:
    """Open a session as a passkey does: it carries no key."""

    def write(connection: Connection) -> str:
        user = get(ACCESS, connection, name)
        return open_session(ACCESS, connection, user.id, "passkey", None, node.clock.now())

    return node.write("users", write)
