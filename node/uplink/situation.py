"""How the node stands with its hub right now: for `status`, `doctor` and the heartbeat. Nothing of it is stored."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from common.clock import SKEW_NAMED


@dataclass
class Situation:
    """Changed by the loops, read by whoever asks."""

    started_at: datetime
    last_heard_at: datetime | None = None
    trouble: str = ""  # why the hub is not reached, for a person; empty while it answers
    trouble_since: datetime | None = None
    clock_ahead: timedelta | None = None  # of this machine against the hub's clock
    mailbox_head: int | None = None
    errors: "Counter[int]" = field(default_factory=Counter)  # wire ErrorKind -> count since start
    may_push: asyncio.Event = field(default_factory=asyncio.Event)  # the hub said what it has
    reports_waiting: asyncio.Event = field(default_factory=asyncio.Event)
    heartbeat_wanted: asyncio.Event = field(default_factory=asyncio.Event)  # the hub may be another one now
    renewal_wanted: asyncio.Event = field(default_factory=asyncio.Event)
    when_heard: Callable[[], None] = lambda: None
    when_changed: Callable[[], None] = lambda: None  # the hub is missed, or heard again
    recovery_wanted: bool = False  # the certificate is of no more use; only the bound key helps

    def heard(self, now: datetime) -> None:
        """Note that the hub answered: it is back for every loop that waits."""
        if self.trouble:
            self.trouble, self.trouble_since = "", None
            self.when_heard()
            self.heartbeat_wanted.set()
            self.when_changed()
        self.last_heard_at = now

    def failed(self, kind: int, why: str, now: datetime) -> None:
        """Note that it did not, and why. When it is back it may be a restored one: what it has is asked first."""
        self.errors[kind] += 1
        self.may_push.clear()
        self.heartbeat_wanted.set()
        is_new = not self.trouble
        if is_new:
            self.trouble_since = now
        self.trouble = why
        if is_new:
            self.when_changed()

    def told_time(self, hub_time: datetime, now: datetime) -> None:
        """Note what the hub's clock says."""
        self.clock_ahead = now - hub_time

    def ask_for_recovery(self) -> None:
        """Have the identity regained with the bound key."""
        self.recovery_wanted = True
        self.renewal_wanted.set()


async def set_within(event: asyncio.Event, seconds: float) -> bool:
    """Wait until an event is set, at most so long; tell whether it is.

    Not `asyncio.wait_for`: in Python 3.11 that one loses a cancellation which comes in the same moment as the event.
    """
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return event.is_set()
    return True


def skew_words(clock_ahead: timedelta | None) -> str:
    """Name a clock that is off by too much; nothing when it is not, or not known."""
    if clock_ahead is None or abs(clock_ahead) <= SKEW_NAMED:
        return ""
    minutes = round(abs(clock_ahead).total_seconds() / 60)
    return f"this machine's clock is {minutes} min {'ahead of' if clock_ahead > timedelta(0) else 'behind'} the hub's"
