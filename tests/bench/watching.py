"""The load process's side of watches: a channel and an open stream for each node, over mutual TLS.

The same code watches the hub and the bare server. A stream that ends is opened again, as a node would.
"""

import asyncio
from collections.abc import Sequence
from time import perf_counter
from typing import Any

import common.rpc.tls  # noqa: F401  (before grpc)

import grpc

from common.wire.canonical import encode
from common.wire.v1.uplink_pb2 import WatchRequest
from hub.rpc.access import UPLINK
from tests.bench.bare_server import WATCH as BARE_WATCH
from tests.bench.region import Member, Region

WATCH = f"/{UPLINK}/Watch"
AGAIN_S = 0.1  # after a stream that ended
LONGEST_WAIT_S = 120.0


class Watching:
    """Every node's stream to one server."""

    def __init__(self, region: Region, members: Sequence[Member], port: int, *, first: bytes | None = None) -> None:
        """Open the channels.

        Args:
            first: for the bare server: what it sends on each stream that opens, instead of the mail that waits.
        """
        self._bare = first is not None
        self._request = encode(WatchRequest(after_cursor=0, hub_epoch=1)) if first is None else first
        self._method = WATCH if first is None else BARE_WATCH
        self._channels = [region.channel(member, port) for member in members]
        self._tasks: list[asyncio.Task[None]] = []
        self._waiting: set[int] = set()  # whose message has not come yet
        self._all_here = asyncio.Event()
        self.last_message = b""

    async def open(self) -> float:
        """Open every stream; give the seconds until each has had its first message."""
        started = perf_counter()
        waiting = self.expect()
        self._tasks = [asyncio.create_task(self._follow(place)) for place in range(len(self._channels))]
        return await waiting - started

    def expect(self) -> "asyncio.Task[float]":
        """Begin to wait for one message on every stream; gives the time at which the last had come."""
        self._waiting = set(range(len(self._channels)))
        self._all_here.clear()
        return asyncio.create_task(self._until_all_here())

    async def close(self) -> None:
        """Close the streams and the channels."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(channel.close() for channel in self._channels))

    async def _until_all_here(self) -> float:
        try:
            await asyncio.wait_for(self._all_here.wait(), LONGEST_WAIT_S)
        except TimeoutError:
            missing = f"{len(self._waiting)} of {len(self._channels)}"
            raise AssertionError(f"{missing} nodes had no message after {LONGEST_WAIT_S:.0f} s") from None
        return perf_counter()

    async def _follow(self, place: int) -> None:
        watch: Any = self._channels[place].unary_stream(self._method)
        while True:
            try:
                async for raw in watch(self._request, wait_for_ready=True):
                    self.last_message = raw
                    self._waiting.discard(place)
                    if not self._waiting:
                        self._all_here.set()
            except grpc.aio.AioRpcError:
                await asyncio.sleep(AGAIN_S)
