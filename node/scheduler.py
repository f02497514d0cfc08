"""What a running node does by itself, from time to time.

1. A step runs on the thread that writes, so that it is one with every other command. One that works for long runs
   beside it, and writes in pieces.
2. A step that failed is logged and tried again soon; the others go on.
3. Every step runs once at the start: a node that is switched off each night does its daily work all the same.

Source: DESIGN.md 6.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from node.opened import OpenNode

AGAIN_AFTER = timedelta(minutes=5)
_LOOK_S = 15.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Step:
    """Something that is done again and again.

    Args:
        name: as the log calls it.
        every: from one time to the next.
        do: a plain function of the opened node; may write.
        is_long: may take many seconds (1).
    """

    name: str
    every: timedelta
    do: Callable[[OpenNode], object]
    is_long: bool = False


class Scheduler:
    """The loop over the steps, until closed."""

    def __init__(self, node: OpenNode, steps: Sequence[Step]) -> None:
        self._node = node
        self._steps = steps
        self._due: dict[str, datetime] = {}
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """End; a step under way finishes."""
        self._stopping.set()
        if self._task is not None:
            await self._task

    async def run_due(self) -> None:
        """Do each step whose time has come (1)."""
        for step in self._steps:
            now = self._node.clock.now()
            if now < self._due.get(step.name, now):
                continue
            try:
                do = partial(step.do, self._node)
                await (asyncio.to_thread(do) if step.is_long else self._node.on_writer(do))
                self._due[step.name] = now + step.every
            except Exception:  # 2
                _log.exception("a step of the scheduler failed", extra={"step": step.name})
                self._due[step.name] = now + min(step.every, AGAIN_AFTER)

    async def _run(self) -> None:
        while not self._stopping.is_set():
            await self.run_due()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _LOOK_S)
