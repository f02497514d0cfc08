"""Statuses as they are marked, times as a form has them, and rows that stand together."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from common.errors import InvalidRequest
from common.web.form import Form

KINDS = {"active": "good", "monitoring": "good", "requested": "warn", "unable": "bad", "declined": "bad"}


def moment(sent: Form, day: str, time: str, zone: ZoneInfo) -> str | None:
    """Read a day and a time in the console's zone; None where both were left empty.

    Raises:
        InvalidRequest: names the field of the day.
    """
    if not sent.get(day) and not sent.get(time):
        return None
    try:
        return datetime.fromisoformat(f"{sent.get(day)}T{sent.get(time) or '00:00'}").replace(tzinfo=zone).isoformat()
    except ValueError:
        raise InvalidRequest(f"{day}: a day and a time are needed, such as 3 November 2026 and 14:20") from None


def grouped(rows: Iterable[Mapping[str, Any]], by: str) -> list[tuple[str, Sequence[Mapping[str, Any]]]]:
    """Put rows with the same value beside each other, each value where it came first."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row[by], []).append(row)
    return list(groups.items())


def entered(sent: Form) -> dict[str, Any]:
    """Give what a form was sent with, to fill it again."""
    return {name: some[-1] for name, some in sent.values.items()}
