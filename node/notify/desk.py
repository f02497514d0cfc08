"""The node's side of the loop that sends notices: what the clock brings about, what is due, what came of it.

An idle node is only read: a transaction is opened when there is something to write.

Source: DOMAIN.md 2.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from common.notify.catalogue import Kind
from common.notify.notice import Notice
from common.notify.sender import Desk, Outgoing
from common.notify.trouble import Trouble
from node.notify.delivering import deliver
from node.opened import OpenNode
from node.persistence.people_notices import QUEUE, find_preference
from node.use_cases.people_notices import Announcer

TROUBLE_TOLD_AFTER = timedelta(hours=1)
_TIDIED_EVERY = timedelta(hours=6)


class NodeDesk:
    """What the loop needs of one node."""

    def __init__(self, node: OpenNode, trouble_since: Callable[[], datetime | None]) -> None:
        """Prepare.

        Args:
            trouble_since: since when the hub has not been reached; None: it is, or there is none.
        """
        self._node = node
        self._announcer = Announcer(node.vault, node.settings.zone)
        self._trouble_since = trouble_since
        self._told_of: datetime | None = None
        self._tidied_at: datetime | None = None

    def desk(self) -> Desk:
        """Give what the loop calls."""
        return Desk(self._look, self._take, self._done)

    async def _look(self) -> None:
        now = self._node.clock.now()
        if await self._node.reading(lambda connection: bool(QUEUE.undelivered(connection, now))):
            await self._node.written("notices_next", partial(self._announcer.tell_next, now=now))
        since = self._trouble_since()
        if since is not None and since != self._told_of and now - since >= TROUBLE_TOLD_AFTER:
            told = partial(
                self._announcer.announce, kind=Kind.NODE_TROUBLE, named=[since.isoformat()], now=now, at=since
            )
            await self._node.written("notices_trouble", told)
            self._told_of = since
        if self._tidied_at is None or now - self._tidied_at >= _TIDIED_EVERY:
            await self._node.written("notices_tidied", partial(QUEUE.forget_old, now=now))
            self._tidied_at = now

    async def _take(self) -> list[Outgoing]:
        now = self._node.clock.now()
        due = await self._node.reading(QUEUE.next_due)
        if due is None or due > now:
            return []
        taken = await self._node.written("notices_taken", partial(QUEUE.take, now=now))
        return await self._node.reading(lambda connection: [self._outgoing(connection, each, now) for each in taken])

    def _outgoing(self, connection: Connection, notice: Notice, now: datetime) -> Outgoing:
        to = find_preference(connection, self._node.vault, notice.recipient)
        return Outgoing(notice, partial(deliver, self._node.settings, notice, to, now))

    async def _done(self, notice: Notice, trouble: Trouble | None, is_final: bool) -> None:
        now = self._node.clock.now()

        def write(connection: Connection) -> None:
            if trouble is None:
                QUEUE.sent(connection, notice.id, now)
            else:
                QUEUE.failed(connection, notice, trouble.value, is_final, now)

        await self._node.written("notices_done", write)
