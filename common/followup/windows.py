"""How long people may give: the spans that the contract takes, as they are typed in hours or days.

Source: `report.proto`, FollowUpCommand.
"""

from datetime import timedelta

from common.errors import InvalidRequest

ACCEPT_WITHIN = timedelta(minutes=1), timedelta(days=30)
NEXT_CHECK_IN_WITHIN = timedelta(hours=1), timedelta(days=367)


def span_in(said: float | None, unit: timedelta, least: timedelta, most: timedelta, field: str) -> timedelta | None:
    """Read a span that was typed as a number of units; None when none was.

    Raises:
        InvalidRequest: names the field and what it may be, in its unit.
    """
    if said is None:
        return None
    low, high = least / unit, most / unit
    if not low <= float(said) <= high:  # not a number is not between them either
        unit_word = {timedelta(hours=1): "hours", timedelta(days=1): "days"}[unit]
        raise InvalidRequest(f"{field}: {low:.3g} to {high:.3g} {unit_word} may be given, not {said:g}")
    return float(said) * unit
