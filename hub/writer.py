"""The hub's one writer: takes whatever is waiting, applies it in one transaction, commits, and only then answers.

1. One thread writes. What arrives while it commits waits, and goes into the next group: group commit.
2. A *command* is a function `(tx, now)`; each runs in a savepoint of its own, so that one that fails leaves the others
   alone.
3. Commands of the busiest kind are handed over together: `submit_to(apply_many, item)` calls `apply_many(items, tx,
   now)` once for all that wait. It reads and writes for all of them at once, and gives each its own answer or error.
4. When a group fails as a whole (a bug, a full disk), it is rolled back and each of its commands is tried alone, so
   that only the one at fault fails.
5. Nobody is answered before the commit. After it, and before the answers, the listeners hear of new mail.

Source: DESIGN.md 5.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from common.clock import Clock
from common.errors import HoldfastError, TemporarilyUnavailable
from common.failpoint import reach
from common.storage.store import Store
from hub.persistence.transaction import Transaction
from hub.wakeups import announce

MAX_GROUP = 256  # commands in one transaction: bounds the time a commit takes, and what a crash makes repeat

T = TypeVar("T")
ItemT = TypeVar("ItemT")
Command = Callable[[Transaction, datetime], T]
ApplyMany = Callable[[Sequence[ItemT], Transaction, datetime], Sequence[T | HoldfastError]]
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Waiting:
    future: "asyncio.Future[Any]"
    command: Command[Any] | None
    apply_many: ApplyMany[Any, Any] | None = None
    item: Any = None


class Writer:
    """Runs commands, one group after the other, in a thread of its own."""

    def __init__(self, store: Store, clock: Clock, after_commit: Callable[[Transaction], None]) -> None:
        """Prepare a writer.

        Args:
            after_commit: called on the event loop with each committed transaction, before its commands are answered.
        """
        self._store = store
        self._clock = clock
        self._after_commit = after_commit
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    def start(self) -> None:
        """Begin to write. Call it on the event loop that will be answered on."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def submit(self, command: Command[T]) -> T:
        """Run a command and give its result, after the commit.

        Raises:
            HoldfastError: what the command raised; nothing of it was written.
        """
        result: T = await self._enqueue(command, None, None)
        return result

    async def submit_to(self, apply_many: ApplyMany[ItemT, T], item: ItemT) -> T:
        """Hand an item to a function that takes everything waiting for it at once."""
        result: T = await self._enqueue(None, apply_many, item)
        return result

    async def close(self) -> None:
        """Finish what waits, then stop."""
        self._closed = True
        if self._thread.is_alive():
            self._waiting.put(None)
            await asyncio.get_running_loop().run_in_executor(None, self._thread.join)

    def _enqueue(self, command: Any, apply_many: Any, item: Any) -> "asyncio.Future[Any]":
        if self._closed or self._loop is None:
            raise TemporarilyUnavailable("this hub is stopping; try again")
        future = self._loop.create_future()
        self._waiting.put(_Waiting(future, command, apply_many, item))
        return future

    def _run(self) -> None:
        stopping = False
        while not stopping:
            group: list[_Waiting] = []
            entry = self._waiting.get()
            while entry is not None:
                group.append(entry)
                if len(group) == MAX_GROUP or self._waiting.empty():
                    break
                entry = self._waiting.get()
            stopping = entry is None
            if group:
                self._write(group)

    def _write(self, group: list[_Waiting]) -> None:
        try:
            tx, results = self._commit(group)
        except Exception as error:
            if len(group) > 1:  # 4
                for waiting in group:
                    self._write([waiting])
                return
            _log.exception("a command could not be written")
            self._answer([(group[0], error)], None)
            return
        self._answer(results, tx)

    def _commit(self, group: list[_Waiting]) -> tuple[Transaction, list[tuple[_Waiting, Any]]]:
        now = self._clock.now()
        results: list[tuple[_Waiting, Any]] = []
        with self._store.begin() as connection:
            tx = Transaction(connection, now)
            together: dict[Any, list[_Waiting]] = {}
            for waiting in group:
                if waiting.command is None:
                    together.setdefault(waiting.apply_many, []).append(waiting)
                else:
                    results.append((waiting, _run_alone(waiting.command, tx, now)))
            for apply_many, waitings in together.items():
                answers = apply_many([waiting.item for waiting in waitings], tx, now)
                results += zip(waitings, answers, strict=True)
            tx.deliver()
            if self._store.is_postgresql:
                announce(tx, connection)
            reach("hub.writer.before_commit")
        reach("hub.writer.after_commit")
        return tx, results

    def _answer(self, results: list[tuple[_Waiting, Any]], tx: Transaction | None) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._deliver, results, tx)

    def _deliver(self, results: list[tuple[_Waiting, Any]], tx: Transaction | None) -> None:
        if tx is not None:  # 5
            try:
                self._after_commit(tx)
            except Exception:  # what is committed is answered all the same
                _log.exception("a listener failed after a commit")
        for waiting, result in results:
            if waiting.future.done():
                continue  # its caller went away; what it asked for is committed all the same
            if isinstance(result, BaseException):
                waiting.future.set_exception(result)
            else:
                waiting.future.set_result(result)


def _run_alone(command: Command[Any], tx: Transaction, now: datetime) -> Any:
    """Run one command in its savepoint; a refusal is its result (rule 2)."""
    mark = tx.mark
    try:
        with tx.connection.begin_nested():
            return command(tx, now)
    except HoldfastError as refusal:
        tx.forget_after(mark)
        return refusal
