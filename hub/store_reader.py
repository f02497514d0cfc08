"""Reads for the event loop: each in a thread, on a connection that only reads."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection

from common.storage.sqlite import READERS
from common.storage.store import Store
from hub.persistence import mailbox, streams

T = TypeVar("T")


class StoreReader:
    """Runs reads without holding up the event loop. Close it before the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="reader")

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query in a read transaction of its own."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, query)

    async def read_mail(self, agency_id: bytes, after: int, limit: int) -> list[tuple[int, bytes]]:
        """Read the next notices of a mailbox as (cursor, body)."""
        return await self.read(lambda connection: mailbox.read_mail(connection, agency_id, after, limit))

    async def mailbox_head(self, agency_id: bytes) -> int:
        """Give the newest cursor of a mailbox; 0 for an agency that is not known."""
        heads = await self.read(lambda connection: mailbox.load_heads(connection, [agency_id]))
        return heads.get(agency_id, 0)

    async def progress(self, agency_id: bytes, stream_id: bytes) -> tuple[int, int]:
        """Give the sequence wanted next of an agency's stream (0: not known here), and its mailbox's head."""

        def query(connection: Connection) -> tuple[int, int]:
            stream = streams.load_streams(connection, [stream_id]).get(stream_id)
            wanted = stream.next_sequence if stream is not None and stream.agency_id == agency_id else 0
            return wanted, mailbox.load_heads(connection, [agency_id]).get(agency_id, 0)

        return await self.read(query)

    def close(self) -> None:
        """Let reads under way finish."""
        self._threads.shutdown()

    def _run(self, query: Callable[[Connection], T]) -> T:
        with self._store.read() as connection:
            return query(connection)
