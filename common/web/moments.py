"""Times as people read them: in the agency's zone, with what is left of a deadline.

Source: DOMAIN.md 2; issue "two consoles".
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from gettext import NullTranslations

from common.web.texts import marked

ENGLISH = NullTranslations()
_DAYS = (marked("Mon"), marked("Tue"), marked("Wed"), marked("Thu"), marked("Fri"), marked("Sat"), marked("Sun"))
_MONTHS = (
    *(marked("Jan"), marked("Feb"), marked("Mar"), marked("Apr"), marked("May"), marked("Jun")),
    *(marked("Jul"), marked("Aug"), marked("Sep"), marked("Oct"), marked("Nov"), marked("Dec")),
)
_THIS_YEAR, _ANOTHER_YEAR = marked("{weekday} {day} {month}"), marked("{day} {month} {year}")
_IN_UTC = re.compile(r"\b(\d{4}-\d\d-\d\d \d\d:\d\d) UTC\b", re.ASCII)
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def read(said: str | datetime, zone: tzinfo) -> datetime:
    """Give a moment in a zone."""
    moment = datetime.fromisoformat(said) if isinstance(said, str) else said
    return moment.astimezone(zone)


def clock_time(at: datetime, now: datetime, texts: NullTranslations = ENGLISH) -> str:
    """Say a moment, no longer than it must be: `14:20`, `Fri 27 Nov, 14:20`, `3 Nov 2025, 14:20`."""
    now = now.astimezone(at.tzinfo)
    if at.date() == now.date():
        return f"{at:%H:%M}"
    return f"{day(at.date(), now.date(), texts)}, {at:%H:%M}"


def whole(at: datetime, texts: NullTranslations = ENGLISH) -> str:
    """Say a moment as it stands on paper, whenever that is read: `3 Nov 2026, 14:20`."""
    month = texts.gettext(_MONTHS[at.month - 1])
    return f"{texts.gettext(_ANOTHER_YEAR).format(day=at.day, month=month, year=at.year)}, {at:%H:%M}"


def day(of: date, today: date, texts: NullTranslations = ENGLISH) -> str:
    """Say a day: `Fri 27 Nov`; another year's with it: `3 Nov 2025`."""
    weekday, month = texts.gettext(_DAYS[of.weekday()]), texts.gettext(_MONTHS[of.month - 1])
    said = _THIS_YEAR if of.year == today.year else _ANOTHER_YEAR
    return texts.gettext(said).format(weekday=weekday, day=of.day, month=month, year=of.year)


def span(length: timedelta, texts: NullTranslations = ENGLISH) -> str:
    """Say how long: `4 min`, `1 h 12 min`, `2 days 3 h`; less than a minute is `a moment`."""
    length = abs(length)
    if length < _MINUTE:
        return texts.gettext(marked("a moment"))
    days, rest = divmod(length, _DAY)
    hours, rest = divmod(rest, _HOUR)
    in_hours, in_minutes = (texts.gettext(each) for each in (marked("{hours} h"), marked("{minutes} min")))
    if days:
        told = texts.ngettext("{days} day", "{days} days", days).format(days=days)
        return f"{told} {in_hours.format(hours=hours)}" if hours and days < 7 else told
    parts = [in_hours.format(hours=hours)] if hours else []
    minutes = rest // _MINUTE
    return " ".join([*parts, in_minutes.format(minutes=minutes)] if minutes else parts)


def left(at: datetime, now: datetime, texts: NullTranslations = ENGLISH) -> str:
    """Say what is left until a moment, or how long it is over: `in 1 h 12 min`, `12 min ago`."""
    said = marked("in {span}") if at >= now else marked("{span} ago")
    return texts.gettext(said).format(span=span(at - now, texts))


def by_clocks(words: str, now: datetime, zone: tzinfo, texts: NullTranslations = ENGLISH) -> str:
    """Say the times of a sentence by a zone's clocks: what a side refuses names them in UTC."""

    def told(found: re.Match[str]) -> str:
        try:
            return clock_time(datetime.fromisoformat(found[1]).replace(tzinfo=UTC).astimezone(zone), now, texts)
        except (ValueError, OverflowError):
            return found[0]

    return _IN_UTC.sub(told, words)
