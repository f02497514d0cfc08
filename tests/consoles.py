"""Consoles for tests: a real node, or a real hub with nodes that joined it, on a loop of their own beside a browser.

with served_node(tmp_path) as node:
    page.goto(node.origin)

with served_region(tmp_path, "ridgeline-fire", "stonegate-ems") as region:
    page.goto(region.hub.origin)
    region.nodes["ridgeline-fire"].do("incidents")
"""

import re
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import Connection

from common.access import managing
from common.access.roles import Role
from common.access.session_rows import open_session
from common.clock import Clock
from common.storage.store import Store
from common.web.certificate import CERTIFICATE_NAME
from common.web.opening import FOLDER
from hub.persistence.access import ACCESS as HUB_ACCESS
from hub.persistence.database import open_embedded
from hub.persistence.transaction import Transaction
from hub.process import open_hub
from hub.settings import SETTINGS_NAME as HUB_SETTINGS
from node.opened import OpenNode
from node.process import Node
from node.settings import SETTINGS_NAME
from tests import hubs
from tests.console_settings import add_settings, consoles_allowed, where_served
from tests.founded import found
from tests.hubs import RunningHub
from tests.live_nodes import bind, joined_node
from tests.loops import Loop as Loop
from tests.people import sign_in_as

T = TypeVar("T")
AGENCY, ZONE = "Ridgeline Fire District", "America/Denver"


class ServedNode:
    """A node whose console is served."""

    def __init__(self, loop: Loop, data: Path, clock: Clock | None) -> None:
        self._loop, self._data, self._clock = loop, data, clock
        self.is_up = False
        self.come_back()
        self.origin = self.node.opened.settings.console_origin

    def come_back(self) -> None:
        """Start it, or start it again where it was cut off."""
        with consoles_allowed():
            self.node = Node(self._data, self._clock)
        self._loop.run(self.node.start())
        self.is_up = True

    def cut(self) -> None:
        """Stop it, its console too."""
        if self.is_up:
            self.is_up = False
            self._loop.run(self.node.stop())

    def do(self, operation: str, **arguments: Any) -> Any:
        """Do one of the node's operations."""
        return self._loop.run(self.node.do(operation, arguments))

    def wait_for(self, doing: Coroutine[Any, Any, T]) -> T:
        """Do something on the loop that serves the console."""
        return self._loop.run(doing)

    def sign_in_as(self, *roles: Role, name: str = "casey", **more: Any) -> str:
        """Add a user and sign them in; give the session's token."""
        return self.run(lambda node: sign_in_as(node, *roles, name=name, **more))

    def run(self, prepare: Callable[[OpenNode], T]) -> T:
        """Have something prepared on the thread that writes."""
        return self._loop.run(self.node.opened.on_writer(lambda: prepare(self.node.opened)))

    def stored(self, read: Callable[[Connection], T]) -> T:
        """Read the store."""
        return self.run(lambda node: node.read(read))

    @property
    def certificate(self) -> Path:
        """The certificate that the console made itself."""
        return self.node.opened.data / FOLDER / CERTIFICATE_NAME


