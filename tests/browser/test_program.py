"""What a coordinator keeps besides people: policies, the directory, feedback, how long records are kept, the rota."""

import pytest
from playwright.sync_api import expect

from common.access.roles import Role
from tests.browser.conftest import Visit
from tests.browser.looking import Visitor
from tests.browser.refusals import check_refused
from tests.care import add_member, add_supporter
from tests.consoles import ServedNode


def test_a_policy_is_published_seen_to_be_outstanding_and_withdrawn(console: ServedNode, morgan: Visitor) -> None:
    casey = console.run(add_supporter)
    page = morgan.go("/program")
    morgan.check()
    morgan.click("Policies", "link")
    page = morgan.go("/program/policies")
    page.get_by_text("No policy is published.").wait_for()
    morgan.check()
    morgan.click("Publish a policy", "link")
    morgan.check()
    page.get_by_label("Short name").fill("Con duct!")
    page.get_by_label("Title").fill("Code of conduct")
    page.get_by_label("Text", exact=True).fill("Be kind.\n\nBe <b>on time</b>.")
    morgan.click("Publish it")
    page.get_by_role("alert").wait_for()
    expect(page.get_by_label("Text", exact=True)).to_have_value("Be kind.\n\nBe <b>on time</b>.")
    morgan.check()
    page.get_by_label("Short name").fill("conduct")
    morgan.click("Publish it")
    page.get_by_role("status").get_by_text("Published: Code of conduct, version 1.").wait_for()
    page.get_by_text("Be <b>on time</b>.").wait_for()
    morgan.check()

    morgan.go("/program/policies")
    page.get_by_role("link", name=casey.code).wait_for()
    morgan.check()
    page.get_by_text("Withdraw Code of conduct", exact=True).click()
    morgan.check()
    morgan.click("Yes: Withdraw Code of conduct")
    page.get_by_role("status").get_by_text("Withdrawn: Code of conduct.").wait_for()
    page.get_by_text("Nothing is outstanding.").wait_for()
    morgan.check()


def test_a_resource_is_added_changed_checked_and_ended(morgan: Visitor) -> None:
    page = morgan.go("/program/resources")
    morgan.check()
    morgan.click("Add an entry", "link")
    morgan.check()
    page.get_by_label("Name").fill("Chaplain Ruiz")
    page.get_by_label("Kind").select_option("chaplain")
    page.get_by_label("How to reach it").fill("555-0100")
    page.get_by_label("Languages").fill("English, Spanish")
    page.get_by_label("What is said there is confidential").check()
    morgan.click("Save")
    page.get_by_role("status").get_by_text("Chaplain Ruiz is in the directory.").wait_for()
    expect(page.get_by_label("Languages")).to_have_value("English, Spanish")
    morgan.check()

    page.get_by_label("Languages").fill("")
    page.get_by_label("What is said there is confidential").uncheck()
    morgan.click("Save")
    page.get_by_role("status").get_by_text("Chaplain Ruiz is changed, and checked today.").wait_for()
    expect(page.get_by_label("Languages")).to_have_value("")
    expect(page.get_by_label("What is said there is confidential")).not_to_be_checked()
    page.get_by_text("Offer it no longer", exact=True).click()
    morgan.check()
    morgan.click("Yes: Offer it no longer")
    page.get_by_role("status").get_by_text("is offered no longer").wait_for()
    morgan.check()
    morgan.go("/program/resources")
    expect(page.get_by_role("link", name="Chaplain Ruiz")).to_have_count(0)
    morgan.click("Ended ones too", "link")
    page.get_by_role("link", name="Chaplain Ruiz").wait_for()
    morgan.check()


def test_feedback_is_counted_and_new_codes_are_shown_once(console: ServedNode, morgan: Visitor) -> None:
    page = morgan.go("/program/feedback")
    page.get_by_text("Nobody has rated yet.").wait_for()
    morgan.check()
    page.get_by_label("How many codes").fill("100000")
    morgan.click("Make codes")
    page.get_by_role("alert").wait_for()
    morgan.check()
    page.get_by_label("How many codes").fill("2")
    morgan.click("Make codes")
    expect(page.locator(".codes li")).to_have_count(2)
    morgan.check()
    code = page.locator(".codes code").first.inner_text()
    console.do("feedback_rate", code=code, rating=4)
    morgan.go("/program/feedback")
    expect(page.locator(".codes li")).to_have_count(0)
    page.get_by_text("Codes that are out and not used: 1").wait_for()
    expect(page.get_by_role("row")).to_have_count(2)
    morgan.check()


