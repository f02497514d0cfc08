"""The loop that empties the queue: takes what is due, hands it to a server, writes down what came of it.

1. It looks when something was written, and every `LOOK_S` otherwise.
2. A few notices go out at once, on threads that do nothing else: a server that hangs holds up no other work.
3. What is written down is why, in one of a few words. A log line holds the kind of a notice, and no address.
4. Closing lets what is under way end and be written down, and begins nothing: a stop sends nothing twice.

Source: DOMAIN.md 2; DESIGN.md 6.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from common.notify.notice import Notice
from common.notify.trouble import FINAL, Trouble, Undelivered

LOOK_S = 15.0
AT_ONCE = 4
_log = logging.getLogger(__name__)

Deliver = Callable[[], None]


@dataclass(frozen=True)
class Outgoing:
    """One notice with the way to hand it over; `deliver` blocks, and raises Undelivered."""

    notice: Notice
    deliver: Deliver


@dataclass(frozen=True)
class Desk:
    """What the loop needs of a node or a hub; each of the first three is one transaction.

    Args:
        look: does what the clock brings about, such as telling the next who is on call.
        take: takes what is due.
        done: writes down what came of one: the trouble, or None when a server took it, and whether it is final.
    """

    look: Callable[[], Awaitable[None]]
    take: Callable[[], Awaitable[list[Outgoing]]]
    done: Callable[[Notice, Trouble | None, bool], Awaitable[None]]


class Sender:
    """Runs until it is closed. Used on the event loop only."""

    def __init__(self, desk: Desk, look_s: float = LOOK_S) -> None:
        self._desk = desk
        self._look_s = look_s
        self._written = asyncio.Event()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="notices")
        self._loop: asyncio.Task[None] | None = None
        self._closing = False

    def start(self) -> None:
        """Begin to send, on the running event loop."""
        self._loop = asyncio.create_task(self._keep_sending(), name="notices")

    async def close(self) -> None:
        """Stop (4)."""
        self._closing = True
        self._written.set()
        if self._loop is not None:
            await self._loop
        self._threads.shutdown()

    def something_written(self) -> None:
        """Tell that the queue may have something new."""
        self._written.set()

    async def _keep_sending(self) -> None:
        """Send until closed; a bug is logged, and the next look comes."""
        while True:
            self._written.clear()
            try:
                while await self.step():
                    pass
            except Exception:
                _log.exception("notices could not be sent; it is tried again")
            if self._closing:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._written.wait(), self._look_s)

    async def step(self) -> int:
        """Send what is due now, and tell how many notices that were."""
        if self._closing:
            return 0
        await self._desk.look()
        taken = await self._desk.take()
        await asyncio.gather(*(self._send(outgoing) for outgoing in taken))
        return len(taken)

    async def _send(self, outgoing: Outgoing) -> None:
        trouble: Trouble | None = None
        kind = outgoing.notice.event.kind.value
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, self._unless_closing, outgoing.deliver)  # 2
        except _Unsent:
            return
        except Undelivered as error:
            trouble = error.trouble
            _log.warning("a notice was not sent", extra={"kind": kind, "why": trouble.value})
        await self._desk.done(outgoing.notice, trouble, trouble in FINAL)

    def _unless_closing(self, deliver: Deliver) -> None:
        if self._closing:
            raise _Unsent
        deliver()


class _Unsent(Exception):
    """The loop is closing: this one is left for the next start."""
