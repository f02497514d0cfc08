"""A clinical lead reads notes that are sealed to them, one at a time, and nobody else opens any."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from common.access import users
from common.access.roles import Role
from common.access.session_rows import open_session
from node.opened import OpenNode
from node.persistence.access import ACCESS
from node.persistence.data_keys import destroy_keys
from tests.browser.conftest import Visit
from tests.browser.looking import Visitor
from tests.care import add_supporter
from tests.consoles import ServedNode, served_node
from tests.people import audited

PASSWORD = "vivid otter lamp quarry"
CANARY = "Zanzibar at dawn"


@pytest.fixture
def console(tmp_path: Path) -> Iterator[ServedNode]:
    with served_node(tmp_path, notes="on") as node:
        yield node


def set_up(console: ServedNode, name: str, role: Role, **more: str) -> str:
    """Add a user who sets a password, which makes their key for notes; give the session's token."""
    operator = console.sign_in_as(Role.OPERATOR, name=f"operator-of-{name}")
    code = console.do("user_add", session=operator, name=name, roles=[role.value], **more)["setup_code"]
    return str(console.do("set_up", name=name, setup_code=code, password=PASSWORD)["token"])


def note_of(console: ServedNode, text: str = CANARY) -> str:
    """Have a supporter log a contact with a note; give its reference."""
    casey = console.run(lambda node: add_supporter(node, "casey"))
    token = set_up(console, "casey", Role.SUPPORTER, supporter_id=casey.id.hex())
    made = console.do("encounter_log", session=token, kind="grief_or_loss", duration="under_15")
    console.do("note_write", session=token, encounter=made["reference"], text=text)
    return str(made["reference"])


def closed_session(node: OpenNode, name: str) -> str:
    """Sign a user in by a way that does not open notes."""

    def write(connection: object) -> str:
        user = users.get(ACCESS, connection, name)  # type: ignore[arg-type]
        return open_session(ACCESS, connection, user.id, "passkey", None, node.clock.now())  # type: ignore[arg-type]

    return node.write("test", write)


def visit(at: Visit, console: ServedNode, token: str) -> Visitor:
    visitor = at(console)
    visitor.keep(token)
    return visitor


def test_a_clinical_lead_reads_a_note_and_the_reading_is_recorded(console: ServedNode, at: Visit) -> None:
    lee = visit(at, console, set_up(console, "lee", Role.CLINICIAN))
    page = lee.go("/notes")
    expect(page.get_by_text("No note is sealed to you.")).to_be_visible()
    lee.check()
    reference = note_of(console, f"{CANARY}\n<b>and a second line</b>")

    lee.go("/notes")
    assert CANARY not in page.content()
    lee.check()
    lee.click(f"Read {reference}", "link")

    expect(page.get_by_text(f"{CANARY} <b>and a second line</b>")).to_be_visible()
    lee.check()
    assert [line[:2] for line in console.run(audited)].count(("user lee", "read note")) == 1


def test_a_session_that_began_without_the_password_proves_it_once_to_open_notes(console: ServedNode, at: Visit) -> None:
    set_up(console, "lee", Role.CLINICIAN)
    reference = note_of(console)
    lee = visit(at, console, console.run(lambda node: closed_session(node, "lee")))
    page = lee.go("/notes")
    assert page.get_by_role("link", name=f"Read {reference}").count() == 0
    lee.check()
    lee.click("Open notes", "link")
    page.get_by_label("Password", exact=True).first.fill("something else entirely")
    lee.click("Open notes")
    expect(page.get_by_role("alert")).to_contain_text("The password is wrong.")
    lee.check()

    page.get_by_label("Password", exact=True).first.fill(PASSWORD)
    lee.click("Open notes")
    expect(page.get_by_role("status").get_by_text("This session opens notes now")).to_be_visible()
    assert page.url == f"{console.origin}/notes"  # back where they are read
    lee.click(f"Read {reference}", "link")
    expect(page.get_by_text(CANARY)).to_be_visible()


