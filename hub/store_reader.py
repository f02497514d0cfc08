"""Reads for the event loop: in a thread, on a connection that only reads.

Short reads, one for each node that comes or calls, are made together: those that wait while one is made share the next
transaction. After an outage thousands of nodes return at once; a thread and a transaction for each would cost more than
their handshakes.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection

from common.errors import WrongState
from common.storage.sqlite import READERS
from common.storage.store import Store
from hub.persistence import mailbox, streams

MOST_TOGETHER = 64  # short reads in one transaction: bounds the time until the first of them is answered

T = TypeVar("T")
Query = Callable[[Connection], T]


class StoreReader:
    """Runs reads without holding up the event loop. Close it before the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._waiting: list[tuple[Query[Any], asyncio.Future[Any]]] = []  # short reads
        self._turns: asyncio.Task[None] | None = None

    async def read(self, query: Query[T]) -> T:
        """Run a query in a read transaction of its own."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, query)

    async def read_mail(self, agency_id: bytes, after: int, limit: int) -> list[tuple[int, bytes]]:
        """Read the next notices of a mailbox as (cursor, body)."""
        return await self._read_together(partial(mailbox.read_mail, agency_id=agency_id, after=after, limit=limit))

    async def follow_mail(self, agency_id: bytes, after: int, limit: int) -> list[tuple[int, bytes]]:
        """Read the same for a node, whose cursor may be wrong.

        Raises:
            WrongState: the mailbox ends before the cursor.
        """

        def query(connection: Connection) -> list[tuple[int, bytes]]:
            mail = mailbox.read_mail(connection, agency_id, after, limit)
            head = after if mail or not after else mailbox.load_heads(connection, [agency_id]).get(agency_id, 0)
            if after > head:
                raise WrongState(
                    f"the agency's mailbox ends at {head} here: the hub was restored, or the cursor is another hub's"
                )
            return mail

        return await self._read_together(query)

    async def mailbox_head(self, agency_id: bytes) -> int:
        """Give the newest cursor of a mailbox; 0 for an agency that is not known."""
        heads = await self._read_together(partial(mailbox.load_heads, agency_ids=[agency_id]))
        return heads.get(agency_id, 0)

    async def progress(self, agency_id: bytes, stream_id: bytes) -> tuple[int, int]:
        """Give the sequence wanted next of an agency's stream (0: not known here), and its mailbox's head."""

        def query(connection: Connection) -> tuple[int, int]:
            stream = streams.load_streams(connection, [stream_id]).get(stream_id)
            wanted = stream.next_sequence if stream is not None and stream.agency_id == agency_id else 0
            return wanted, mailbox.load_heads(connection, [agency_id]).get(agency_id, 0)

        return await self._read_together(query)

    def close(self) -> None:
        """Let reads under way finish."""
        self._threads.shutdown()

    async def _read_together(self, query: Query[T]) -> T:
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((query, answer))
        if self._turns is None:
            self._turns = asyncio.create_task(self._take_turns())
        return await answer

    async def _take_turns(self) -> None:
        while self._waiting:
            turn, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
            queries = [query for query, _ in turn]
            try:
                found = await asyncio.get_running_loop().run_in_executor(self._threads, self._run_all, queries)
            except Exception as error:  # the store cannot be read: every caller is told
                found = [error] * len(turn)
            for (_, answer), result in zip(turn, found, strict=True):
                if answer.done():
                    continue  # its caller went away
                if isinstance(result, Exception):
                    answer.set_exception(result)
                else:
                    answer.set_result(result)
        self._turns = None

    def _run_all(self, queries: list[Query[Any]]) -> list[Any]:
        found: list[Any] = []
        with self._store.read() as connection:
            for query in queries:
                try:
                    found.append(query(connection))
                except Exception as error:
                    found.append(error)
        return found

    def _run(self, query: Query[T]) -> T:
        with self._store.read() as connection:
            return query(connection)
