"""An auditor of a hub: the trail, its proof, and the access review, on the pages that a node has too."""

from common.access.roles import Role
from tests.browser.conftest import Visit
from tests.browser.looking import DESK
from tests.consoles import ServedHub


def test_the_trail_of_a_hub_is_read_narrowed_and_proved(hub_console: ServedHub, at: Visit) -> None:
    hub_console.ask("invite", agency="cedar-valley", discipline="ems")
    for alex in (at(hub_console, Role.AUDITOR, name="alex"), at(hub_console, Role.AUDITOR, context={"viewport": DESK})):
        page = alex.go("/trail?subject=user+alex")
        page.get_by_role("row").filter(has_text="user add").wait_for()
        assert page.get_by_role("row").filter(has_text="invite").count() == 0
        alex.check()
        alex.go("/trail")
        alex.check()
        alex.click("Verify the trail")
        page.get_by_role("status").get_by_text("The trail is whole.").wait_for()
        alex.check()


def test_the_whole_trail_is_taken_along_and_that_is_recorded(hub_console: ServedHub, at: Visit) -> None:
    alex = at(hub_console, Role.AUDITOR)
    page = alex.go("/trail")
    with page.expect_download() as taken:
        alex.click("Export the whole trail")
    assert '"format": "holdfast-audit-trail/1"' in taken.value.path().read_text("utf-8")
    alex.go("/trail").get_by_role("row").filter(has_text="audit export").wait_for()


def test_access_to_a_hub_is_reviewed(hub_console: ServedHub, at: Visit) -> None:
    hub_console.sign_in_as(Role.BOARD, name="bo")
    alex = at(hub_console, Role.AUDITOR, name="alex")
    alex.go("/access-review").get_by_text("bo", exact=True).first.wait_for()
    alex.check()


def test_an_operator_adds_a_user_and_reads_what_each_version_brought(hub_console: ServedHub, at: Visit) -> None:
    kim = at(hub_console, Role.OPERATOR, name="kim")
    page = kim.go("/users/new")
    page.get_by_label("User name").fill("rita.morales")
    page.get_by_label("Regional coordinator").check()
    kim.check()
    page.get_by_role("button", name="Add").click()
    page.get_by_text("rita.morales").first.wait_for()
    kim.check()
    kim.go("/users").get_by_role("row").filter(has_text="rita.morales").filter(has_text="Waits").wait_for()
    kim.check()
    kim.go("/updates")
    kim.check()


def test_the_last_operator_of_a_hub_keeps_the_role_and_the_page_says_why(hub_console: ServedHub, at: Visit) -> None:
    kim = at(hub_console, Role.OPERATOR, name="kim")
    page = kim.go("/users/kim")
    page.locator("summary", has_text="Disable").click()
    page.get_by_role("button", name="Yes: Disable").click()
    page.get_by_role("alert").get_by_text("last active operator").wait_for()
    kim.check()