def test_who_lost_the_key_makes_a_new_one_and_the_old_notes_stay_closed(console: ServedNode, at: Visit) -> None:
    set_up(console, "lee", Role.CLINICIAN)
    reference = note_of(console)
    operator = console.sign_in_as(Role.OPERATOR, name="olga")
    code = console.do("user_reset", session=operator, name="lee")["setup_code"]
    lee = visit(at, console, console.do("set_up", name="lee", setup_code=code, password=PASSWORD)["token"])
    page = lee.go("/notes")
    lee.click("Open notes", "link")
    page.get_by_label("Password", exact=True).first.fill(PASSWORD)
    lee.click("Open notes")
    expect(page.get_by_role("alert")).to_contain_text("an operator reset your password")
    lee.check()
    page.locator("form[action='/account/notes/renew']").get_by_label("Password").fill(PASSWORD)
    page.get_by_label("I know that the notes from before stay closed.").check()
    lee.click("Make a new key")
    page.get_by_role("heading", name="Recovery code of your notes").wait_for()
    lee.check()

    lee.click("I have kept them: go on", "link")
    lee.click(f"Read {reference}", "link")
    expect(page.get_by_role("alert")).to_be_visible()
    assert CANARY not in page.content()
    lee.check()


def test_of_an_erased_record_the_list_says_so(console: ServedNode, at: Visit) -> None:
    lee = visit(at, console, set_up(console, "lee", Role.CLINICIAN))
    note_of(console)
    [row] = console.do("note_list", session=lee_token(lee))
    destroyed = bytes.fromhex(row["encounter"])
    console.run(lambda node: node.write("test", lambda c: destroy_keys(c, [destroyed], node.clock.now())))

    page = lee.go("/notes")

    expect(page.get_by_text("erased")).to_be_visible()
    assert page.get_by_role("link", name="Read").count() == 0
    lee.check()


def lee_token(lee: Visitor) -> str:
    return next(str(each["value"]) for each in lee.context.cookies("https://localhost") if "said" not in each["name"])


def test_i03_another_clinician_who_came_later_and_other_roles_open_none(console: ServedNode, at: Visit) -> None:
    reference = note_of(console)
    late = visit(at, console, set_up(console, "late", Role.CLINICIAN))
    expect(late.go("/notes").get_by_text("No note is sealed to you.")).to_be_visible()
    page = late.go(f"/notes/{reference}")
    expect(page.get_by_role("alert")).to_contain_text("There is no note there that is sealed to you.")
    late.check()
    kim = at(console, Role.COORDINATOR, name="kim")
    for path in ("/notes", f"/notes/{reference}"):
        assert kim.context.request.get(console.origin + path).status == 403


def test_where_the_law_forbids_notes_the_page_says_so(console: ServedNode, at: Visit) -> None:
    opened = console.node.opened
    opened.settings = opened.settings.model_copy(update={"jurisdiction": "mt"})
    lee = at(console, Role.CLINICIAN, name="lee")
    expect(lee.go("/notes").get_by_text("No recording of a session")).to_be_visible()
    lee.check()


def test_who_logged_a_contact_writes_a_note_and_reads_it_where_there_is_one(console: ServedNode, at: Visit) -> None:
    casey = console.run(lambda node: add_supporter(node, "casey"))
    token = set_up(console, "casey", Role.SUPPORTER, supporter_id=casey.id.hex())
    contact = console.do("encounter_log", session=token, kind="grief_or_loss", duration="under_15")["reference"]
    visitor = visit(at, console, token)
    page = visitor.go(f"/contacts/{contact}")
    expect(page.get_by_role("button", name="Read the note")).to_have_count(0)

    page.get_by_text("Write a note", exact=True).click()
    page.get_by_label("Note", exact=True).fill(CANARY)
    visitor.check()
    visitor.click("Seal the note")
    page.get_by_role("status").get_by_text("The note is sealed to you and the clinical leads.").wait_for()
    expect(page.get_by_text(CANARY)).to_have_count(0)
    visitor.click("Read the note")
    expect(page.get_by_text(CANARY)).to_be_visible()
    visitor.check()
