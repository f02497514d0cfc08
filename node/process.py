"""The node's composition root: opens the data directory and puts the parts together. Nothing else knows them all.

1. The directory's lock comes first; a second process is refused.
2. In a process of its own, the audit hook then stands before anything can connect (TRUST.md e06).
3. The local socket answers commands, the link's loops talk to the hub; both only ever write through the one thread.
4. SIGTERM drains: loops end, a call that is under way finishes, channels close, the store is checkpointed and closed.
   SIGKILL at any moment is as good: everything that matters is in the store, and replay is the normal path.

Source: DESIGN.md 6.
"""

import asyncio
import logging
import signal
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import common.rpc.tls  # noqa: F401  (before grpc)

from common.clock import Clock
from common.disclosure import release  # noqa: F401  (all of one version, also when files are updated under a node)
from common.errors import InvalidRequest, WrongState
from common.log import log_to
from common.notify.sender import Sender
from common.rpc.local import LocalServer
from common.rpc.local import Operation as LocalOperation
from common.web.live import Changes
from node.notify.desk import NodeDesk
from node.opened import OpenNode
from node.operations import GUARDED, READING, TELLING, Arguments
from node.operations.answering import answer, check, is_written_in_turn, names
from node.operations.guarded import Progress
from node.operations.standing import status
from node.outgoing import refuse_elsewhere
from node.scheduled import STEPS
from node.scheduler import Scheduler
from node.uplink.link import Link
from node.uplink.situation import skew_words

if TYPE_CHECKING:
    from common.web.serving import Serving

_log = logging.getLogger(__name__)
_OF_UPLINK = ("region", "link", "waiting", "sending_stopped_because")  # what `uplink` tells of `status`
NO_CHANGE = frozenset({"session", "audit"})  # places of commits that no page shows live


class Node:
    """One running node. Tests and the demo may run it inside their own process, with a clock of theirs."""

    def __init__(self, data: Path, clock: Clock | None = None) -> None:
        """Open the data directory; raises as `OpenNode` does."""
        self.opened = OpenNode(data, clock, "holdfast node run")
        self.link: Link | None = None
        self.changes = Changes()
        self.console: Serving | None = None
        self._local: LocalServer | None = None
        self._scheduler = Scheduler(self.opened, STEPS)
        self._notices = Sender(NodeDesk(self.opened, self._hub_missed_since).desk())

    async def start(self) -> None:
        """Answer local commands and talk to the hub, until stopped."""
        self.link = Link(self.opened) if self.opened.has_hub else None
        operations: dict[str, LocalOperation] = {name: partial(self._answer, name) for name in names()}
        long = [*TELLING, *(name for name, guarded in GUARDED.items() if guarded.is_long)]
        telling = {name: partial(self._answer, name) for name in long}
        self._local = LocalServer(self.opened.data, operations | {"status": self._status}, telling)
        await self._local.start()
        if self.link is not None:
            self.link.situation.when_changed = self.changes.happened
            self.link.start()
        self._scheduler.start()
        self._notices.start()
        await self._open_console()
        _log.info("the node runs", extra={"schema_revision": self.opened.schema_revision})

    async def stop(self) -> None:
        """Drain and close everything."""
        self.changes.close()
        if self.console is not None:
            await self.console.close()
        if self._local is not None:
            await self._local.close()
        await self._scheduler.close()
        if self.link is not None:
            await self.link.close()
        await self._notices.close()
        await asyncio.to_thread(self.opened.close)
        _log.info("the node has stopped")

    async def do(self, name: str, arguments: Arguments, on_progress: Progress | None = None) -> Any:
        """Do one of the operations of `node.operations`, as the local socket would."""
        if name in ("status", "uplink"):
            await asyncio.to_thread(check, self.opened, name, arguments)
            found = await self._status(arguments)
            return found if name == "status" else {each: found.get(each) for each in _OF_UPLINK}
        return await self._answer(name, arguments, on_progress)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _answer(self, name: str, arguments: Arguments, on_progress: Progress | None = None) -> Any:
        do = partial(answer, self.opened, name, arguments, on_progress)
        answered = await (self.opened.on_writer(do) if is_written_in_turn(name) else asyncio.to_thread(do))
        if self.link is not None and name not in READING:
            self.link.reports_written()
        if name not in READING:
            self._notices.something_written()
        return answered

    async def _open_console(self) -> None:
        """Serve the console; a node whose console cannot be served works on, and says so."""
        loop = asyncio.get_running_loop()

        def hear(place: str) -> None:
            if place not in NO_CHANGE:
                loop.call_soon_threadsafe(self.changes.happened)

        self.opened.on_written = hear
        if not self.opened.settings.console_listen:
            return
        from node.console import console_of  # a half of all that is loaded

        try:
            self.console = console_of(self)
        except (InvalidRequest, WrongState) as error:
            _log.error("the console is not served", extra={"because": str(error)})
            return
        await self.console.start()
        _log.info("the console is served", extra={"address": self.opened.settings.console_origin})

    def _hub_missed_since(self) -> datetime | None:
        return None if self.link is None else self.link.situation.trouble_since

    async def _status(self, arguments: Arguments) -> Any:
        found = await asyncio.to_thread(status, self.opened, arguments)
        return found | {"link": link_status(self.link) | {"running": True}}


def stopped_status(opened: OpenNode) -> Arguments:
    """Tell how a node that does not run stands."""
    return {**status(opened, {}), "link": link_status(None)}


def link_status(link: Link | None) -> Arguments:
    """Tell how the link to the hub stands."""
    if link is None:
        return {"running": False}
    now = link.situation
    return {
        "running": True,
        "trouble": now.trouble,
        "trouble_since": _iso(now.trouble_since),
        "last_heard_at": _iso(now.last_heard_at),
        "mailbox_head": now.mailbox_head,
        "skew": skew_words(now.clock_ahead),
    }


def run(data: Path, clock: Clock | None = None) -> None:
    """Run a node until SIGTERM or SIGINT."""
    node = Node(data, clock)
    log_to(level=getattr(logging, node.opened.settings.log_level))
    refuse_elsewhere()  # 2
    asyncio.run(_serve(node))


async def _serve(node: Node) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    try:
        await node.start()
        await stopping.wait()
    finally:
        await node.stop()


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
