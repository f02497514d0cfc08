"""A supporter logs, corrects and voids contacts, on a phone 360 px wide."""

from collections.abc import Callable

import pytest

from common.access.roles import Role
from tests.browser.conftest import Visit
from tests.browser.looking import Visitor
from tests.care import add_member, add_supporter
from tests.consoles import ServedNode

MOST_INTERACTIONS = 12


@pytest.fixture
def casey(console: ServedNode, at: Visit) -> Visitor:
    return at(console, Role.SUPPORTER, supporter_id=console.run(add_supporter).id)


class Counted:
    """Counts what a person does with finger and keys."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, act: Callable[[], object]) -> None:
        self.count += 1
        act()


def test_a_contact_is_logged_from_the_start_page_in_few_interactions_and_nothing_is_typed(casey: Visitor) -> None:
    page, does = casey.go("/mine"), Counted()
    casey.check()

    does(lambda: casey.click("Log a contact", "link"))
    does(lambda: casey.choose("What it was about", "Grief or loss"))
    does(lambda: casey.choose("How long, in minutes", "15 to 29"))
    does(lambda: casey.choose("By what way", "Phone"))
    does(lambda: casey.choose("Who it was", "Family"))
    does(lambda: casey.choose("How it came about", "Family request"))
    does(lambda: casey.choose("Check in again", "On a day:"))
    does(lambda: page.get_by_label("The day to check in again").fill("2099-01-01"))  # a picker's day, not typed
    casey.check()
    does(lambda: casey.choose("Check in again", "No"))
    does(lambda: casey.choose("Referred to", "EAP"))
    does(lambda: casey.click("Save"))

    page.get_by_role("status").get_by_text("Logged: grief or loss").wait_for()
    assert does.count <= MOST_INTERACTIONS
    casey.check()


def test_the_least_is_four_taps(console: ServedNode, casey: Visitor) -> None:
    page, does = casey.go("/mine"), Counted()

    does(lambda: casey.click("Log a contact", "link"))
    does(lambda: casey.choose("What it was about", "Work stress"))
    does(lambda: casey.choose("How long, in minutes", "30 to 44"))
    does(lambda: casey.click("Save"))

    page.get_by_role("status").wait_for()
    assert does.count == 4
    [logged] = console.do("own_encounters", session=casey.token)["encounters"]
    assert (logged["kind"], logged["duration"], logged["mode"]) == ("work_stress", "30_44", "in_person")


def test_a_contact_is_logged_with_the_keyboard_alone(casey: Visitor) -> None:
    page = casey.go("/contacts/new")
    for _ in range(60):
        if page.evaluate("document.activeElement.name") == "kind":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")  # from undisclosed to other
    page.keyboard.press("Enter")

    page.get_by_role("status").get_by_text("Logged: other").wait_for()


def test_a_time_to_come_is_refused_and_what_was_entered_stays(casey: Visitor) -> None:
    page = casey.go("/contacts/new")
    casey.choose("What it was about", "Moral injury")
    page.get_by_text("It was not just now").click()
    page.locator("#field-day").fill("2099-01-01")
    casey.click("Save")

    page.get_by_role("alert").wait_for()
    casey.check()
    assert page.get_by_label("Moral injury").is_checked()
    assert page.locator("#field-day").input_value() == "2099-01-01"


def test_a_group_session_asks_how_many(casey: Visitor) -> None:
    page = casey.go("/contacts/new")
    assert not page.get_by_label("How many took part").is_visible()
    casey.choose("By what way", "Group session")
    casey.click("Save")
    page.get_by_role("alert").get_by_text("how many took part", exact=False).wait_for()
    casey.check()

    page.get_by_label("How many took part").fill("12")
    casey.click("Save")
    page.get_by_text("Group session, 12 people").wait_for()


def test_a_contact_is_corrected_and_what_it_said_is_kept(console: ServedNode, casey: Visitor) -> None:
    _, code = console.run(add_member)
    made = console.do("encounter_log", session=casey.token, kind="work_stress", member=code)
    page = casey.go(f"/contacts/{made['reference']}")
    casey.click("Correct it", "link")
    casey.check()
    assert page.get_by_label("Work stress").is_checked()
    casey.choose("What it was about", "Health or injury")
    casey.click("Save the correction")

    page.get_by_role("status").get_by_text("Corrected").wait_for()
    casey.check()
    [now] = console.do("own_encounters", session=casey.token)["encounters"]
    assert (now["kind"], now["member"]) == ("health_or_injury", code)
    page.get_by_text("Version 1").click()
    page.get_by_text("Work stress").wait_for()


def test_a_contact_is_voided_after_a_question_and_stays_in_the_list(casey: Visitor, console: ServedNode) -> None:
    made = console.do("encounter_log", session=casey.token)
    page = casey.go(f"/contacts/{made['reference']}")
    page.get_by_text("Void it", exact=True).click()
    page.get_by_text("It then counts no more").wait_for()
    casey.check()
    casey.click("Yes: Void it")

    page.get_by_role("status").get_by_text("Void").wait_for()
    casey.go("/contacts").get_by_text("void", exact=True).wait_for()
    casey.check()


def test_i03_another_supporters_contact_is_refused_by_its_address_and_recorded(
    console: ServedNode, casey: Visitor, at: Visit
) -> None:
    made = console.do("encounter_log", session=casey.token)
    other = at(
        console, Role.SUPPORTER, name="robin", supporter_id=console.run(lambda node: add_supporter(node, "robin")).id
    )
    page = other.go(f"/contacts/{made['reference']}")

    page.get_by_role("heading", name="Not for you").wait_for()
    other.check()
    auditor = console.sign_in_as(Role.AUDITOR, name="audra")
    trail = console.do("audit_show", session=auditor)
    assert any("refused" in str(line) and "robin" in str(line) for line in trail)


def test_a_supporter_without_contacts_is_told_what_to_do(casey: Visitor) -> None:
    casey.go("/contacts").get_by_text("You have logged no contact yet.").wait_for()
    casey.check()
