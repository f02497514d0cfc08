"""Reads for the event loop: in a thread, on a connection that only reads.

What every node asks for when it comes or calls is read for many nodes at once (hub/turns.py): one statement for all.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from common.errors import WrongState
from common.storage.sqlite import READERS
from common.storage.store import Store
from hub.persistence import mailbox, streams
from hub.persistence.bulk import MOST_KEYS
from hub.turns import Turns
from hub.watchers import Page

PAGE = 256  # notices read at once for one watcher
MOST_NOTICES = 4096  # read at once for all of a turn: bounds its memory, so pages are smaller when many ask

T = TypeVar("T")
AnswersT = TypeVar("AnswersT")
Query = Callable[[Connection], T]


class StoreReader:
    """Runs reads without holding up the event loop. Close it before the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._mail: Turns[tuple[bytes, int], Page] = Turns(self._read_for_all(_pages), MOST_KEYS)
        self._progress: Turns[tuple[bytes, bytes], tuple[int, int]] = Turns(self._read_for_all(_progress), MOST_KEYS)

    async def read(self, query: Query[T]) -> T:
        """Run a query in a read transaction of its own."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, query)

    async def follow_mail(self, agency_id: bytes, after: int) -> Page:
        """Read the next notices of a mailbox for a node, whose cursor may be wrong.

        Raises:
            WrongState: the mailbox ends before the cursor.
        """
        return await self._mail.ask((agency_id, after))

    async def mailbox_head(self, agency_id: bytes) -> int:
        """Give the newest cursor of a mailbox; 0 for an agency that is not known."""
        heads = await self.read(partial(mailbox.load_heads, agency_ids=[agency_id]))
        return heads.get(agency_id, 0)

    async def progress(self, agency_id: bytes, stream_id: bytes) -> tuple[int, int]:
        """Give the sequence wanted next of an agency's stream (0: not known here), and its mailbox's head."""
        return await self._progress.ask((agency_id, stream_id))

    def close(self) -> None:
        """Let reads under way finish."""
        self._threads.shutdown()

    def _read_for_all(
        self, read: Callable[[list[T], Connection], AnswersT]
    ) -> Callable[[list[T]], Awaitable[AnswersT]]:
        return lambda asked: self.read(partial(read, asked))

    def _run(self, query: Query[T]) -> T:
        with self._store.read() as connection:
            return query(connection)


def _pages(places: Sequence[tuple[bytes, int]], connection: Connection) -> list[Page | WrongState]:
    """Read the next page of each place, given as (agency id, after)."""
    limit = min(PAGE, MOST_NOTICES // len(places))
    pages = mailbox.read_pages(connection, places, limit)
    unsure = {agency_id for (agency_id, after), mail in pages.items() if after and not mail}
    heads = mailbox.load_heads(connection, unsure)
    found: list[Page | WrongState] = []
    for agency_id, after in places:
        mail, head = pages[agency_id, after], heads.get(agency_id, 0)
        if not mail and after > head:
            message = f"the agency's mailbox ends at {head} here: the hub was restored, or the cursor is another hub's"
            found.append(WrongState(message))
        else:
            found.append(Page(mail, is_full=len(mail) == limit))
    return found


def _progress(asked: Sequence[tuple[bytes, bytes]], connection: Connection) -> list[tuple[int, int]]:
    """Give the progress of each (agency id, stream id)."""
    known = streams.load_streams(connection, {stream_id for _, stream_id in asked})
    heads = mailbox.load_heads(connection, {agency_id for agency_id, _ in asked})
    found = []
    for agency_id, stream_id in asked:
        stream = known.get(stream_id)
        wanted = stream.next_sequence if stream is not None and stream.agency_id == agency_id else 0
        found.append((wanted, heads.get(agency_id, 0)))
    return found
