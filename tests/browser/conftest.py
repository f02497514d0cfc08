"""What the tests in a browser share."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from common.access.roles import Role
from tests.browser.looking import CHROMIUM, FLAGS, Visitor
from tests.consoles import ServedHub, ServedNode, ServedRegion, served_node, served_region

SLUGS = ("ridgeline-fire", "stonegate-ems")
Visit = Callable[..., Visitor]
expect.set_options(timeout=15_000)  # a machine that others use too may be slow


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium for a file's tests: while it is driven, no other test of this process can run a loop."""
    if not Path(CHROMIUM).exists():
        pytest.fail("these tests drive Debian's chromium: apt-get install chromium", pytrace=False)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def console(tmp_path: Path) -> Iterator[ServedNode]:
    """A node without a hub, whose console is served."""
    with served_node(tmp_path) as node:
        yield node


@pytest.fixture
def hub_console(tmp_path: Path) -> Iterator[ServedHub]:
    """A hub without agencies, whose console is served."""
    with served_region(tmp_path, agreed=False) as region:
        yield region.hub


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedRegion]:
    """A hub and two nodes with their consoles, bound by an agreement; the tests of a file share it."""
    with served_region(tmp_path_factory.mktemp("region"), *SLUGS) as served:
        yield served


@pytest.fixture
def hub_region(tmp_path: Path) -> Iterator[ServedRegion]:
    """A hub and two agencies that signed its agreement and are in its directory, for one test."""
    with served_region(tmp_path, *SLUGS) as served:
        served.hub.ask("directory set", agency=SLUGS[0], name="Ridgeline Fire", duty_contact="Desk, +1 555 0100")
        served.hub.ask("directory set", agency=SLUGS[1], name="Stonegate EMS")
        yield served


@pytest.fixture
def at(browser: Browser) -> Iterator[Visit]:
    """Make somebody at a browser: at(console) is nobody, at(console, Role.SUPPORTER) a new user who is signed in."""
    made: list[Visitor] = []

    def somebody(console: ServedNode | ServedHub, *roles: Role, context: Any = None, **user: Any) -> Visitor:
        token = console.sign_in_as(*roles, **user) if roles else ""
        made.append(Visitor(browser, console.origin, token, **(context or {})))
        return made[-1]

    yield somebody
    for each in made:
        each.context.close()


@pytest.fixture
def morgan(console: ServedNode, at: Visit) -> Visitor:
    """The coordinator of the node, signed in."""
    return at(console, Role.COORDINATOR, name="morgan")
