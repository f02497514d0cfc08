"""The hub's calendar: it opens the running periods' reporting windows, and makes the editions that are due.

1. It looks every `LOOK_S` with a connection that only reads, and goes to the writer only with what is to be written.
2. What is due follows from the store, so a restart forgets nothing. Of an edition of which nothing could be shown it
   remembers the agencies: it is tried again when there are others, or after a restart.
3. Releases are audited, agency by agency, and figures worked out in a thread: nobody waits for them. What does not
   pass is left out, for good; where fewer than three agencies are then new, no edition is made.
4. What fails is logged, and the next look comes (hub/ticking.py).

Source: DESIGN.md 5 and 7.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from common.clock import Clock
from hub.domain.group_figures import LEAST_CONTRIBUTORS
from hub.persistence.transaction import Transaction
from hub.store_reader import StoreReader
from hub.use_cases.editions import Draft, Unaudited, gather, keep, list_due, made
from hub.use_cases.release_audits import find_left_out, leave_out
from hub.use_cases.reporting_windows import is_running_due, open_running

LOOK_S = 60.0
_log = logging.getLogger(__name__)

Submit = Callable[[Callable[[Transaction, datetime], int]], Awaitable[int]]


class Reporting:
    """Opens what is to be opened, and makes what is to be made."""

    def __init__(self, reader: StoreReader, submit: Submit, clock: Clock) -> None:
        self._reader = reader
        self._submit = submit
        self._clock = clock
        self._refused: dict[bytes, frozenset[bytes]] = {}

    async def look(self) -> int:
        """Do everything that is due now; tell how many windows were opened and editions made."""
        now, done = self._clock.now(), 0
        if await self._reader.read(partial(is_running_due, now=now)):
            done += await self._submit(open_running)
        for due in await self._reader.read(partial(list_due, now=now, refused=self._refused)):
            draft = await self._audited(await self._reader.read(partial(gather, due=due)))
            if len(draft.released) < LEAST_CONTRIBUTORS:
                continue
            part = await asyncio.to_thread(made, draft, now)
            if part is None:
                self._refused[draft.window.id] = frozenset(draft.released)
                continue
            if await self._submit(partial(keep, part)):
                done += 1
                _log.info("an edition was made", extra={"edition": draft.number, "agencies": len(draft.released)})
        return done

    async def _audited(self, of: Unaudited) -> Draft:
        """Leave out what does not pass the audit (3)."""
        found = {each: await asyncio.to_thread(find_left_out, of, each) for each in of.taken}
        left_out = {agency_id: kinds for agency_id, kinds in found.items() if kinds}
        if left_out:
            await self._submit(partial(leave_out, of.window.id, left_out))
        return of.without(left_out)
