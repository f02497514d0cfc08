"""A hub's writer at work over a store, with all that can be seen of it from outside."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from sqlalchemy import event

from common.storage.store import Store
from common.wire.v1.notice_pb2 import HubEpochNotice, Notice
from hub.persistence import agencies, mailbox
from hub.persistence.transaction import Transaction
from hub.writer import Writer
from tests.builders import NOON, agency
from tests.fakes import SetClock

Command = Callable[[Transaction, datetime], str]
READER = agency("reader")


class Desk:
    """A writer over a store, with what can be seen of it from outside."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = SetClock(NOON)
        self.commits = 0
        self.heard: list[tuple[set[str], Transaction]] = []  # what another connection read when a listener was called
        with store.begin() as connection:
            agencies.add_agency(connection, READER)
        event.listen(store.writing, "commit", self._count)
        self.writer = Writer(store, self.clock, self._after_commit)

    def _count(self, connection: Any) -> None:
        self.commits += 1

    def _after_commit(self, tx: Transaction) -> None:
        self.heard.append((self.slugs(), tx))

    def slugs(self) -> set[str]:
        """The agencies that another connection sees now."""
        with self.store.read() as connection:
            return {found.slug for found in agencies.list_agencies(connection)} - {READER.slug}

    def mail(self) -> list[tuple[int, int]]:
        """The reader's mail as (cursor, what it says)."""
        with self.store.read() as connection:
            read = mailbox.read_mail(connection, READER.id, 0, 10_000)
        return [(cursor, Notice.FromString(body).hub_epoch_changed.hub_epoch) for cursor, body in read]

    def run(self, scenario: Callable[["Desk"], Coroutine[Any, Any, None]]) -> None:
        """Play a scenario on an event loop, with the writer at work."""

        async def play() -> None:
            self.writer.start()
            try:
                async with asyncio.timeout(20):
                    await scenario(self)
            finally:
                await self.writer.close()

        asyncio.run(play())

    async def together(self, *commands: Command) -> list[str | BaseException]:
        """Submit commands so that they come into one group, and give each one's answer."""
        return await asyncio.gather(*map(self.writer.submit, commands), return_exceptions=True)


def adding(slug: str, epoch: int | None = None) -> Command:
    """A command that stores an agency, and posts a notice when it has an epoch to tell."""

    def add(tx: Transaction, now: datetime) -> str:
        agencies.add_agency(tx.connection, agency(slug))
        if epoch is not None:
            tx.post([READER.id], Notice(hub_epoch_changed=HubEpochNotice(hub_epoch=epoch)))
        return f"added {slug}"

    return add
