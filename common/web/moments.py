"""Times as people read them: in the agency's zone, with what is left of a deadline.

Source: DOMAIN.md 2; issue "two consoles".
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

_IN_UTC = re.compile(r"\b(\d{4}-\d\d-\d\d \d\d:\d\d) UTC\b", re.ASCII)
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def read(said: str | datetime, zone: tzinfo) -> datetime:
    """Give a moment in a zone."""
    moment = datetime.fromisoformat(said) if isinstance(said, str) else said
    return moment.astimezone(zone)


def clock_time(at: datetime, now: datetime) -> str:
    """Say a moment, no longer than it must be: `14:20`, `Fri 27 Nov, 14:20`, `3 Nov 2025, 14:20`."""
    now = now.astimezone(at.tzinfo)
    if at.date() == now.date():
        return f"{at:%H:%M}"
    return f"{day(at.date(), now.date())}, {at:%H:%M}"


def whole(at: datetime) -> str:
    """Say a moment as it stands on paper, whenever that is read: `3 Nov 2026, 14:20`."""
    return f"{at.day} {at:%b} {at.year}, {at:%H:%M}"


def day(of: date, today: date) -> str:
    """Say a day: `Fri 27 Nov`; another year's with it: `3 Nov 2025`."""
    return f"{of:%a} {of.day} {of:%b}" if of.year == today.year else f"{of.day} {of:%b} {of.year}"


def span(length: timedelta) -> str:
    """Say how long: `4 min`, `1 h 12 min`, `2 days 3 h`; less than a minute is `a moment`."""
    length = abs(length)
    if length < _MINUTE:
        return "a moment"
    days, rest = divmod(length, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes = rest // _MINUTE
    if days:
        told = f"{days} day{'s' if days != 1 else ''}"
        return f"{told} {hours} h" if hours and days < 7 else told
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min"


def left(at: datetime, now: datetime) -> str:
    """Say what is left until a moment, or how long it is over: `in 1 h 12 min`, `12 min ago`."""
    return f"in {span(at - now)}" if at >= now else f"{span(now - at)} ago"


def by_clocks(words: str, now: datetime, zone: tzinfo) -> str:
    """Say the times of a sentence by a zone's clocks: what a side refuses names them in UTC."""

    def told(found: re.Match[str]) -> str:
        try:
            return clock_time(datetime.fromisoformat(found[1]).replace(tzinfo=UTC).astimezone(zone), now)
        except (ValueError, OverflowError):
            return found[0]

    return _IN_UTC.sub(told, words)
