"""Pages that renew themselves: a part of a page, sent again when what it shows has changed (server-sent events).

1. A stream begins with the part as it stands: a connection that was lost is made anew by the browser, and heals.
2. After each change, and twice a minute since it says how long is left, the part is made anew: once for all streams
   of one subject, by whichever comes first; where its maker may not any more, by the next. It is sent where it differs.
3. A stream is no word of its person: it ends with the session, and the browser is told to leave the page. Streams look
   for that each in its own turn: all at once, two hundred of them would hold up what they wait for.
"""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import suppress

from starlette.responses import StreamingResponse

from common.errors import HoldfastError, NotAuthenticated

_GATHER_S = 0.05  # changes that come close together are shown together
_OLD_S = 30.0
_LOOK_S = 15.0  # a session's end is seen within this
_log = logging.getLogger(__name__)

Part = Callable[[], Awaitable[str]]


class Over(Exception):
    """A part raises this once it changes no more: the browser asks for the page again, and sees how it ended."""


class Changes:
    """Wakes the streams of one process. Used on the event loop only."""

    def __init__(self) -> None:
        self.number = 0
        self._changed = asyncio.Event()
        self._closed = False
        self._made: dict[Hashable, tuple[int, float, asyncio.Future[str]]] = {}
        self._apart: list[Changes] = []

    def apart(self) -> "Changes":
        """Give a waker of its own for what changes often and concerns few; it is closed with this one."""
        self._apart.append(Changes())
        return self._apart[-1]

    def happened(self) -> None:
        """Tell that something was written."""
        self.number += 1
        self._changed.set()
        self._changed = asyncio.Event()

    def close(self) -> None:
        """End every stream."""
        self._closed = True
        self.happened()
        for each in self._apart:
            each.close()

    def stream(self, subject: Hashable, part: Part, check: Callable[[], Awaitable[object]]) -> StreamingResponse:
        """Send a part of a page, again and again.

        Args:
            subject: who shares it: streams of the same subject show the same.
            part: makes it.
            check: raises NotAuthenticated once the session has ended.
        """
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._events(subject, part, check), media_type="text/event-stream", headers=headers)

    async def _events(
        self, subject: Hashable, part: Part, check: Callable[[], Awaitable[object]]
    ) -> AsyncIterator[str]:
        sent, clock = "", asyncio.get_running_loop().time
        checked = clock() - random.uniform(0, _LOOK_S)  # noqa: S311  (3: spreads load, keeps no secret)
        while not self._closed:
            number, changed = self.number, self._changed
            try:
                made = await self._share(subject, part)
                if made != sent:
                    sent = made
                    yield _event(made)
                await _waited(changed, max(checked + _LOOK_S - clock(), 0))
                if clock() - checked >= _LOOK_S:
                    await check()
                    checked = clock()
                    yield ": still here\n\n"
            except NotAuthenticated:
                yield "event: ended\ndata: .\n\n"
                return
            except Over:
                yield "event: gone\ndata: .\n\n"
                return
            except HoldfastError as error:
                _log.info("a live part ended", extra={"because": type(error).__name__})
                yield "event: gone\ndata: .\n\n"
                return
            if number != self.number:
                await asyncio.sleep(_GATHER_S)

    async def _share(self, subject: Hashable, part: Part) -> str:
        """Make a part once for everybody who shows it (2)."""
        known, clock = self._made.get(subject), asyncio.get_running_loop().time
        is_mine = known is None or not self._is_good(*known, clock())
        if known is None or is_mine:
            self._forget()
            known = (self.number, clock(), asyncio.ensure_future(part()))
            self._made[subject] = known
        try:
            return await asyncio.shield(known[2])
        except HoldfastError:
            if is_mine:
                raise
            return await self._share(subject, part)

    def _is_good(self, number: int, made_at: float, made: asyncio.Future[str], now: float) -> bool:
        has_failed = made.done() and made.exception() is not None
        return number == self.number and now - made_at < _OLD_S and not has_failed

    def _forget(self) -> None:
        self._made = {subject: made for subject, made in self._made.items() if made[0] == self.number}


def _event(part: str) -> str:
    return "".join(f"data: {line}\n" for line in part.splitlines()) + "\n"


async def _waited(event: asyncio.Event, longest_s: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), longest_s)
