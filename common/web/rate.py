"""How often one address may send what needs no session: signing in, asking for a peer, rating.

A bucket for each address, refilled steadily. Those that are full again are forgotten, so that a flood from many
addresses is bounded in memory too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from common.errors import TooMuch
from common.web.texts import marked

TRIES = 20, timedelta(seconds=6)  # at once, and one more after each
_MOST_ADDRESSES = 10_000
FULL = marked("Too many tries from this connection. Wait a minute, then try again; nothing was lost.")


@dataclass
class _Bucket:
    left: float
    at: datetime


class Rate:
    """A limit for each address.

    Args:
        at_once: how many in a row.
        every: one more after each of these.
    """

    def __init__(self, at_once: int, every: timedelta, now: Callable[[], datetime]) -> None:
        self._at_once = at_once
        self._every = every
        self._now = now
        self._buckets: dict[str, _Bucket] = {}

    def take(self, address: str) -> None:
        """Count one; raises TooMuch when the address has had its share."""
        now = self._now()
        if address not in self._buckets and len(self._buckets) >= _MOST_ADDRESSES:
            self._forget(now)
        bucket = self._buckets.setdefault(address, _Bucket(self._at_once, now))
        bucket.left = min(self._at_once, bucket.left + max(now - bucket.at, timedelta(0)) / self._every)
        bucket.at = now
        if bucket.left < 1:
            raise TooMuch(FULL)
        bucket.left -= 1

    def _forget(self, now: datetime) -> None:
        full = self._at_once * self._every
        kept = {address: each for address, each in self._buckets.items() if now - each.at < full}
        if len(kept) >= _MOST_ADDRESSES:
            raise TooMuch(FULL)
        self._buckets = kept
