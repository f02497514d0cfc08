"""Bad passwords, counted: five lock the name for a while, twice as long each time.

1. It counts for a name, whether there is such a user or not: both are alike (TRUST.md i05).
2. Ways back: to wait, a recovery code, an operator's unlock (TRUST.md e05).
3. A day after the last bad password everything is forgotten.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

MOST_FAILURES = 5
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(hours=24)
FORGOTTEN_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class Limit:
    """What was counted for one name."""

    failures: int = 0
    lockouts: int = 0
    last_at: datetime | None = None
    locked_until: datetime | None = None

    def is_locked(self, now: datetime) -> bool:
        """Tell whether nobody may sign in by this name now, whatever the password."""
        return self.locked_until is not None and now < self.locked_until

    def is_forgotten(self, now: datetime) -> bool:
        """Tell whether the counting begins anew (3)."""
        return not self.is_locked(now) and self.last_at is not None and now - self.last_at >= FORGOTTEN_AFTER


def after_failure(limit: Limit, now: datetime) -> Limit:
    """Count one bad password."""
    if limit.is_forgotten(now):
        limit = Limit()
    failures = limit.failures + 1
    if failures < MOST_FAILURES:
        return replace(limit, failures=failures, last_at=now)
    locked = min(FIRST_LOCK * 2 ** min(limit.lockouts, 10), LONGEST_LOCK)
    return Limit(0, limit.lockouts + 1, now, now + locked)
