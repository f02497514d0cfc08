"""Times as people type them: by the agency's clocks, unless they carry an offset."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from common.errors import InvalidRequest
from node.domain.rota import moment_of

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_LONGEST = 40


def _is_plain(said: Any) -> bool:
    """Tell whether it can be a time at all: Python's own reading stops at a NUL."""
    return isinstance(said, str) and len(said) <= _LONGEST and said.isascii() and said.isprintable()


def moment_said(said: Any, field: str, zone: ZoneInfo) -> datetime:
    """Read a moment such as 2026-11-03T14:20; raises InvalidRequest naming the field."""
    try:
        read = datetime.fromisoformat(said.strip()) if _is_plain(said) else None
        shown = read and (read if read.tzinfo else moment_of(read.date(), read.time(), zone))
        moment = shown and shown.astimezone(UTC)
    except (ValueError, TypeError, AttributeError, OverflowError):
        moment = None
    if moment is None or not _EARLIEST <= moment < _LATEST:
        raise InvalidRequest(f"{field}: a time is needed, such as 2026-11-03T14:20, by the agency's clocks")
    return moment


def time_said(said: Any, field: str) -> time:
    """Read a time of day such as 22:00; raises InvalidRequest naming the field."""
    try:
        wall = time.fromisoformat(said.strip()) if _is_plain(said) else None
    except (ValueError, TypeError, AttributeError):
        wall = None
    if wall is None or wall.tzinfo or wall.second or wall.microsecond:
        raise InvalidRequest(f"{field}: a time of day is needed, such as 22:00")
    return wall


def day_said(said: Any, field: str) -> date:
    """Read a day such as 2026-11-03; raises InvalidRequest naming the field."""
    try:
        day = date.fromisoformat(said.strip()) if _is_plain(said) else None
    except (ValueError, TypeError, AttributeError):
        day = None
    if day is None or not _EARLIEST.date() <= day < _LATEST.date():
        raise InvalidRequest(f"{field}: a day is needed, such as 2026-11-03")
    return day


def weekday_said(said: Any) -> int:
    """Read a day of the week, by its name or its first three letters or more; raises InvalidRequest."""
    word = said.strip().casefold() if isinstance(said, str) and len(said) <= _LONGEST else ""
    found = [number for number, name in enumerate(_WEEKDAYS) if len(word) >= 2 and name.startswith(word)]
    if len(found) != 1:
        raise InvalidRequest("weekday: say monday, tuesday, ... or their first letters")
    return found[0]
