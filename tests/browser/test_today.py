"""A coordinator's first page: what waits, the most pressing first; it renews itself."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from common.access.roles import Role
from node.domain.supporter import Topic, Training
from tests.browser.conftest import Visit
from tests.browser.looking import Visitor
from tests.browser.refusals import check_refused
from tests.builders import NOON
from tests.care import add_supporter
from tests.consoles import ServedNode, served_node
from tests.fakes import SetClock

CALM = "Nothing waits."


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
def console(tmp_path: Path, clock: SetClock) -> Iterator[ServedNode]:
    with served_node(tmp_path, clock) as node:
        yield node


def check_in(console: ServedNode, morgan: Visitor, **said: str) -> str:
    return str(console.do("check_in_open", session=morgan.token, **said)["check_in"])


def test_a_coordinator_begins_with_today_and_an_empty_one_says_so(console: ServedNode, morgan: Visitor) -> None:
    page = morgan.go("/")
    page.get_by_role("link", name="Ridgeline Fire District").click()
    page.get_by_role("heading", name="Today").wait_for()
    page.get_by_text(CALM).wait_for()
    morgan.check()


def test_what_waits_is_shown_with_the_one_thing_to_do_about_it(
    console: ServedNode, at: Visit, morgan: Visitor, clock: SetClock
) -> None:
    ends = Training(Topic.SELF_CARE, NOON.date() - timedelta(days=300), NOON.date() + timedelta(days=20))
    casey = console.run(lambda node: add_supporter(node, trainings=(ends,), cap=1))
    console.do("policy_publish", session=morgan.token, policy="conduct", title="Code of conduct", text="Be kind.")
    forgotten = check_in(console, morgan, due="tomorrow")
    late = check_in(console, morgan, due="tomorrow", supporter=casey.code)
    clock.advance(timedelta(days=9))
    morgan = at(console, Role.COORDINATOR, name="sam")
    nobodys = check_in(console, morgan, due="3d")

    page = morgan.go("/today")

    expect(page.get_by_role("heading", name="Overdue check-ins")).to_contain_text("2")
    page.get_by_role("link", name=f"Open {late}").wait_for()
    expect(page.get_by_role("link", name=f"Assign {forgotten}")).to_have_count(1)
    page.get_by_role("link", name=f"Assign {nobodys}").wait_for()
    expect(page.get_by_role("heading", name="Training that ends")).to_contain_text("1")
    expect(page.get_by_role("heading", name="Policies not acknowledged")).to_contain_text("1")
    morgan.check()
    page.get_by_role("link", name=f"Assign {nobodys}").click()
    page.get_by_role("heading", name=f"Check-in {nobodys}").wait_for()


def test_today_renews_itself_and_rests_when_nothing_changes(console: ServedNode, morgan: Visitor) -> None:
    page = morgan.go("/today")
    page.get_by_text("This page renews itself.").wait_for()
    rested = console.node.changes.number

    code = check_in(console, morgan, due="tomorrow")

    page.get_by_role("link", name=f"Assign {code}").wait_for()
    morgan.check()
    before = console.node.changes.number
    for _ in range(3):
        console.do("today", session=morgan.token)
    assert console.node.changes.number == before > rested


def test_a_live_part_is_connected_however_slowly_its_code_comes(console: ServedNode, morgan: Visitor) -> None:
    """htmx begins a moment after it was read: what it needs has to be there by then."""

    def slowly(route: Route) -> None:
        morgan.page.wait_for_timeout(300)
        route.continue_()

    morgan.page.route("**/htmx*sse*", slowly)
    page = morgan.go("/today")
    page.get_by_text("This page renews itself.").wait_for()

    code = check_in(console, morgan, due="tomorrow")

    page.get_by_role("link", name=f"Assign {code}").wait_for()


def test_i03_today_is_refused_to_another_role_and_the_refusal_stands_in_the_trail(
    console: ServedNode, at: Visit
) -> None:
    leader = at(console, Role.LEADER, name="lee")
    check_refused(console, leader, "lee", "/today")
