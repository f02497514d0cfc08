"""Times and days as a tired person types them, where the agency is.

1. `2026-11-03 14:20` and `14:20` are the agency's time; with an offset, such as +00:00, they are what they say.
2. A time alone is today's; one that is still to come was yesterday's.
3. `20m`, `2h` and `3d` are so long ago; as a day to come, `3d` is in three days.

Source: DOMAIN.md 3; TRUST.md t06, t08.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from common.errors import InvalidRequest

LONGEST_SAID = 40  # characters
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_AGO = re.compile(r"\+?([0-9]{1,4}) ?(m|h|d|w)(?:in|ours?|r|ays?|eeks?)?(?: ago)?", re.ASCII)
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_SOON = timedelta(minutes=2)


def is_relative(said: str) -> bool:
    """Tell whether a time or a day is said from now on, such as `20m`, `tomorrow` or `yesterday 14:20`."""
    text = " ".join(said[:LONGEST_SAID].lower().split())
    return text.partition(" ")[0] in ("now", *_DAYS) or _AGO.fullmatch(text) is not None


def read_moment(said: object, field: str, zone: tzinfo, now: datetime) -> datetime:
    """Read a time that has been; `now` is one. Raises InvalidRequest naming the field."""
    text = _plain(said, field)
    if text == "now":
        return now
    ago = _AGO.fullmatch(text)
    if ago is not None:
        return now - _span(ago)
    try:
        return _clock_time(text, zone, now) or _written(text, zone)
    except (ValueError, OverflowError):
        raise InvalidRequest(f"{field}: a time such as 14:20, 20m (ago), or 2026-11-03 14:20") from None


def read_day(said: object, field: str, today: date, *, is_to_come: bool = False) -> date:
    """Read a day; `3d` is in three days where it is to come, else three days ago. Raises InvalidRequest."""
    text = _plain(said, field)
    if text in _DAYS:
        return today + timedelta(days=_DAYS[text])
    span = _AGO.fullmatch(text)
    try:
        if span is not None and span[2] in "dw":
            return today + _span(span) if is_to_come else today - _span(span)
        return date.fromisoformat(text)
    except (ValueError, OverflowError):
        raise InvalidRequest(f"{field}: a day such as 2026-11-06, tomorrow or 3d") from None


def start_of(day: date, zone: tzinfo) -> datetime:
    """Give the moment at which a day begins where the agency is."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _plain(said: object, field: str) -> str:
    if not isinstance(said, str) or len(said) > LONGEST_SAID:
        raise InvalidRequest(f"{field}: must be a time or a day")
    return " ".join(said.lower().split())


def _span(found: "re.Match[str]") -> timedelta:
    return int(found[1]) * _UNITS[found[2]]


def _clock_time(text: str, zone: tzinfo, now: datetime) -> datetime | None:
    day, _, clock = text.rpartition(" ")
    if (day and day not in _DAYS) or not re.fullmatch(r"[0-9]{1,2}:?[0-9]{2}", clock, re.ASCII):
        return None
    digits = clock.replace(":", "").zfill(4)
    today = now.astimezone(zone).date()
    at = time(int(digits[:2]), int(digits[2:]))
    moment = datetime.combine(today + timedelta(days=_DAYS.get(day, 0)), at, zone)
    if not day and moment > now + _SOON:  # 2
        moment = datetime.combine(today - timedelta(days=1), at, zone)
    return moment.astimezone(UTC)


def _written(text: str, zone: tzinfo) -> datetime:
    moment = datetime.fromisoformat(text.replace(" ", "T", 1).upper())
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).astimezone(UTC)
