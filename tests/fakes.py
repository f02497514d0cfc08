"""Stand-ins that behave, for what a test must be able to steer."""

from datetime import datetime, timedelta


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        """Let time go on, or back."""
        self._now += by
