"""Moments that are typed into a page: by the agency's clocks."""

from datetime import datetime

from common.errors import InvalidRequest
from common.web.desk import Desk


def typed_moment(desk: Desk, name: str) -> str | None:
    """Give a field with a day and a time as the operations read it, with its zone; None where it was left empty."""
    said = desk.sent.get(name)
    if said is None:
        return None
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is not None:
        raise InvalidRequest(f"{name}: a day and a time are needed, such as 3 November 2026, 14:20")
    return moment.replace(tzinfo=desk.site.zone).isoformat()


def field_of(desk: Desk, moment: datetime) -> str:
    """Give a moment as a field with a day and a time shows it."""
    return f"{moment.astimezone(desk.site.zone):%Y-%m-%dT%H:%M}"
