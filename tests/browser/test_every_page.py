"""Every page in every role: axe-core finds nothing, no console error, no request elsewhere, no wider than a phone.

Each person follows every link that a page shows them. No page is left that nobody comes to.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from common.access.roles import Role
from common.web import account, signing_in
from node.console.site import ROUTERS as NODE_ROUTERS
from tests.browser.conftest import Visit
from tests.browser.lived_in import LivedIn, live_in
from tests.browser.looking import DESK, PHONE
from tests.browser.walking import Walk, get_routes
from tests.consoles import served_region

LOOKS: dict[str, dict[str, Any]] = {
    "phone light": {"viewport": PHONE, "color_scheme": "light"},
    "desk dark": {"viewport": DESK, "color_scheme": "dark"},
}
MORE_LOOKS: dict[str, dict[str, Any]] = {
    "phone dark": {"viewport": PHONE, "color_scheme": "dark"},
    "desk light": {"viewport": DESK, "color_scheme": "light"},
}
NODE = get_routes([*NODE_ROUTERS, account.router, signing_in.router])


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivedIn]:
    """A region in which something has happened everywhere."""
    with served_region(tmp_path_factory.mktemp("region"), "ridgeline-fire", "cedar-valley-ems") as region:
        yield live_in(region)


def walk(lived_in: LivedIn, at: Visit, looks: dict[str, dict[str, Any]]) -> set[str]:
    seen: set[str] = set()
    for name, context in looks.items():
        nobody = at(lived_in.node, context=context)
        seen |= Walk(nobody, NODE, f"nobody.{name}".replace(" ", "-")).from_page("/", "/sign-in", "/set-up")
        for role, token in lived_in.tokens.items():
            somebody = at(lived_in.node, context=context)
            somebody.keep(token)
            seen |= Walk(somebody, NODE, f"{role.value}.{name}".replace(" ", "-")).from_page(
                "/", "/sign-in", "/account"
            )
    return seen


def test_every_page_of_the_node_is_found_and_has_no_fault(lived_in: LivedIn, at: Visit) -> None:
    seen = walk(lived_in, at, LOOKS)

    not_pages = {"/account/stay"}
    assert set(NODE) - seen - not_pages == set(), "nobody comes to these pages by a link"


@pytest.mark.soak
def test_every_page_has_no_fault_in_any_look(lived_in: LivedIn, at: Visit) -> None:
    assert walk(lived_in, at, LOOKS | MORE_LOOKS)


def test_there_is_somebody_in_every_role(lived_in: LivedIn) -> None:
    assert set(lived_in.tokens) == {
        Role.SUPPORTER,
        Role.COORDINATOR,
        Role.CLINICIAN,
        Role.LEADER,
        Role.AUDITOR,
        Role.OPERATOR,
    }
