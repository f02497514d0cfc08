"""Days as a form's date fields give them: from the beginning of one to the end of another, where the agency is."""

from datetime import date, datetime, time, timedelta, tzinfo

from common.errors import InvalidRequest


def day_begins(said: str, field: str, zone: tzinfo) -> str:
    """Give the moment at which a day begins; raises InvalidRequest naming the field."""
    return datetime.combine(_day(said, field), time(), zone).isoformat()


def day_is_over(said: str, field: str, zone: tzinfo) -> str:
    """Give the moment at which a day is over; raises InvalidRequest naming the field."""
    return datetime.combine(_day(said, field) + timedelta(days=1), time(), zone).isoformat()


def _day(said: str, field: str) -> date:
    try:
        found = date.fromisoformat(said)
    except ValueError:
        found = None
    if found is None or not 1970 <= found.year <= 9000:
        raise InvalidRequest(f"{field}: a day is needed, such as 2026-11-03")
    return found
