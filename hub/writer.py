"""The hub's one writer: takes whatever is waiting, applies it in one transaction, commits, and only then answers.

1. One group is written after the other. What arrives meanwhile waits for the next: group commit. A group is complete
   when nothing more came for a moment: a signature and a commit cost the same for one push as for all of a stream's.
2. A *command* is a function `(tx, now)`; each runs in a savepoint of its own, so that one that fails leaves the others
   alone.
3. Commands of the busiest kind are handed over together: `submit_to(apply_many, item)` calls `apply_many(items, tx,
   now)` once for all that wait. It reads and writes for all of them at once, and gives each its own answer or error.
4. When a group fails as a whole (a bug, a full disk), it is rolled back and each of its commands is tried alone, so
   that only the one at fault fails.
5. Nobody is answered before the commit. After it, and before the answers, the listeners hear of new mail.
6. The embedded store is written on the event loop, some milliseconds a group. SQLite gives the interpreter's lock away
   at each row, and in a thread of its own the writer came to it late: a push then cost the hub a third more processor
   time. PostgreSQL is written in a thread, since the writer waits for the network there.

Source: DESIGN.md 5.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection

from common.clock import Clock
from common.errors import HoldfastError, TemporarilyUnavailable
from common.failpoint import reach
from common.storage.store import Store
from hub.asking import actor
from hub.persistence.database import transaction_number
from hub.persistence.memory import Memory
from hub.persistence.transaction import Transaction
from hub.wakeups import announce

MAX_GROUP = 256  # commands in one transaction: bounds the time a commit takes, and what a crash makes repeat
GATHER_S = 0.001  # a group is complete when nothing more came for so long: one command alone waits no longer
GATHER_PASSES = 4  # of the event loop, at least: a call that arrived is handed to the writer within so many
LONGEST_GATHER_S = 0.02  # while commands keep coming

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
    actor: str = ""


_Written = tuple[Transaction | None, list[tuple[_Waiting, Any]]]


class Writer:
    """Runs commands, one group after the other. Used on the event loop only."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        after_commit: Callable[[Transaction], None],
        hub_epoch: int = 1,
        before_commit: Callable[[Connection], None] = lambda _: None,
    ) -> None:
        """Prepare a writer.

        Args:
            after_commit: called on the event loop with each committed transaction, before its commands are answered.
            before_commit: signs the audit trail, once for all that a group recorded.
        """
        self._store = store
        self._clock = clock
        self._after_commit = after_commit
        self._hub_epoch = hub_epoch
        self._before_commit = before_commit
        self._arriving: list[_Waiting] = []
        self._busy = False  # a group is gathered or written
        self._idle = asyncio.Event()
        self._idle.set()
        self._thread = ThreadPoolExecutor(1, "writer") if store.is_postgresql else None  # 6
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False
        self._memory = Memory()
        self._memory_stands = False
        self._last_number = 0

    def start(self) -> None:
        """Begin to write. Call it on the event loop that will be answered on."""
        self._loop = asyncio.get_running_loop()

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
        await self._idle.wait()
        if self._thread is not None:
            self._thread.shutdown()

    def _enqueue(self, command: Any, apply_many: Any, item: Any) -> "asyncio.Future[Any]":
        loop = self._loop
        if self._closed or loop is None:
            raise TemporarilyUnavailable("this hub is stopping; try again")
        future = loop.create_future()
        self._arriving.append(_Waiting(future, command, apply_many, item, actor()))
        if not self._busy:
            self._gather(loop)
        return future

    def _gather(self, loop: asyncio.AbstractEventLoop) -> None:
        self._busy = True
        self._idle.clear()
        loop.call_later(GATHER_S, self._look, loop, len(self._arriving), loop.time() + LONGEST_GATHER_S, GATHER_PASSES)

    def _look(self, loop: asyncio.AbstractEventLoop, seen: int, until: float, passes: int) -> None:
        """Wait on while commands keep coming (1)."""
        arrived = len(self._arriving)
        if arrived >= MAX_GROUP or loop.time() >= until or (arrived == seen and not passes):
            self._hand_over(loop)
        elif arrived == seen:
            loop.call_soon(self._look, loop, seen, until, passes - 1)
        else:
            loop.call_later(GATHER_S, self._look, loop, arrived, until, GATHER_PASSES)

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        group, self._arriving = self._arriving[:MAX_GROUP], self._arriving[MAX_GROUP:]
        if self._thread is None:
            self._written(loop, self._write(group))
        else:
            written = loop.run_in_executor(self._thread, self._write, group)
            written.add_done_callback(lambda done: self._written(loop, done.result()))

    def _written(self, loop: asyncio.AbstractEventLoop, written: list[_Written]) -> None:
        for tx, results in written:
            self._answer(results, tx)
        if self._arriving:
            self._gather(loop)
        else:
            self._busy = False
            self._idle.set()

    def _write(self, group: list[_Waiting]) -> list[_Written]:
        try:
            return [self._commit(group)]
        except Exception as error:
            if len(group) > 1:  # 4
                return [written for waiting in group for written in self._write([waiting])]
            _log.exception("a command could not be written")
            return [(None, [(group[0], error)])]

    def _commit(self, group: list[_Waiting]) -> tuple[Transaction, list[tuple[_Waiting, Any]]]:
        now = self._clock.now()
        results: list[tuple[_Waiting, Any]] = []
        with self._store.begin() as connection:
            tx = Transaction(connection, now, self._recall(connection, group), self._hub_epoch)
            together: dict[Any, list[_Waiting]] = {}
            for waiting in group:
                if waiting.command is None:
                    together.setdefault(waiting.apply_many, []).append(waiting)
                else:
                    tx.actor = waiting.actor
                    results.append((waiting, _run_alone(waiting.command, tx, now)))
            for apply_many, waitings in together.items():
                answers = apply_many([waiting.item for waiting in waitings], tx, now)
                results += zip(waitings, answers, strict=True)
            self._before_commit(connection)
            if self._store.is_postgresql:
                tx.deliver(partial(announce, tx))
            else:
                tx.deliver()
            reach("hub.writer.before_commit")
        reach("hub.writer.after_commit")
        self._memory_stands = True
        return tx, results

    def _recall(self, connection: Connection, group: list[_Waiting]) -> Memory:
        """Give what is remembered, if it still holds."""
        number = transaction_number(connection)
        follows = number is None or number == self._last_number + 1
        if not self._memory_stands or not follows or any(waiting.command is not None for waiting in group):
            self._memory.forget()
        self._memory.bound()
        self._memory_stands, self._last_number = False, number or 0  # until the commit
        return self._memory

    def _answer(self, results: list[tuple[_Waiting, Any]], tx: Transaction | None) -> None:
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
