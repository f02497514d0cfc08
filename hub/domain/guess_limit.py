"""How often a join secret or a recovery proof may be guessed.

A secret has 128 bits, so no rate of guessing finds one; the limit keeps guessing from costing the hub its work and
its log.

1. A source may fail `FREE` times; each failure after that doubles how long it must wait, up to an hour.
2. A source that was quiet for `FORGOTTEN_AFTER` starts anew.
3. All sources together may fail `FREE_TOGETHER` times in a minute. After that everybody waits for the minute to end,
   twice as long the next time, up to eight minutes; a minute below the limit takes that back.
4. At most `SOURCES_KEPT` sources are remembered; the one that failed longest ago is forgotten first.
5. A source is an IPv4 address, or the /64 of an IPv6 address: whoever has one such network has all its addresses.
"""

import ipaddress
from collections import Counter, OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from common.errors import TooMuch

FREE = 5
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(hours=2)
SOURCES_KEPT = 4096
FREE_TOGETHER = 200
MINUTE = timedelta(minutes=1)
MOST_MINUTES = 8


@dataclass
class _Source:
    failures: int
    last: datetime
    waits_until: datetime


class GuessLimit:
    """Remembers failures, in bounded memory."""

    def __init__(self) -> None:
        self._sources: OrderedDict[str, _Source] = OrderedDict()
        self._minute_ends: datetime | None = None
        self._failures_this_minute = 0
        self._minutes_closed = 1
        self._closed_until: datetime | None = None

    def check(self, peer: str, now: datetime) -> None:
        """Raise TooMuch while a peer, or everybody, has to wait."""
        source = self._sources.get(source_of(peer))
        if source is not None and now < source.waits_until:
            raise _too_much(source.waits_until - now)
        if self._closed_until is not None and now < self._closed_until:
            raise _too_much(self._closed_until - now)

    def note_failure(self, peer: str, now: datetime) -> int:
        """Note that a peer failed; give how many times it did so far."""
        name = source_of(peer)
        source = self._sources.pop(name, None)
        if source is None or now - source.last > FORGOTTEN_AFTER:  # 2
            source = _Source(0, now, now)
        source.failures += 1
        source.last = now
        source.waits_until = now + wait_after(source.failures)
        self._sources[name] = source
        if len(self._sources) > SOURCES_KEPT:  # 4
            self._sources.popitem(last=False)
        self._note_together(now)
        return source.failures

    def _note_together(self, now: datetime) -> None:  # 3
        if self._minute_ends is None or now >= self._minute_ends:
            if self._failures_this_minute < FREE_TOGETHER:
                self._minutes_closed = 1
            self._minute_ends, self._failures_this_minute = now + MINUTE, 0
        self._failures_this_minute += 1
        if self._failures_this_minute == FREE_TOGETHER:
            self._closed_until = self._minute_ends + MINUTE * (self._minutes_closed - 1)
            self._minutes_closed = min(self._minutes_closed * 2, MOST_MINUTES)


class AskingLimit:
    """Bounds how often a source may ask what costs work and proves nothing: so many times in a minute."""

    def __init__(self, times_a_minute: int) -> None:
        self._limit = times_a_minute
        self._minute_ends: datetime | None = None
        self._asked: Counter[str] = Counter()

    def check(self, peer: str, now: datetime) -> None:
        """Count a question, or raise TooMuch."""
        if self._minute_ends is None or not self._minute_ends - MINUTE <= now < self._minute_ends:
            self._minute_ends = now + MINUTE
            self._asked.clear()
        source = source_of(peer)
        if self._asked[source] >= self._limit or len(self._asked) > SOURCES_KEPT:
            raise _too_much(self._minute_ends - now)
        self._asked[source] += 1


def wait_after(failures: int) -> timedelta:
    """Give how long a source waits after that many failures."""
    over = failures - FREE
    return timedelta(0) if over < 0 else min(FIRST_WAIT * 2 ** min(over, 20), LONGEST_WAIT)


def source_of(peer: str) -> str:
    """Give what is counted as one source, from gRPC's `ipv4:host:port` or `ipv6:[host]:port`."""
    kind, _, rest = peer.partition(":")
    host = rest.rpartition(":")[0].replace("%5B", "").replace("%5D", "").strip("[]").partition("%")[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return kind[:16]
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _too_much(wait: timedelta) -> TooMuch:
    return TooMuch(f"too many attempts: wait {int(wait.total_seconds()) + 1} s, then try again")
