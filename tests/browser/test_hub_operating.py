"""An operator's other pages: the rotation of the intermediate, this hub itself, and its users."""

from pathlib import Path

import pytest

from common.access.roles import Role
from tests.browser.conftest import Visit
from tests.browser.looking import DESK, Visitor
from tests.consoles import ServedHub
from tests.heartbeats import JoinedAgency
from tests.hubs import PASSPHRASE


@pytest.fixture
def kim(hub_console: ServedHub, at: Visit) -> Visitor:
    return at(hub_console, Role.OPERATOR, name="kim")


def test_a_rotation_is_seen_step_by_step_with_each_nodes_phase(
    hub_console: ServedHub, kim: Visitor, tmp_path: Path
) -> None:
    page = kim.go("/certificates")
    page.get_by_text("None is under way.").wait_for()
    page.get_by_text("No node has joined yet.").wait_for()
    kim.check()
    JoinedAgency(hub_console, tmp_path)
    root = hub_console.running.process.data.parent / "offline-root.key"
    hub_console.ask("intermediate prepare", root_key_file=str(root), passphrase=PASSPHRASE)

    kim.go("/certificates").locator("summary", has_text="Let it issue").click()
    kim.check()
    kim.click("Yes: Let it issue")

    page.get_by_role("status").get_by_text("Intermediate 2 issues from now on").wait_for()
    page.get_by_text("1 node still holds a certificate of the old one").wait_for()
    page.get_by_role("row").filter(has_text="ridgeline-fire").filter(has_text="Retiring").wait_for()
    kim.check()
    page.locator("summary", has_text="Retire the old one").click()
    kim.click("Yes: Retire the old one")
    page.get_by_role("alert").get_by_text("1 node(s) still use certificates").wait_for()
    kim.check()
    page.locator("summary", has_text="Undo the last step").click()
    kim.click("Yes: Undo the last step")
    page.get_by_role("status").get_by_text("Undone. Intermediate 1 issues now.").wait_for()
    kim.check()


def test_this_hub_says_what_it_runs_and_what_is_wrong_with_it(
    hub_console: ServedHub, at: Visit, kim: Visitor, tmp_path: Path
) -> None:
    page = kim.go("/hub")
    page.get_by_text("SQLite").first.wait_for()
    kim.check()
    JoinedAgency(hub_console, tmp_path).is_quarantined()
    noor = at(hub_console, Role.OPERATOR, name="noor", context={"viewport": DESK})
    for visitor in (kim, noor):
        visitor.go("/hub").get_by_text("quarantined, two histories exist").wait_for()
        assert "holdfast hub" not in visitor.page.inner_text("main")
        visitor.check()
    kim.click("Read every page of the store")
    page.get_by_role("status").get_by_text("Every page of the store is whole.").wait_for()
    kim.check()


def test_a_user_is_added_with_a_code_that_is_shown_once(hub_console: ServedHub, at: Visit, kim: Visitor) -> None:
    page = kim.go("/users")
    kim.check()
    kim.click("Add a user", "link")
    page.get_by_label("User name").fill("rita.morales")
    kim.choose("Roles", "Regional coordinator")
    kim.check()
    kim.click("Add, and show the set-up code")
    page.get_by_role("heading", name="Set-up code of rita.morales").wait_for()
    code = page.locator(".codes code").inner_text()
    kim.check()
    kim.click("I have handed it over", "link")
    page.get_by_text("Waits for set-up").wait_for()
    assert code not in page.content()
    kim.check()
    noor = at(hub_console, Role.OPERATOR, name="noor", context={"viewport": DESK})
    noor.go("/users")
    noor.check()


def test_a_user_gets_other_roles_is_reset_disabled_and_let_in_again(hub_console: ServedHub, kim: Visitor) -> None:
    hub_console.sign_in_as(Role.BOARD, name="bo")
    page = kim.go("/users/bo")
    kim.choose("Roles", "Auditor")
    kim.check()
    kim.click("Set these roles")
    page.get_by_role("status").get_by_text("The roles are changed").wait_for()
    page.locator("summary", has_text="Reset").click()
    kim.check()
    kim.click("Yes: Reset")
    page.get_by_role("heading", name="Set-up code of bo").wait_for()
    page = kim.go("/users/bo")
    page.locator("summary", has_text="Disable").click()
    kim.check()
    kim.click("Yes: Disable")
    page.get_by_role("status").get_by_text("bo can do nothing here any more.").wait_for()
    kim.check()
    kim.click("Let in again")
    page.get_by_role("status").get_by_text("may sign in again").wait_for()
    kim.check()


def test_the_last_operator_keeps_the_role_and_the_page_says_why(kim: Visitor) -> None:
    page = kim.go("/users/kim")
    page.locator("summary", has_text="Disable").click()
    kim.click("Yes: Disable")
    page.get_by_role("alert").get_by_text("the last active operator").wait_for()
    kim.check()


def test_a_name_that_is_taken_and_a_user_without_roles_are_refused(kim: Visitor) -> None:
    page = kim.go("/users/new")
    page.get_by_label("User name").fill("kim")
    kim.choose("Roles", "Board")
    kim.click("Add, and show the set-up code")
    page.get_by_role("alert").wait_for()
    kim.check()
    page.get_by_label("User name").fill("rita")
    page.get_by_role("group", name="Roles").get_by_label("Board").uncheck()
    kim.click("Add, and show the set-up code")
    page.get_by_role("alert").wait_for()
    kim.check()