def test_what_retention_erases_is_asked_twice_and_a_hold_keeps_it(console: ServedNode, morgan: Visitor) -> None:
    _, code = console.run(add_member)
    page = morgan.go("/program/retention")
    page.get_by_text("Nothing is past its time.").wait_for()
    morgan.check()
    page.get_by_text("Change a rule").click()
    page.get_by_label("Record", exact=True).select_option("member")
    page.get_by_label("Days").fill("soon")
    page.get_by_text("Set the rule", exact=True).click()
    morgan.check()
    morgan.click("Yes: set the rule")
    expect(page.locator("#complaint-days")).to_contain_text("A whole number is needed")
    morgan.check()
    page.get_by_label("Days").fill("30")
    page.get_by_text("Set the rule", exact=True).click()
    morgan.click("Yes: set the rule")
    page.get_by_role("status").get_by_text("Set: 30 days.").wait_for()
    expect(page.get_by_role("row", name="Member")).to_contain_text("30 days")

    page.get_by_text("Place a hold", exact=True).click()
    page.get_by_label("Which one").fill(code)
    morgan.choose("Why", "Subpoena")
    morgan.check()
    morgan.click("Place the hold")
    page.get_by_role("status").get_by_text("The hold is placed").wait_for()
    page.get_by_text("Lift the hold on").first.click()
    morgan.check()
    page.get_by_role("button", name="Yes: Lift the hold on").click()
    page.get_by_role("status").get_by_text("The hold is lifted").wait_for()
    morgan.check()


def test_what_is_past_its_time_is_erased_when_the_word_is_typed(console: ServedNode, morgan: Visitor) -> None:
    console.run(add_member)  # recorded long ago by the clock of this machine
    console.do("retention_set", session=morgan.token, record_class="member", days=1)
    page = morgan.go("/program/retention")
    morgan.check()
    page.get_by_text("Erase it now", exact=True).click()
    page.get_by_label("Type: erase").fill("yes")
    morgan.click("Erase for good")
    page.get_by_role("alert").get_by_text("Type the word erase").wait_for()
    morgan.check()
    page.get_by_label("Type: erase").fill("erase")
    morgan.click("Erase for good")
    page.get_by_role("status").get_by_text("Erased for good: 1.").wait_for()
    morgan.check()


def test_a_weekly_turn_is_set_swapped_for_once_and_removed(console: ServedNode, morgan: Visitor) -> None:
    console.sign_in_as(Role.COORDINATOR, name="jo")
    page = morgan.go("/rota")
    page.get_by_text("No shift is set.").wait_for()
    morgan.check()
    page.get_by_label("Who", exact=True).first.fill("nobody-here")
    page.get_by_label("From", exact=True).first.fill("08:00")
    page.get_by_label("Until", exact=True).first.fill("20:00")
    morgan.click("Set it")
    page.get_by_role("alert").wait_for()
    morgan.check()
    page.get_by_label("Who", exact=True).first.fill("jo")
    morgan.click("Set it")
    page.get_by_role("status").get_by_text("The weekly turn is set.").wait_for()
    page.get_by_role("heading", name="Hours that nobody has").wait_for()
    morgan.check()
    page.get_by_text("Remove jo, Monday", exact=True).click()
    morgan.check()
    morgan.click("Yes: Remove jo, Monday")
    page.get_by_role("status").get_by_text("The weekly turn is gone.").wait_for()
    morgan.check()


def test_a_supporter_looks_at_the_rota_and_changes_nothing(console: ServedNode, at: Visit, morgan: Visitor) -> None:
    casey = console.run(add_supporter)
    visitor = at(console, Role.SUPPORTER, name="casey", supporter_id=casey.id)
    page = visitor.go("/rota")
    page.get_by_role("heading", name="On-call rota").wait_for()
    expect(page.get_by_role("button", name="Set it")).to_have_count(0)
    visitor.check()


@pytest.mark.parametrize(
    "path",
    [
        "/program",
        "/program/policies",
        "/program/policies/new",
        "/program/resources",
        "/program/feedback",
        "/program/retention",
        "/rota",
    ],
)
def test_i03_what_a_coordinator_keeps_is_closed_to_other_roles_and_the_trail_has_it(
    console: ServedNode, at: Visit, path: str
) -> None:
    visitor = at(console, Role.LEADER, name="lee")
    check_refused(console, visitor, "lee", path)
