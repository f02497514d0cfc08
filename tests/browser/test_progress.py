"""Long work that a page starts: its bar renews itself, it survives leaving the page, and it says what came of it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import APIRouter
from playwright.sync_api import expect
from starlette.responses import Response

from common.access.roles import Role
from common.errors import WrongState
from common.web.desking import SignedIn
from common.web.progress import MOST_AT_ONCE, Ended, begin
from common.web.site import Progress
from node.console.site import ROUTERS
from tests.browser.conftest import Visit
from tests.browser.looking import Visitor
from tests.consoles import ServedNode, served_node


class Slow:
    """A page whose work goes on when the test says so."""

    def __init__(self) -> None:
        self.steps: asyncio.Queue[int] = asyncio.Queue()
        self.router = APIRouter(prefix="/slow")
        self.router.get("/{way}")(self.start)

    async def start(self, desk: SignedIn, way: str) -> Response:
        async def work(told: Progress) -> Ended:
            while (step := await self.steps.get()) < 4:
                told(step, 4)
            if way == "refused":
                raise WrongState("the disk is full: make room, then begin it again")
            return Ended("Four of four are counted.", "/account", "To the account") if way == "well" else 1 / 0  # type: ignore[return-value]

        return begin(desk, "Counting to four", work, back="/account")


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def console(tmp_path: Path, slow: Slow, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServedNode]:
    monkeypatch.setattr("node.console.ROUTERS", (*ROUTERS, slow.router))
    with served_node(tmp_path) as served:
        yield served


def step(console: ServedNode, slow: Slow, to: int) -> None:
    async def put() -> None:
        await slow.steps.put(to)

    console.wait_for(put())


def test_the_bar_of_long_work_moves_by_itself_and_its_end_is_said(console: ServedNode, slow: Slow, at: Visit) -> None:
    olga = at(console, Role.OPERATOR)
    page = olga.go("/slow/well")
    olga.check()
    expect(page.get_by_text("It has begun.")).to_be_visible()

    step(console, slow, 3)
    expect(page.get_by_text("75 % done")).to_be_visible()
    assert page.get_by_role("progressbar").get_attribute("value") == "3"
    olga.check()

    step(console, slow, 4)
    expect(page.get_by_role("status").get_by_text("Four of four are counted.")).to_be_visible()
    olga.check()
    olga.click("To the account", "link")
    expect(page.get_by_text("Counting to four")).to_be_hidden()


def test_long_work_goes_on_when_its_page_is_left_and_every_page_leads_back(
    console: ServedNode, slow: Slow, at: Visit
) -> None:
    olga = at(console, Role.OPERATOR)
    olga.go("/slow/well")
    page = olga.go("/account")
    expect(page.get_by_role("link", name="Counting to four: under way")).to_be_visible()
    olga.check()

    step(console, slow, 4)
    olga.click("Counting to four: under way", "link")

    expect(page.get_by_role("status").get_by_text("Four of four are counted.")).to_be_visible()


@pytest.mark.parametrize(
    ("way", "said"),
    [("refused", "The disk is full: make room, then begin it again."), ("broken", "It failed in Holdfast itself.")],
)
def test_long_work_that_failed_says_why(console: ServedNode, slow: Slow, at: Visit, way: str, said: str) -> None:
    olga = at(console, Role.OPERATOR)
    page = olga.go(f"/slow/{way}")
    step(console, slow, 4)

    expect(page.get_by_role("alert").get_by_text(said)).to_be_visible()
    olga.check()
    expect(page.get_by_role("link", name="Back")).to_have_attribute("href", "/account")


def test_without_scripts_the_page_of_long_work_is_asked_for_again(console: ServedNode, slow: Slow, at: Visit) -> None:
    olga = at(console, Role.OPERATOR, context={"java_script_enabled": False})
    page = olga.go("/slow/well")
    expect(page.get_by_text("It has begun.")).to_be_visible()

    step(console, slow, 4)

    expect(page.get_by_role("status").get_by_text("Four of four are counted.")).to_be_visible(timeout=15_000)


def test_long_work_is_seen_by_who_began_it_and_is_bounded(console: ServedNode, slow: Slow, at: Visit) -> None:
    olga, omar = at(console, Role.OPERATOR), at(console, Role.OPERATOR, name="omar")
    address = olga.go("/slow/well").url.removeprefix(console.origin)

    for path in (address, f"{address}/live"):
        assert asked(omar, path) == 404
    omar.go(address).get_by_text("This is not under way here").wait_for()
    omar.check()
    for _ in range(MOST_AT_ONCE - 1):
        asked(omar, "/slow/well")
    omar.go("/slow/well").get_by_text("Too much is under way here already.").wait_for()
    omar.check()
    for _ in range(MOST_AT_ONCE):
        step(console, slow, 4)


def asked(visitor: Visitor, path: str) -> int:
    return visitor.context.request.get(visitor.origin + path).status
