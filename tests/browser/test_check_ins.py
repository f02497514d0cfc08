"""A coordinator's check-ins: listed, opened, assigned, made, closed, handed over, planned after an incident."""

import pytest
from playwright.sync_api import expect

from common.access.roles import Role
from tests.browser.conftest import Visit
from tests.browser.looking import Visitor
from tests.browser.refusals import check_refused
from tests.care import Somebody, add_incident, add_member, add_supporter
from tests.consoles import ServedNode


@pytest.fixture
def casey(console: ServedNode) -> Somebody:
    return console.run(add_supporter)


@pytest.fixture
def ann(console: ServedNode) -> str:
    return console.run(add_member)[1]


def opened(console: ServedNode, morgan: Visitor, **said: str) -> str:
    return str(console.do("check_in_open", session=morgan.token, **({"due": "tomorrow"} | said))["check_in"])


def test_a_check_in_is_opened_and_what_was_mistyped_is_said_beside_its_field(
    morgan: Visitor, casey: Somebody, ann: str
) -> None:
    page = morgan.go("/check-ins")
    page.get_by_text("No check-in is open.").wait_for()
    morgan.check()
    morgan.click("Open a check-in", "link")
    morgan.check()
    page.get_by_label("Member").fill("Ann")
    page.get_by_label("Due by").fill("2099-01-01")
    morgan.click("Open it")
    expect(page.locator("#complaint-member")).to_have_text("Give a code such as M-0017.")
    morgan.check()
    page.get_by_label("Member").fill(ann)
    page.get_by_label("With").select_option(casey.code)
    morgan.click("Open it")

    page.get_by_role("status").get_by_text("Opened: C-1.").wait_for()
    morgan.check()
    page.get_by_role("link", name="Check-ins", exact=True).last.click()
    page.get_by_role("link", name="C-1").wait_for()
    morgan.check()


def test_a_check_in_is_assigned_made_and_goes_on_by_the_cadence(
    console: ServedNode, morgan: Visitor, casey: Somebody, ann: str
) -> None:
    code = opened(console, morgan, member=ann)
    page = morgan.go(f"/check-ins/{code}")
    page.locator("#assign").get_by_label("With").select_option(casey.code)
    morgan.click("Assign")
    page.get_by_role("status").get_by_text(f"{code} is now with {casey.code}.").wait_for()
    morgan.click("Record that it was made")
    page.get_by_role("status").get_by_text("The next one is C-2").wait_for()
    morgan.check()
    morgan.click("Open it again")
    page.get_by_role("status").get_by_text("is open again").wait_for()
    morgan.choose("What came of it", "Declined by member")
    morgan.click("Close it")
    page.get_by_role("status").get_by_text(f"{code} is closed.").wait_for()
    morgan.check()


def test_who_takes_a_break_is_given_nothing_and_the_page_says_why(
    console: ServedNode, morgan: Visitor, casey: Somebody
) -> None:
    code = opened(console, morgan)
    console.do("supporter_pause", session=morgan.token, supporter=casey.code)
    page = morgan.go(f"/check-ins/{code}")
    page.locator("#assign").get_by_label("With").select_option(casey.code)
    morgan.click("Assign")
    page.get_by_role("alert").get_by_text("takes a break").wait_for()
    morgan.check()


def test_a_page_that_somebody_made_stale_changes_nothing_and_shows_what_is_true_now(
    console: ServedNode, morgan: Visitor, casey: Somebody
) -> None:
    code = opened(console, morgan)
    page = morgan.go(f"/check-ins/{code}")
    console.do("check_in_assign", session=morgan.token, check_in=code, supporter=casey.code)

    morgan.click("Record that it was made")

    page.get_by_role("alert").wait_for()
    page.get_by_role("definition").get_by_text(casey.code).wait_for()
    morgan.check()
    held = console.do("check_in", session=morgan.token, check_in=code)
    assert (held["state"], held["version"]) == ("open", 2)


