"""An operator invites an agency: the join string once, what became of it, and withdrawn."""

import pytest

from common.access.roles import Role
from tests.browser.conftest import Visit
from tests.browser.looking import DESK, Visitor
from tests.consoles import ServedHub


@pytest.fixture
def kim(hub_console: ServedHub, at: Visit) -> Visitor:
    return at(hub_console, Role.OPERATOR, name="kim")


def test_an_agency_is_invited_and_its_join_string_is_shown_once_also_in_pieces(kim: Visitor) -> None:
    page = kim.go("/invitations")
    page.get_by_text("Nobody was invited yet.").wait_for()
    kim.check()
    kim.click("Invite an agency", "link")
    page.get_by_label("Short name").fill("cedar-valley")
    page.get_by_label("Full name").fill("Cedar Valley Ambulance")
    page.get_by_label("Discipline").select_option("ems")
    kim.choose("The join string is good for", "A day")
    kim.check()
    kim.click("Make the join string")

    whole = page.get_by_role("region", name="To copy").inner_text().strip()
    assert "".join(page.locator("ol code").all_inner_texts()) == whole
    kim.check()
    kim.click("I have handed it over", "link")
    page.get_by_role("row").filter(has_text="Cedar Valley Ambulance").filter(has_text="Open").wait_for()
    assert whole not in page.content()
    kim.check()
    kim.go("/nodes").get_by_text("See whether the agency has its join string").wait_for()
    kim.check()
    kim.go("/nodes/cedar-valley").get_by_text("one is out").wait_for()
    kim.check()


def test_an_invitation_is_withdrawn_after_a_question(hub_console: ServedHub, at: Visit, kim: Visitor) -> None:
    hub_console.ask("invite", agency="cedar-valley", discipline="ems")
    for visitor in (kim, at(hub_console, Role.OPERATOR, name="noor", context={"viewport": DESK})):
        visitor.go("/invitations").locator("summary", has_text="Withdraw").click()
        visitor.check()
    kim.click("Yes: Withdraw")
    kim.page.get_by_role("status").get_by_text("Withdrawn").wait_for()
    kim.check()


def test_withdrawing_what_another_operator_withdrew_is_refused_and_says_so(
    hub_console: ServedHub, kim: Visitor
) -> None:
    hub_console.ask("invite", agency="cedar-valley", discipline="ems")
    page = kim.go("/invitations")
    hub_console.ask("invitation withdraw", agency="cedar-valley")
    page.locator("summary", has_text="Withdraw").click()
    kim.click("Yes: Withdraw")
    page.get_by_role("alert").get_by_text("has no open invitation").wait_for()
    kim.check()


def test_a_name_that_cannot_be_is_refused_with_the_form_as_it_was(kim: Visitor) -> None:
    page = kim.go("/invitations/new")
    page.get_by_label("Short name").fill("Cedar Valley")
    page.get_by_label("Full name").fill("Cedar Valley Ambulance")
    kim.click("Make the join string")
    page.get_by_role("alert").get_by_text("Must be 1 to 64 lower-case letters").wait_for()
    assert page.get_by_label("Full name").input_value() == "Cedar Valley Ambulance"
    kim.check()
