"""How long a notice waits before it is tried again, and when it is given up.

1. Waits grow twofold, with full jitter, from a minute to half an hour: a mail server that is down is not hammered by
   everything that waits.
2. What was not delivered within `GIVEN_UP_AFTER` is given up, and stands in the list until somebody looks.
3. What was not delivered within `NEXT_AFTER` goes to the next who is on call as well.

Source: DOMAIN.md 2; DESIGN.md 6.
"""

from datetime import datetime, timedelta

from tenacity import RetryCallState, Retrying, wait_random_exponential

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=60), timedelta(minutes=30)
NEXT_AFTER = timedelta(minutes=10)
GIVEN_UP_AFTER = timedelta(hours=12)
_wait = wait_random_exponential(multiplier=FIRST_WAIT.total_seconds(), max=LONGEST_WAIT.total_seconds(), min=5)
_retrying = Retrying(wait=_wait)


def next_try(attempts: int, now: datetime) -> datetime:
    """Give when to try again after so many attempts (1)."""
    state = RetryCallState(_retrying, None, (), {})
    state.attempt_number = attempts
    return now + timedelta(seconds=_wait(state))


def is_given_up(created_at: datetime, held_until: datetime, now: datetime) -> bool:
    """Tell whether it has been tried for long enough (2); quiet hours do not count."""
    return now - max(created_at, held_until) >= GIVEN_UP_AFTER
