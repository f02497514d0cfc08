"""Every page of the node's console in every role: axe-core finds nothing, no console error, no request elsewhere.

Each person follows every link that a page shows them. No page is left that nobody comes to.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from common.access.roles import Role
from common.web import account, progress, signing_in
from node.console.site import ROUTERS
from tests.browser.conftest import Visit
from tests.browser.lived_in import SETTINGS, LivedIn, live_in
from tests.browser.looking import Visitor
from tests.browser.walking import ALL_LOOKS, Walk, get_routes
from tests.consoles import ServedNode, served_region

ROUTES = get_routes([*ROUTERS, account.router, signing_in.router, progress.router])
NOT_LED_TO = {
    "/account/stay": "a page asks for it by itself, while somebody uses it",
    "/today/live": "a stream",
    "/health/live": "a stream",
    "/incidents/{incident}/live": "a stream",
    "/shared-follow-ups/{follow_up}/live": "a stream",
    "/progress/{work_id}/live": "a stream",
    "/exports/{form}/{file}": "a file that was made; the page of its making leads there once",
    "/imports/refused/{file}": "a file that was made; the page of what was imported leads there once",
}


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivedIn]:
    """A region in which something has happened everywhere."""
    folder = tmp_path_factory.mktemp("region")
    (folder / "backups").mkdir()
    named: dict[str, Any] = SETTINGS | {"backup_folder": str(folder / "backups")}
    with served_region(folder, "ridgeline-fire", "cedar-valley-ems", **named) as region:
        yield live_in(region)


def walked(walk: Walk, lived_in: LivedIn, at: Visit) -> Walk:
    """Have everybody walk through the node's console."""
    walk.follow(at(lived_in.node), "nobody", "/", "/sign-in")
    for role in lived_in.tokens:
        somebody = _as(role, lived_in, at)
        began = [_back_up(somebody)] if role is Role.OPERATOR else []
        walk.follow(somebody, role.value, "/", "/account", *began)
    _go_where_a_notice_comes_first(lived_in.node)
    walk.follow(_as(Role.CLINICIAN, lived_in, at), "clinician", "/disclosures")
    return walk


def _as(role: Role, lived_in: LivedIn, at: Visit) -> Visitor:
    somebody = at(lived_in.node)
    somebody.keep(lived_in.tokens[role])
    return somebody


def _go_where_a_notice_comes_first(node: ServedNode) -> None:
    """Have a law hold that asks for a written notice before the first session, as after a start with that setting."""
    opened = node.node.opened
    opened.settings = opened.settings.model_copy(update={"jurisdiction": "us-federal"})


def _back_up(olga: Visitor) -> str:
    """Begin what takes a while, and give the page that tells how far it is."""
    olga.go("/backups")
    olga.click("Make a backup now")
    return urlsplit(olga.page.url).path


def test_every_page_of_the_node_is_led_to_and_has_no_fault(lived_in: LivedIn, at: Visit) -> None:
    walk = walked(Walk(ROUTES), lived_in, at)

    assert walk.unseen == set(NOT_LED_TO)


@pytest.mark.soak
def test_every_page_of_the_node_has_no_fault_in_any_look(lived_in: LivedIn, at: Visit) -> None:
    assert walked(Walk(ROUTES, ALL_LOOKS, most=2, each_person=True), lived_in, at).looked


def test_there_is_somebody_in_every_role(lived_in: LivedIn) -> None:
    here = {Role.SUPPORTER, Role.COORDINATOR, Role.CLINICIAN, Role.LEADER, Role.AUDITOR, Role.OPERATOR}

    assert set(lived_in.tokens) == here
