"""Time, passed in. Rules take `now`; only composition roots and shells hold a clock."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

SKEW_NAMED = timedelta(minutes=10)  # a node's clock that is off by more is named, on both sides (TRUST.md t08)


class Clock(Protocol):
    """Tells the time, UTC-aware."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)
