"""How long it took, as people write it: `15m`, `1h30`, `about 30`, `<15`, `01:15`, `1 hr`; and days until a follow-up.

What may fall into two bands ("<30") is not read: the map says what it means.
"""

import re
from datetime import datetime, time, timedelta

from node.domain.encounter import Duration, duration_of
from node.importer.sheet import Cell

_DAY_MINUTES = 24 * 60
_ABOUT = re.compile(
    r"^(?:about|around|approx\.?|approximately|ca\.?|circa|env\.?|environ|aprox\.?|unos|etwa|~|±)\s*", re.ASCII
)
_HOURS = r"(?:h|hr|hrs|hour|hours|hora|horas|heure|heures|std|stunde|stunden)\.?"
_MINUTES = r"(?:m|min|mins|minute|minutes|minuto|minutos|minuten|')\.?"
_NUMBER = r"([0-9]{1,4}(?:[.,][0-9]{1,2})?)"
_AS_MINUTES = re.compile(_NUMBER + r"\s*" + _MINUTES, re.ASCII)
_AS_HOURS = re.compile(
    _NUMBER + r"\s*" + _HOURS + r"(?:\s*(?:and|y|et|und)?\s*([0-9]{1,2})\s*(?:" + _MINUTES + ")?)?", re.ASCII
)
_AS_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::00)?\s*(?:" + _HOURS + ")?", re.ASCII)
_PLAIN = re.compile(_NUMBER, re.ASCII)
_RANGE = re.compile(r"([0-9]{1,3})\s*(?:-|\u2013|to|a)\s*([0-9]{1,3})\s*(?:" + _MINUTES + ")?", re.ASCII)
_WORDS = {
    "half an hour": 30,
    "half hour": 30,
    "an hour": 60,
    "one hour": 60,
    "hour": 60,
    "media hora": 30,
    "una hora": 60,
}


def read_minutes(cell: Cell, is_in_hours: bool = False) -> float | None:
    """Read an amount of time in minutes; None where it is no single amount."""
    if isinstance(cell, timedelta):
        return cell.total_seconds() / 60
    if isinstance(cell, datetime):
        return None
    if isinstance(cell, time):
        return cell.hour * 60 + cell.minute
    if not isinstance(cell, str) or len(cell) > 40:
        return None
    text = _ABOUT.sub("", " ".join(cell.split()).casefold())
    if text in _WORDS:
        return _WORDS[text]
    if found := _PLAIN.fullmatch(text):
        return _number(found[1]) * (60 if is_in_hours else 1)
    if found := _AS_MINUTES.fullmatch(text):
        return _number(found[1])
    if found := _AS_HOURS.fullmatch(text):
        return _number(found[1]) * 60 + int(found[2] or 0)
    if (found := _AS_CLOCK.fullmatch(text)) and int(found[2]) < 60:
        return int(found[1]) * 60 + int(found[2])
    return None


def read_duration(cell: Cell, is_in_hours: bool = False) -> Duration | None:
    """Read the band that an amount of time falls into; None where it cannot be told."""
    minutes = read_minutes(cell, is_in_hours)
    if minutes is not None:
        return duration_of(minutes) if 0 <= minutes <= _DAY_MINUTES else None
    if not isinstance(cell, str) or len(cell) > 40:
        return None
    text = " ".join(cell.split()).casefold()
    if found := _RANGE.fullmatch(text):
        bands = {duration_of(min(int(each), _DAY_MINUTES)) for each in found.groups()}
        return bands.pop() if len(bands) == 1 else None
    if text.endswith("+") or text[:1] in (">", "≥"):
        least = read_minutes(text.strip("+>≥= "), is_in_hours)
        return Duration.FROM_60 if least is not None and 60 <= least <= _DAY_MINUTES else None
    if text[:1] in ("<", "≤") or text.startswith(("under ", "less than ")):
        most = read_minutes(text.removeprefix("under ").removeprefix("less than ").strip("<≤= "), is_in_hours)
        return Duration.UNDER_15 if most is not None and 0 < most <= 15 else None
    return None


def is_rough(cell: Cell) -> bool:
    """Tell whether an amount says of itself that it is no exact one."""
    return isinstance(cell, str) and (
        bool(_ABOUT.match(cell.strip().casefold())) or (cell[:1] in "<>≤≥" and cell != "")
    )


def read_ahead(cell: Cell) -> timedelta | None:
    """Read how long from the contact to the follow-up: `tomorrow`, `next week`, `in 2 weeks`, `10 days`."""
    if not isinstance(cell, str) or len(cell) > 40:
        return None
    text = " ".join(cell.split()).casefold().removeprefix("in ").removeprefix("en ").removeprefix("within ")
    if text in _AHEAD:
        return timedelta(days=_AHEAD[text])
    if found := _DAYS.fullmatch(text):
        number = int(found[1]) if found[1] else 1
        return timedelta(days=number * (7 if found[2][0] in "ws" else 1)) if number <= 520 else None
    return None


_AHEAD = {
    "today": 0,
    "same day": 0,
    "tomorrow": 1,
    "next day": 1,
    "next week": 7,
    "next wk": 7,
    "a week": 7,
    "mañana": 1,
}
_AHEAD |= {"próxima semana": 7, "la próxima semana": 7, "demain": 1, "morgen": 1, "nächste woche": 7}
_DAYS = re.compile(r"([0-9]{1,3})?\s*(days?|d|weeks?|wks?|w|semanas?|días?|jours?|semaines?|tage?|wochen?)", re.ASCII)


def _number(text: str) -> float:
    return float(text.replace(",", "."))
