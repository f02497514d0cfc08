"""What is a supporter's: check-ins, a pause, a shift handed over, policies to acknowledge."""

import pytest

from common.access.roles import Role
from tests.browser.conftest import Visit
from tests.browser.looking import Visitor
from tests.care import Somebody, add_member, add_supporter
from tests.consoles import ServedNode


@pytest.fixture
def robin(console: ServedNode) -> Somebody:
    return console.run(lambda node: add_supporter(node, "Robin Vale"))


@pytest.fixture
def casey(console: ServedNode, at: Visit, robin: Somebody) -> Visitor:
    return at(console, Role.SUPPORTER, supporter_id=console.run(add_supporter).id)


@pytest.fixture
def due(console: ServedNode, casey: Visitor) -> str:
    """A check-in of Casey's, by its code."""
    _, member = console.run(add_member)
    return str(console.do("own_followup_open", session=casey.token, due="2099-01-01", member=member)["check_in"])


def test_who_has_nothing_due_is_told_where_check_ins_come_from(casey: Visitor) -> None:
    casey.go("/mine").get_by_text("Nothing is due.").wait_for()
    casey.check()
    casey.go("/follow-ups").get_by_text("Nothing is due.").wait_for()
    casey.check()
    casey.go("/mine/hand-over").get_by_text("You have nothing to hand over.").wait_for()
    casey.check()


def test_a_check_in_is_recorded_and_the_next_one_opened(casey: Visitor, due: str) -> None:
    page = casey.go("/mine")
    casey.click(due, "link")
    casey.check()
    casey.choose("Check in again", "By the agreement's cadence")
    casey.click("Record it")

    page.get_by_role("status").get_by_text("The next check-in is C-2").wait_for()
    casey.check()
    casey.click("Log the contact", "link")
    assert page.get_by_label("Member").input_value() == "M-0001", "the contact is about whom the check-in was"
    casey.go(f"/follow-ups/{due}").get_by_text("Completed").first.wait_for()
    casey.check()


def test_a_check_in_gets_another_day_is_closed_and_opened_again(casey: Visitor, due: str) -> None:
    page = casey.go(f"/follow-ups/{due}")
    page.get_by_text("Another day").click()
    page.get_by_label("Due on").fill("2099-03-04")
    casey.click("Give it this day")
    page.get_by_role("status").get_by_text("another day").wait_for()
    page.get_by_text("4 Mar 2099").first.wait_for()

    page.locator("summary", has_text="Close it").click()
    casey.choose("How it ended", "Not needed")
    casey.check()
    casey.click("Close it")
    page.get_by_role("status").get_by_text("Closed").wait_for()
    casey.check()
    casey.click("Open it again")
    page.get_by_role("status").get_by_text("Open again").wait_for()


def test_closing_without_an_outcome_is_refused_and_says_so(casey: Visitor, due: str) -> None:
    page = casey.go(f"/follow-ups/{due}")
    page.locator("summary", has_text="Close it").click()
    casey.click("Close it")
    page.get_by_role("alert").wait_for()
    casey.check()


def test_a_page_made_stale_by_another_device_changes_nothing_and_says_what_is_true(
    console: ServedNode, casey: Visitor, due: str
) -> None:
    page = casey.go(f"/follow-ups/{due}")
    said = {"check_in": due, "verb": "close", "outcome": "referred_on"}
    console.do("own_followup_change", session=casey.token, **said)

    casey.click("Record it")

    page.get_by_role("alert").wait_for()
    page.get_by_text("Referred on").first.wait_for()
    casey.check()


def test_a_supporter_pauses_and_comes_back(casey: Visitor) -> None:
    page = casey.go("/mine")
    page.get_by_text("I need a break").click()
    casey.check()
    casey.click("Pause")
    page.get_by_role("status").get_by_text("You are paused").wait_for()
    casey.check()
    casey.click("I am back")
    page.get_by_role("status").get_by_text("Welcome back").wait_for()


def test_a_shift_is_handed_over_and_the_hand_over_undone(casey: Visitor, due: str) -> None:
    page = casey.go("/mine/hand-over")
    casey.check()
    casey.click("Hand over")
    page.get_by_role("status").get_by_text(f"Handed over: {due}").wait_for()
    casey.check()
    casey.click("Undo")
    page.get_by_role("status").get_by_text("Undone").wait_for()
    casey.check()


def test_a_policy_is_read_and_acknowledged(console: ServedNode, casey: Visitor) -> None:
    morgan = console.sign_in_as(Role.COORDINATOR, name="morgan")
    text = "What is said stays with the peer.\nUnless the law says otherwise."
    console.do("policy_publish", session=morgan, policy="confidentiality", title="Confidentiality", text=text)
    page = casey.go("/mine")
    casey.check()
    casey.click("Read and acknowledge: Confidentiality", "link")
    page.get_by_text("Unless the law says otherwise.").wait_for()
    casey.check()
    casey.click("I have read it and accept it")

    page.get_by_role("status").get_by_text("Acknowledged: Confidentiality").wait_for()
    casey.check()


def test_feedback_codes_are_shown_once(casey: Visitor) -> None:
    page = casey.go("/mine")
    page.get_by_label("How many").fill("3")
    casey.click("Make codes")
    assert page.locator(".codes li").count() == 3
    casey.check()
