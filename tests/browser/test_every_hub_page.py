"""Every page of the hub in every role: axe-core finds nothing, no console error, no request elsewhere, not too wide.

Each person follows every link that a page shows them. No page is left that nobody comes to.
"""

from collections.abc import Iterator

import pytest

from common.access.roles import HUB_MAY, Role
from common.web import account, signing_in
from hub.console.site import ROUTERS
from tests.browser.conftest import Visit
from tests.browser.lived_in_region import LivedInRegion, lived_in_region
from tests.browser.walking import ALL_LOOKS, Walk, get_routes

PAGES = get_routes([*ROUTERS, account.router, signing_in.router])
NO_PAGES = {
    "/": "leads to signing in, or to where somebody's work begins",
    "/account/stay": "a browser asks for it, so that a session does not end under somebody's hands",
    "/incidents/{incident}/live": "the events of a page that is open",
    "/nodes/live": "the same",
}
TOLD = "/set-up"  # the one address that is told with a code, and linked nowhere


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivedInRegion]:
    """A region in which something has happened everywhere."""
    with lived_in_region(tmp_path_factory.mktemp("region")) as region:
        yield region


def walk_of_all(region: LivedInRegion, at: Visit, walk: Walk) -> None:
    """Have somebody in each role follow every link, and before them somebody who is not signed in."""
    walk.follow(at(region.hub), "nobody", "/", TOLD)
    for role, token in region.tokens.items():
        visitor = at(region.hub)
        visitor.keep(token)
        walk.follow(visitor, role.value, "/")


def test_somebody_comes_to_every_page_of_the_hub_and_it_has_no_fault(lived_in: LivedInRegion, at: Visit) -> None:
    walk = Walk(PAGES)

    walk_of_all(lived_in, at, walk)

    assert walk.unseen == set(NO_PAGES)


@pytest.mark.soak
def test_every_page_of_the_hub_has_no_fault_in_any_look_by_anybody(lived_in: LivedInRegion, at: Visit) -> None:
    walk = Walk(PAGES, ALL_LOOKS, most=2, each_person=True)

    walk_of_all(lived_in, at, walk)

    assert walk.looked


def test_there_is_somebody_in_every_role_of_the_hub(lived_in: LivedInRegion) -> None:
    assert set(lived_in.tokens) == set().union(*HUB_MAY.values())


def test_lists_say_how_many_agencies_are_late_and_how_many_have_not_signed(lived_in: LivedInRegion) -> None:
    late = {each["type"]: each["late"] for each in lived_in.hub.ask("incident list")}
    board = lived_in.hub.ask("board", incident=_running(lived_in))

    assert (late["facility_disturbance"], late["officer_involved_shooting"]) == (2, 0)
    assert sum(line["late"] for line in board["lines"]) == 2
    assert [each["not_signed"] for each in lived_in.hub.ask("agreement list")] == [9, 1]


def test_a_review_names_people_before_machines(lived_in: LivedInRegion) -> None:
    told = lived_in.hub.ask("audit review", session=lived_in.tokens[Role.AUDITOR])

    people = [each["who"].startswith("user ") for each in told["acts"]]
    assert people == sorted(people, reverse=True)
    assert {True, False} == set(people)


def _running(region: LivedInRegion) -> str:
    found = [each["id"] for each in region.hub.ask("incident list") if each["type"] == "facility_disturbance"]
    return str(found[0])
