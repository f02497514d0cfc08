"""Event streams as browsers keep them: HTTP/1.1, each on a connection and with a session of its own.

streams = Streams()
await streams.open(port, "/incidents/x/live", tokens)
streams.look_for(7)
await streams.came(7)
"""

import asyncio
import time
from collections.abc import Callable, Sequence

from common.web.tickets import SESSION_COOKIE

LONGEST_WAIT_S = 60.0


class Streams:
    """Some of them."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []
        self._came: dict[str, list[float]] = {}
        self._opened = 0
        self._something = asyncio.Event()

    async def open(self, port: int, path: str, tokens: Sequence[str]) -> None:
        """Open them; comes back once each has had its first part."""
        self._tasks = [asyncio.create_task(self._follow(port, path, token)) for token in tokens]
        await self._until(lambda: self._opened == len(tokens))

    async def came(self, number: int) -> list[float]:
        """Give when a number came on each stream, by `time.time`, once it has on all."""
        found = self._came[f">{number}<"]
        await self._until(lambda: len(found) == len(self._tasks))
        return found

    def look_for(self, number: int) -> None:
        """Begin to look for a number, which stands alone in a cell."""
        self._came = {f">{number}<": []}

    async def close(self) -> None:
        """End them."""
        for each in self._tasks:
            each.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._something.clear()
            await asyncio.wait_for(self._something.wait(), LONGEST_WAIT_S)
            for each in self._tasks:
                if each.done():
                    each.result()  # raises what ended it

    async def _follow(self, port: int, path: str, token: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
        asked = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: text/event-stream\r\nX-By-Itself: 1\r\n"
        writer.write(f"{asked}Sec-Fetch-Site: same-origin\r\nCookie: {SESSION_COOKIE}={token}\r\n\r\n".encode())
        try:
            answer = await reader.readuntil(b"\r\n\r\n")
            assert b" 200 " in answer[:20], answer
            await reader.readuntil(b"\n\n")
            self._opened += 1
            self._something.set()
            while True:
                event, at = (await reader.readuntil(b"\n\n")).decode(), time.time()
                for each, when in self._came.items():
                    if each in event:
                        when.append(at)
                self._something.set()
        finally:
            self._something.set()
            writer.close()
