"""The node's link to its hub: the loops, and what they share.

    push       the outbox, batch by batch          watch      the mailbox, notice by notice
    heartbeat  how the node is; what the hub has   renew      the certificate, before and after it lapsed

Each loop does one step again and again; a step that fails is waited for (`retry.py`). What one loop hears from the hub
ends the others' waits.

Source: DESIGN.md 6.
"""

import asyncio
import logging

from node.opened import OpenNode
from node.uplink.connection import Connection
from node.uplink.heartbeat import Heartbeat
from node.uplink.push import Push
from node.uplink.reasons import Reasons
from node.uplink.renew import Renew
from node.uplink.retry import Retry, Step
from node.uplink.situation import Situation, skew_words
from node.uplink.watch import Watch

DRAIN_S = 5.0  # what a call that is under way gets when the process stops
_log = logging.getLogger(__name__)


class Link:
    """Runs the loops until closed."""

    def __init__(self, node: OpenNode) -> None:
        membership = node.membership()
        self._node = node
        self._connection = Connection(
            membership.uplink_address, membership.enrollment_address, node.files.load(), node.settings
        )
        self.situation = Situation(started_at=node.clock.now())
        self.reasons = Reasons(self._connection, self.situation, node.settings, node.clock)
        self._retries: list[Retry] = []
        self._loops: list[asyncio.Task[None]] = []
        self.situation.when_heard = self._clear_waits

    @property
    def connection(self) -> Connection:
        """What the node proves itself with, and where the hub is."""
        return self._connection

    def start(self) -> None:
        """Start the loops on the running event loop."""
        parts = (self._node, self._connection, self.situation)
        steps: dict[str, Step] = {
            "heartbeat": Heartbeat(*parts).step,
            "watch": Watch(*parts).step,
            "push": Push(*parts).step,
            "renew": Renew(*parts).step,
        }
        for name, step in steps.items():
            settings = self._node.settings
            retry = Retry(name, settings.retry_first_s, settings.retry_longest_s, self.reasons)
            self._retries.append(retry)
            self._loops.append(asyncio.create_task(retry.for_ever(step), name=f"uplink {name}"))

    def reports_written(self) -> None:
        """Tell that the outbox has something new."""
        self.situation.reports_waiting.set()

    async def close(self) -> None:
        """Stop the loops, let a call that is under way end, close the channels."""
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        await self._connection.close(DRAIN_S)
        _log.info("the link to the hub is closed")

    def _clear_waits(self) -> None:
        for retry in self._retries:
            retry.clear()


async def look(node: OpenNode) -> dict[str, str]:
    """Look at the way to the hub once, for a node that does not run."""
    link = Link(node)
    trouble = await link.reasons.look()
    return {"trouble": trouble, "skew": skew_words(link.situation.clock_ahead)}
