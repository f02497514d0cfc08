"""The roster in the browser: supporters, their training, breaks, caps, policies on paper, the end of an office."""

import pytest
from playwright.sync_api import expect

from common.access.roles import Role
from tests.browser.conftest import Visit
from tests.browser.looking import DESK, Visitor
from tests.browser.refusals import check_refused
from tests.care import Somebody, add_supporter
from tests.consoles import ServedNode


@pytest.fixture
def casey(console: ServedNode) -> Somebody:
    return console.run(add_supporter)


def test_a_supporter_is_added_and_a_wrong_day_is_said_beside_its_field(morgan: Visitor) -> None:
    page = morgan.go("/supporters")
    page.get_by_text("Nobody is on the roster yet.").wait_for()
    morgan.check()
    morgan.click("Add a supporter", "link")
    page.get_by_role("textbox", name="Name").fill("Robin Vale")
    page.get_by_label("Designated on").fill("2026-01-05")
    page.get_by_label("Cap").fill("a few")
    page.get_by_label("Spanish").check()
    morgan.check()
    morgan.click("Save")
    expect(page.locator("#complaint-cap")).to_contain_text("A number of open follow-ups")
    expect(page.get_by_label("Spanish")).to_be_checked()
    morgan.check()
    page.get_by_label("Cap").fill("3")
    morgan.click("Save")

    page.get_by_role("status").get_by_text("Robin Vale is S-01 on the roster.").wait_for()
    morgan.check()
    morgan.go("/supporters")
    expect(page.get_by_role("row", name="Robin Vale")).to_contain_text("0 of 3")
    morgan.check()


def test_a_training_is_recorded_and_the_matrix_shows_until_when_it_holds(
    console: ServedNode, morgan: Visitor, casey: Somebody, at: Visit
) -> None:
    page = morgan.go(f"/supporters/{casey.code}")
    morgan.check()
    page.get_by_label("Self-care").check()
    page.get_by_label("De-escalation").check()
    page.get_by_label("Counts until").fill("2000-01-01")
    morgan.click("Record it")
    page.get_by_role("alert").wait_for()
    expect(page.get_by_label("Self-care")).to_be_checked()
    morgan.check()
    page.get_by_label("Counts until").fill("2099-05-01")
    morgan.click("Record it")
    page.get_by_role("status").get_by_text(f"The training of {casey.code} is recorded.").wait_for()
    morgan.check()

    morgan.go("/training")
    expect(page.get_by_role("row", name=casey.code)).to_contain_text("until 1 May 2099")
    morgan.check()
    wide = at(console, Role.COORDINATOR, name="wide", context={"viewport": DESK})
    wide.go("/training")
    wide.check()


def test_a_supporter_is_given_a_break_called_back_and_ends(
    console: ServedNode, morgan: Visitor, casey: Somebody
) -> None:
    page = morgan.go(f"/supporters/{casey.code}")
    page.get_by_label("Back on").fill("2099-01-01")
    morgan.click("Give a break")
    page.get_by_role("status").get_by_text(f"{casey.code} takes a break").wait_for()
    morgan.check()
    morgan.click("End the break")
    page.get_by_role("status").get_by_text(f"{casey.code} is available again.").wait_for()

    page.locator("summary", has_text="End the office").click()
    morgan.check()
    morgan.click("Yes: end the office")
    page.get_by_role("status").get_by_text("is out of office").wait_for()
    morgan.check()
    morgan.go("/supporters")
    page.get_by_text("Nobody is on the roster yet.").wait_for()
    morgan.click("Former supporters too", "link")
    expect(page.get_by_role("row", name=casey.code)).to_contain_text("Ended")
    morgan.check()


def test_a_cap_is_changed_and_what_was_there_stays(morgan: Visitor, casey: Somebody) -> None:
    page = morgan.go(f"/supporters/{casey.code}/edit")
    expect(page.get_by_label("Cap")).to_have_value("none")
    morgan.check()
    page.get_by_label("Cap").fill("5")
    morgan.click("Save")
    page.get_by_text("cap 5").wait_for()
    expect(page.get_by_role("heading", level=1)).to_contain_text("casey")
    morgan.check()


def test_a_policy_acknowledged_on_paper_is_recorded_once_it_was_asked_twice(
    console: ServedNode, morgan: Visitor, casey: Somebody
) -> None:
    console.do("policy_publish", session=morgan.token, policy="conduct", title="Code of conduct", text="Be kind.")
    page = morgan.go(f"/supporters/{casey.code}")
    page.get_by_text("Code of conduct: acknowledged on paper", exact=True).click()
    morgan.check()
    morgan.click("Yes: Code of conduct: acknowledged on paper")
    page.get_by_text("Everything in force is acknowledged.").wait_for()
    morgan.check()


def test_a_supporter_who_is_not_on_the_roster_is_told_in_the_words_of_a_page(morgan: Visitor) -> None:
    page = morgan.go("/supporters/S-77")
    expect(page.get_by_role("alert")).to_contain_text("There is no supporter")
    assert "holdfast node" not in page.content()
    morgan.check()


@pytest.mark.parametrize("path", ["/supporters", "/supporters/new", "/supporters/S-01", "/training"])
def test_i03_the_roster_is_closed_to_other_roles_and_the_trail_has_it(
    console: ServedNode, at: Visit, casey: Somebody, path: str
) -> None:
    visitor = at(console, Role.OPERATOR, name="olga")
    check_refused(console, visitor, "olga", path)
