"""The hub's tick: what its clock does when nobody does anything.

1. It looks every `TICK_S` with a connection that only reads, and goes to the writer only when something is due.
2. What is due stands in the store, so a restart forgets nothing: what fell due while the hub was down is done at its
   first tick.
3. Where several processes share a store, each of them ticks. Their writers take turns, and whoever comes second finds
   nothing due any more: each deadline is acted on once, and a process that hangs holds none up.
4. A tick that fails is logged, and the next one comes.

Source: DESIGN.md 5; DOMAIN.md 4, rule 4.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from common.clock import Clock
from hub.persistence import follow_ups, mutual_aid
from hub.persistence.transaction import Transaction
from hub.store_reader import StoreReader
from hub.ticking import keep_ticking
from hub.use_cases.mutual_aid import aid_due
from hub.use_cases.ownership import MOST_AT_ONCE, run_deadlines

TICK_S = 5.0
_log = logging.getLogger(__name__)

Submit = Callable[[Callable[[Transaction, datetime], int]], Awaitable[int]]


def due(connection: Connection, now: datetime) -> bool:
    """Tell whether a deadline of any kind has passed."""
    moments = [follow_ups.next_due(connection), mutual_aid.next_due(connection)]
    return any(moment is not None and moment <= now for moment in moments)


def run_all(tx: Transaction, now: datetime) -> int:
    """Do what the clock does, for a bounded number of things; tell how many."""
    return run_deadlines(tx, now) + aid_due(tx, now, MOST_AT_ONCE)


class Escalation:
    """Ticks until it is cancelled."""

    def __init__(self, reader: StoreReader, submit: Submit, clock: Clock) -> None:
        self._reader = reader
        self._submit = submit
        self._clock = clock

    async def keep_ticking(self) -> None:
        """Tick for ever."""
        await keep_ticking(self.tick, TICK_S)

    async def tick(self) -> int:
        """Do everything that is due now; tell how much that was."""
        done = 0
        while await self._reader.read(self._is_due):
            count = await self._submit(run_all)
            if not count:
                break
            done += count
        if done:
            _log.info("deadlines have passed", extra={"count": done})
        return done

    def _is_due(self, connection: Any) -> bool:
        return due(connection, self._clock.now())
