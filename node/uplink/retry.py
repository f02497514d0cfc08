"""How a loop goes on after a failure: exponential, full jitter, bounded, logged with the true reason.

1. The n-th wait in a row is a random time from 0 to first * 2^(n-1) seconds, never more than the longest. So nodes come
   back spread out after an outage, and none waits itself into exile.
2. A success starts the count anew. Hearing from the hub in any other way ends a wait that is under way.
3. What is logged is why: gRPC itself says only "unavailable".

Source: DESIGN.md 6; TRUST.md d06.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import NoReturn, Protocol

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_random_exponential

from common.errors import HoldfastError
from common.wire.v1.codes_pb2 import ErrorKind
from node.uplink.situation import set_within

_log = logging.getLogger(__name__)

Step = Callable[[], Awaitable[None]]


class Explains(Protocol):
    """Finds the true reason of a failure, and keeps it for people."""

    async def of(self, error: HoldfastError) -> str: ...

    def note(self, kind: int, why: str) -> None: ...


class Retry:
    """One loop's patience."""

    def __init__(self, loop_name: str, first_s: float, longest_s: float, reasons: Explains) -> None:
        self._name = loop_name
        self._reasons = reasons
        self._wait = wait_random_exponential(multiplier=first_s, max=longest_s)  # 1
        self._ended_early = asyncio.Event()
        self._attempt: RetryCallState | None = None

    async def for_ever(self, step: Step) -> NoReturn:
        """Do a step again and again; after a failure, wait first."""
        while True:
            await self.until_done(step)

    async def until_done(self, step: Step) -> None:
        """Do a step until it succeeds."""
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(Exception),  # a bug must not end a loop: it is logged, counted and waited for
            wait=self._wait,
            sleep=self._sleep,
            before_sleep=self._tell,
            reraise=True,
        )
        await retrying(step)

    def clear(self) -> None:
        """End a wait that is under way: the hub was heard (2)."""
        self._ended_early.set()

    async def _sleep(self, seconds: float) -> None:
        self._ended_early.clear()
        if await set_within(self._ended_early, seconds) and self._attempt is not None:
            self._attempt.attempt_number = 1

    async def _tell(self, attempt: RetryCallState) -> None:
        self._attempt = attempt
        error = attempt.outcome.exception() if attempt.outcome else None
        wait_s = round(attempt.next_action.sleep if attempt.next_action else 0.0, 3)
        if isinstance(error, HoldfastError):
            why = await self._reasons.of(error)  # 3
            _log.warning(
                "the hub was not reached, or refused", extra={"loop": self._name, "why": why, "wait_s": wait_s}
            )
        else:
            self._reasons.note(ErrorKind.ERROR_KIND_INTERNAL, "internal error: the node's log has the details")
            _log.error("a loop failed", exc_info=error, extra={"loop": self._name, "wait_s": wait_s})
