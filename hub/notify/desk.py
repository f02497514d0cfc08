"""The hub's side of the loop that sends notices. Where several processes share a store, whoever takes one sends it.

Source: DOMAIN.md 2; DESIGN.md 5.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from common.clock import Clock
from common.notify.notice import Notice
from common.notify.sender import Desk, Outgoing
from common.notify.trouble import Trouble
from hub.notify.delivering import deliver
from hub.persistence.people_notices import QUEUE, list_recipients
from hub.persistence.transaction import Transaction
from hub.settings import HubSettings
from hub.store_reader import StoreReader

_TIDIED_EVERY = timedelta(hours=6)
Submit = Callable[[Callable[[Transaction, datetime], Any]], Awaitable[Any]]


class HubDesk:
    """What the loop needs of one hub."""

    def __init__(self, reader: StoreReader, submit: Submit, settings: HubSettings, clock: Clock) -> None:
        self._reader = reader
        self._submit = submit
        self._settings = settings
        self._clock = clock
        self._tidied_at: datetime | None = None

    def desk(self) -> Desk:
        """Give what the loop calls."""
        return Desk(self._look, self._take, self._done)

    async def _look(self) -> None:
        now = self._clock.now()
        if self._tidied_at is None or now - self._tidied_at >= _TIDIED_EVERY:
            self._tidied_at = now
            await self._submit(lambda tx, at: QUEUE.forget_old(tx.connection, at))

    async def _take(self) -> list[Outgoing]:
        now = self._clock.now()
        due = await self._reader.read(QUEUE.next_due)
        if due is None or due > now:
            return []
        taken: list[Notice] = await self._submit(lambda tx, at: QUEUE.take(tx.connection, at))
        known = {each.id: each for each in await self._reader.read(list_recipients)}
        return [
            Outgoing(notice, partial(deliver, self._settings, notice, known.get(notice.recipient), now))
            for notice in taken
        ]

    async def _done(self, notice: Notice, trouble: Trouble | None, is_final: bool) -> None:
        def write(tx: Transaction, now: datetime) -> None:
            if trouble is None:
                QUEUE.sent(tx.connection, notice.id, now)
            else:
                QUEUE.failed(tx.connection, notice, trouble.value, is_final, now)

        await self._submit(write)
