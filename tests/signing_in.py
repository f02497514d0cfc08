"""People with a password, who sign in at a console's own pages."""

from typing import Any

from common.access import managing
from common.access.roles import Role
from hub.persistence.access import ACCESS as HUB_ACCESS
from node.persistence.access import ACCESS
from tests.browser.looking import Visitor
from tests.consoles import ServedHub, ServedNode

PASSWORD = "vivid otter lamp quarry"


def set_up(console: ServedNode, name: str, *roles: Role, supporter_id: bytes | None = None) -> dict[str, Any]:
    """Have a new user set their password; gives what they are told once, and the token of their session."""
    now, given = console.node.opened.clock.now(), (frozenset(roles), supporter_id)
    _, code = console.run(
        lambda node: node.write("users", lambda found: managing.add_user(ACCESS, found, now, "operator", name, *given))
    )
    told: dict[str, Any] = console.do("set_up", name=name, setup_code=code, password=PASSWORD)
    return told


def set_up_at_hub(console: ServedHub, name: str, *roles: Role) -> str:
    """Have a new user of a hub set their password; gives the token of their session."""
    given = ("operator", name, frozenset(roles))
    _, code = console.write(lambda tx, now: managing.add_user(HUB_ACCESS, tx.connection, now, *given))
    told: dict[str, Any] = console.ask("set up", name=name, setup_code=code, password=PASSWORD)
    return str(told["token"])


def type_password(visitor: Visitor, name: str, password: str = PASSWORD) -> None:
    """Fill in the page of signing in, and send it."""
    visitor.page.get_by_label("User name").fill(name)
    visitor.page.get_by_label("Password").fill(password)
    visitor.click("Sign in")
