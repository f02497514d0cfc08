"""An agency's line to the hub: a TCP forwarder on loopback that can be slow, held, cut and restored.

It carries bytes and looks at none: what is inside is mutual TLS between the node and the hub.

1. Each piece may take a while, up to `LONGEST_DELAY_S`; pieces never overtake each other.
2. While it is held, what is on the way stays on the way, and connections stay open.
3. While it is cut nothing listens, and every connection that was on it is gone. A cut ends a hold.
"""

import asyncio
import random
import threading
from collections.abc import Awaitable, Sequence
from functools import partial
from typing import TypeVar

LOOPBACK = "127.0.0.1"
LONGEST_DELAY_S = 0.030
_CHUNK = 65_536
T = TypeVar("T")


class Line:
    """Forwards each of its ports to one of the hub's, in a thread of its own."""

    def __init__(self, routes: Sequence[tuple[int, int]], delays: random.Random | None = None) -> None:
        """Open the line.

        Args:
            routes: (port here, port of the hub), each.
            delays: draws how long each piece takes (1); none: it takes no time.
        """
        self._routes = routes
        self._delays = delays
        self._servers: list[asyncio.Server] = []
        self._ends: set[asyncio.StreamWriter] = set()
        self._moving = asyncio.Event()
        self._moving.set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="line", daemon=True)
        self._thread.start()
        self.restore()

    def restore(self) -> None:
        """Let connections through."""
        self._do(self._listen())

    def cut(self) -> None:
        """End every connection and take no new one."""
        self._do(self._drop())

    def hold(self) -> None:
        """Keep everything that is sent on the way (2)."""
        self._do(self._move(False))

    def release(self) -> None:
        """Let it arrive."""
        self._do(self._move(True))

    def close(self) -> None:
        """Cut it for good."""
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: "Awaitable[T]") -> T:
        async def awaited() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(awaited(), self._loop).result()

    async def _move(self, on: bool) -> None:
        if on:
            self._moving.set()
        else:
            self._moving.clear()

    async def _listen(self) -> None:
        self._servers = [
            await asyncio.start_server(partial(self._carry, target), LOOPBACK, port) for port, target in self._routes
        ]

    async def _drop(self) -> None:
        for server in self._servers:
            server.close()
        self._servers = []
        carrying = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for end in self._ends:
            end.transport.abort()
        self._moving.set()  # 3
        await asyncio.gather(*carrying, return_exceptions=True)

    async def _carry(self, target: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends = [writer]
        try:
            self._ends.add(writer)
            onward_reader, onward_writer = await asyncio.open_connection(LOOPBACK, target)
            ends.append(onward_writer)
            self._ends.add(onward_writer)
            await asyncio.gather(self._pump(reader, onward_writer), self._pump(onward_reader, writer))
        except OSError:
            pass  # the hub or the node is gone: so is the connection
        finally:
            for end in ends:
                self._ends.discard(end)
                end.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(_CHUNK):
            if self._delays is not None:  # 1
                await asyncio.sleep(self._delays.uniform(0, LONGEST_DELAY_S))
            await self._moving.wait()  # 2
            writer.write(chunk)
            await writer.drain()
        if writer.can_write_eof() and not writer.is_closing():
            writer.write_eof()