def test_a_long_list_is_shown_page_by_page_and_narrowed(console: ServedNode, morgan: Visitor, casey: Somebody) -> None:
    for _ in range(52):
        opened(console, morgan)
    mine = opened(console, morgan, supporter=casey.code)
    page = morgan.go("/check-ins")
    expect(page.get_by_role("row")).to_have_count(51)
    morgan.click("Next page", "link")
    expect(page.get_by_role("link", name="C-51", exact=True)).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(4)
    morgan.check()

    morgan.go(f"/check-ins?supporter={casey.code}")
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name=mine).wait_for()
    morgan.go(f"/check-ins?supporter={casey.code}&unassigned=yes")
    page.get_by_text("Nothing matches.").wait_for()
    morgan.check()


def test_a_shift_is_handed_over_and_undone(console: ServedNode, morgan: Visitor, casey: Somebody, ann: str) -> None:
    robin = console.run(lambda node: add_supporter(node, "robin"))
    page = morgan.go("/shift-hand-overs")
    page.get_by_text("Nobody has an open check-in.").wait_for()
    morgan.check()
    first, second = (opened(console, morgan, supporter=casey.code, member=ann) for _ in range(2))
    morgan.go(f"/shift-hand-overs?from={casey.code}")
    morgan.check()
    page.get_by_role("checkbox", name=second).check()
    page.get_by_label("Who comes").select_option(robin.code)
    morgan.click("Hand over")
    page.get_by_role("status").get_by_text(f"1 handed over from {casey.code} to {robin.code}.").wait_for()
    morgan.check()
    assert console.do("check_in", session=morgan.token, check_in=first)["owner"] == casey.code

    page.get_by_role("button", name="Undo the one of").click()
    page.get_by_role("status").get_by_text(f"1 went back to {casey.code}.").wait_for()
    morgan.check()


def test_a_shift_handed_to_oneself_is_refused_with_what_was_chosen_kept(
    console: ServedNode, morgan: Visitor, casey: Somebody
) -> None:
    code = opened(console, morgan, supporter=casey.code)
    page = morgan.go(f"/shift-hand-overs?from={casey.code}")
    page.get_by_role("checkbox", name=code).check()
    page.get_by_label("Who comes").select_option(casey.code)
    morgan.click("Hand over")
    page.get_by_role("alert").wait_for()
    expect(page.get_by_role("checkbox", name=code)).to_be_checked()
    morgan.check()


def test_members_are_put_on_the_list_of_an_incident_all_or_none(console: ServedNode, morgan: Visitor, ann: str) -> None:
    page = morgan.go("/exposure-lists")
    page.get_by_text("This node was told of no incident.").wait_for()
    morgan.check()
    console.run(add_incident)
    morgan.go("/exposure-lists")
    morgan.check()
    morgan.click("Mill fire", "link")
    page.get_by_text("Nobody is on the list yet.").wait_for()
    morgan.check()
    page.get_by_label("Codes").fill(f"{ann}\nM-9999")
    morgan.click("Add them")
    page.get_by_role("alert").get_by_text("M-9999").wait_for()
    morgan.check()
    page.get_by_label("Codes").fill(ann)
    morgan.click("Add them")
    page.get_by_role("status").get_by_text("1 on the list.").wait_for()
    morgan.check()
    page.get_by_text(f"Take {ann} off", exact=True).click()
    morgan.check()
    morgan.click(f"Yes: Take {ann} off")
    page.get_by_role("status").get_by_text(f"Nothing more opens by itself for {ann}.").wait_for()
    morgan.check()


@pytest.mark.parametrize("path", ["/check-ins", "/check-ins/new", "/check-ins/C-1", "/shift-hand-overs"])
def test_i03_another_role_opens_no_check_in_of_the_agency_and_the_trail_has_it(
    console: ServedNode, at: Visit, casey: Somebody, path: str
) -> None:
    visitor = at(console, Role.SUPPORTER, name="casey", supporter_id=casey.id)
    check_refused(console, visitor, "casey", path)
