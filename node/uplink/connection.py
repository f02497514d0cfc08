"""The one channel to the uplink that is in use, and how it gives way to the next.

Client certificates cannot be changed in a channel. So, for fresh ones: build a new channel, wait until it is ready, let
new calls take it, close the old one with a grace for the calls that are under way.

Source: TRUST.md, known traps; DESIGN.md 4.
"""

import asyncio
import logging
from collections.abc import Callable

import common.rpc.tls  # noqa: F401  (before grpc)

import grpc

from common.failpoint import reach
from node.credentials import Credentials
from node.settings import NodeSettings
from node.uplink.calls import UplinkCalls
from node.uplink.channel import open_uplink

CLOSE_GRACE_S = 5.0
_log = logging.getLogger(__name__)


class Connection:
    """Where the hub is, what the node proves itself with, and the channel made of both."""

    def __init__(
        self, uplink_address: str, enrollment_address: str, credentials: Credentials, settings: NodeSettings
    ) -> None:
        """Prepare a connection; nothing is opened before `open`."""
        self.uplink_address = settings.uplink_address or uplink_address
        self.enrollment_address = settings.enrollment_address or enrollment_address
        self.credentials = credentials
        self._settings = settings
        self._channel: grpc.aio.Channel | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._on_replaced: list[Callable[[], None]] = []

    @property
    def calls(self) -> UplinkCalls:
        """The uplink's calls, over the channel that is in use now."""
        if self._channel is None:
            self._channel = self._build(self.credentials)
        return UplinkCalls(self._channel, self._settings.call_timeout_s)

    def when_replaced(self, tell: Callable[[], None]) -> None:
        """Have a long call told that it should move to the new channel."""
        self._on_replaced.append(tell)

    async def replace(self, credentials: Credentials) -> None:
        """Change over to fresh credentials, without a call being lost."""
        new = self._build(credentials)
        try:
            async with asyncio.timeout(self._settings.call_timeout_s):
                await new.channel_ready()
        except TimeoutError:
            # The old certificate is spent either way: the new channel goes on trying by itself.
            _log.warning("the hub is not reached with the fresh certificate yet")
        reach("node.renew.before_swap")
        old, self._channel, self.credentials = self._channel, new, credentials
        for tell in self._on_replaced:
            tell()
        if old is not None:
            closing = asyncio.create_task(old.close(CLOSE_GRACE_S))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    async def close(self, grace_s: float) -> None:
        """Close every channel; a call that is under way may take `grace_s` to end."""
        if self._channel is not None:
            await self._channel.close(grace_s)
        for closing in list(self._closing):
            await closing

    def _build(self, credentials: Credentials) -> grpc.aio.Channel:
        return open_uplink(self.uplink_address, credentials, self._settings.proxy)
