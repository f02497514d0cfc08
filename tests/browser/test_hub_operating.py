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
    page.get_by_role("alert").get_by_text("1 node still uses certificates").wait_for()
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
        visitor.go("/hub").get_by_text(", two histories exist under its identity").wait_for()
        assert "holdfast hub" not in visitor.page.inner_text("main")
        visitor.check()
    kim.click("Read every page of the store")
    page.get_by_role("status").get_by_text("Every page of the store is whole.").wait_for()
    kim.check()