class ServedHub:
    """A hub whose console is served."""

    def __init__(self, loop: Loop, data: Path, clock: Clock | None) -> None:
        self._loop, self._data, self._clock = loop, data, clock
        self.is_up = False
        self.come_back()
        self.origin = self.running.process.settings.console_origin

    def come_back(self) -> None:
        """Start it, or start it again where it was cut off."""
        with consoles_allowed():
            hub = open_hub(self._data, self._clock)

        async def start() -> None:
            await hub.start()
            await hub.serve()

        self._loop.run(start())
        self.running = RunningHub(hub)
        self.is_up = True

    def cut(self) -> None:
        """Stop it; when it comes back it listens where it did."""
        if not self.is_up:
            return
        self.is_up = False
        settings = self._data / HUB_SETTINGS
        told = settings.read_text("utf-8")
        for name, address in (("uplink_listen", self.running.uplink), ("enrollment_listen", self.running.enrollment)):
            told = re.sub(rf"(?m)^{name} = .*$", f'{name} = "{address}"', told)
        settings.write_text(told, "utf-8")
        self._loop.run(self.running.process.stop())

    def ask(self, operation: str, **arguments: Any) -> Any:
        """Do one of the hub's operations, as whoever holds its machine."""
        return self._loop.run(self.running.ask(operation, **arguments))

    def wait_for(self, doing: Coroutine[Any, Any, T]) -> T:
        """Do something on the loop that serves the console."""
        return self._loop.run(doing)

    def write(self, writing: Callable[[Transaction, datetime], T]) -> T:
        """Have the hub's writer do something."""
        return self._loop.run(self.running.process.writer.submit(writing))

    def sign_in_as(self, *roles: Role, name: str = "rita") -> str:
        """Add a user and sign them in; give the session's token."""

        def write(tx: Transaction, now: datetime) -> str:
            user, _ = managing.add_user(HUB_ACCESS, tx.connection, now, "operator", name, frozenset(roles))
            return open_session(HUB_ACCESS, tx.connection, user.id, "password", None, now)

        return self.write(write)

    def stored(self, read: Callable[[Connection], T]) -> T:
        """Read the store."""
        return self._loop.run(self.running.process.reader.read(read))


@dataclass(frozen=True)
class ServedRegion:
    """A hub and its nodes, each with its console."""

    hub: ServedHub
    nodes: dict[str, ServedNode]


@contextmanager
def served_node(
    directory: Path, clock: Clock | None = None, *, tls: str = "off", **settings: Any
) -> Iterator[ServedNode]:
    """Make a node without a hub, and serve its console."""
    data = directory / "node"
    found(data, AGENCY, ZONE, "default")
    add_settings(data / SETTINGS_NAME, where_served(tls) | settings)
    with ExitStack() as ended:
        loop = Loop()
        ended.callback(loop.close)
        yield _start_node(ended, loop, data, clock)


@contextmanager
def served_region(
    directory: Path,
    *slugs: str,
    clock: Clock | None = None,
    agreed: bool = True,
    prepare: Callable[[Store], object] | None = None,
    of: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
    **settings: Any,
) -> Iterator[ServedRegion]:
    """Found a hub, join a node for each of these agencies, and serve their consoles.

    Args:
        agreed: an agreement is published, and every agency has signed it.
        prepare: writes into the hub's store before it is served.
        of: the discipline and the settings of one agency's node.
        settings: of every node.
    """
    with ExitStack() as ended:
        loop = Loop()
        ended.callback(loop.close)
        hub = _start_hub(ended, loop, directory / "hub", clock, prepare)
        nodes = {}
        for slug in slugs:
            told: dict[str, Any] = {
                "agency_name": slug.replace("-", " ").title(),
                "time_zone": ZONE,
            } | where_served("off")
            told |= {"slug": slug, "clock": clock, **settings, **of.get(slug, {})}
            data = loop.run(joined_node(hub.running, directory / slug, **told))
            nodes[slug] = _start_node(ended, loop, data, clock)
        if agreed:
            loop.run(bind(hub.running, *(each.node for each in nodes.values())))
        yield ServedRegion(hub, nodes)


def _start_hub(
    ended: ExitStack,
    loop: Loop,
    data: Path,
    clock: Clock | None,
    prepare: Callable[[Store], object] | None = None,
) -> ServedHub:
    hubs.found(data, now=None if clock is None else clock.now())
    if prepare is not None:
        with closing(open_embedded(data)) as store:
            prepare(store)
    add_settings(data / HUB_SETTINGS, where_served("off") | {"time_zone": ZONE})
    served = ServedHub(loop, data, clock)
    ended.callback(served.cut)
    return served


def _start_node(ended: ExitStack, loop: Loop, data: Path, clock: Clock | None) -> ServedNode:
    served = ServedNode(loop, data, clock)
    ended.callback(served.cut)
    return served
