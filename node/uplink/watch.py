"""Follows the agency's mailbox, from the last notice applied on.

A stream that ends because the hub renews its connections, or drains, is resumed quietly from the cursor. So is one that
ends with this node's own renewal. Each notice is applied with its cursor in one transaction, so a crash loses none and
repeats none.

Source: DESIGN.md 3, "Delivery"; TRUST.md, known traps.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from functools import partial

from common.errors import TemporarilyUnavailable, WrongState
from common.wire.v1.uplink_pb2 import WatchRequest
from node.opened import OpenNode
from node.persistence.membership import get_membership
from node.uplink.connection import Connection
from node.uplink.situation import Situation
from node.use_cases.people_notices import Announcer, apply_and_announce

SETTLED_S = 5.0  # a watch that lived longer ended by the hub's pacing, not by a failure
_log = logging.getLogger(__name__)


class Watch:
    """The loop that empties the mailbox."""

    def __init__(self, node: OpenNode, connection: Connection, situation: Situation) -> None:
        self._node = node
        self._connection = connection
        self._situation = situation
        self._announcer = Announcer(node.vault, node.settings.zone)
        self._moved = asyncio.Event()
        connection.when_replaced(self._moved.set)

    async def step(self) -> None:
        """Follow the mailbox until the stream ends.

        Raises:
            HoldfastError: the hub was not reached, or refuses; to be tried again.
        """
        membership = await self._node.reading(get_membership)
        request = WatchRequest(after_cursor=membership.mailbox_cursor, hub_epoch=membership.hub_epoch)
        self._moved.clear()
        started_s = asyncio.get_running_loop().time()
        try:
            await self._follow(self._connection.calls.watch(request))
        except WrongState:  # a restored hub, whose mailbox ends before our cursor: the heartbeat finds out
            self._situation.heartbeat_wanted.set()
            raise
        except TemporarilyUnavailable:
            if self._lived_s(started_s) < SETTLED_S:
                raise
        else:
            if self._lived_s(started_s) < SETTLED_S and not self._moved.is_set():
                raise TemporarilyUnavailable("the hub ended the mailbox's stream at once; it is asked again")

    def _lived_s(self, started_s: float) -> float:
        return asyncio.get_running_loop().time() - started_s

    async def _follow(self, mail: AsyncIterator[bytes]) -> None:
        moved = asyncio.ensure_future(self._moved.wait())
        following = asyncio.ensure_future(self._apply_all(mail))
        try:
            await asyncio.wait({moved, following}, return_when=asyncio.FIRST_COMPLETED)
            if following.done():
                following.result()
        finally:
            for task in (moved, following):
                task.cancel()
            await asyncio.gather(moved, following, return_exceptions=True)

    async def _apply_all(self, mail: AsyncIterator[bytes]) -> None:
        async for raw in mail:
            now = self._node.clock.now()
            applied = partial(apply_and_announce, announcer=self._announcer, raw=raw, now=now)
            stored = await self._node.written("notice", applied)
            if stored is not None:
                _log.info("a notice was applied", extra={"cursor": stored.cursor, "kind": stored.kind})
            self._situation.heard(now)
            self._situation.reports_waiting.set()  # a lifted quarantine lets reports go on
