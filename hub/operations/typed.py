"""What operators type, read: times."""

from datetime import UTC, datetime

from common.errors import InvalidRequest
from common.wire.validate import FIRST_TIME_S, LAST_TIME_S


def time_typed(text: str, field: str) -> datetime:
    """Read a time with its zone; nodes take those of the years 2000 to 2100.

    Raises:
        InvalidRequest: names the field, and shows how a time is typed. A second 60 is none: no clock here counts it.
    """
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None and FIRST_TIME_S <= moment.timestamp() < LAST_TIME_S:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise InvalidRequest(
        f"{field}: a time with its zone is needed, such as 2026-11-03T14:20:00+00:00, in the years 2000 to 2099"
    )
