"""A supporter logs a contact, on a phone 360 px wide."""

from common.access.roles import Role
from tests.browser.conftest import Visit
from tests.care import add_supporter
from tests.consoles import ServedNode


def test_a_contact_is_logged_in_a_few_taps(console: ServedNode, at: Visit) -> None:
    casey = at(console, Role.SUPPORTER, supporter_id=console.run(add_supporter).id)
    page = casey.go("/contacts/new")
    casey.check()

    casey.choose("What it was about", "Grief or loss")
    casey.choose("How long, in minutes", "15 to 29")
    casey.click("Save")

    page.get_by_role("status").get_by_text("Logged: grief or loss").wait_for()
    casey.check()
