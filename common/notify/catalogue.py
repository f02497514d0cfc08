"""Every sentence that a notice may be: fixed words, and times. There is no way to put anything else in.

1. A kind names its sentence; a sentence has no other gap than `{by}`, a time of day, or `{since}`, a day.
2. Gaps take a `datetime`, and nothing that is not one: no name, code, title, reference or text ever gets in.
3. The subject of a mail is the same for every kind.

Source: DOMAIN.md 2, "they carry no content".
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from common.errors import InvalidRequest

SUBJECT = "Holdfast: something waits for you"


class Kind(StrEnum):
    """What a notice is for."""

    OFFER_WAITS = "offer_waits"
    ESCALATION = "escalation"
    PEER_REQUEST_WAITS = "peer_request_waits"
    CHECK_IN_OVERDUE = "check_in_overdue"
    TRAINING_EXPIRES = "training_expires"
    ROTA_GAP = "rota_gap"
    NODE_TROUBLE = "node_trouble"
    BACKUP_OVERDUE = "backup_overdue"
    COUNTS_WAIT = "counts_wait"
    TEST = "test"


# Each kind's sentence without a time, and with one.
SENTENCES: Mapping[Kind, tuple[str, str]] = {
    Kind.OFFER_WAITS: ("An offer waits for you.", "An offer waits for you; accept by {by}."),
    Kind.ESCALATION: ("Something waits on your queue.", "Something waits on your queue since {by}."),
    Kind.PEER_REQUEST_WAITS: ("Somebody asks for a peer.", "Somebody asks for a peer; waiting since {by}."),
    Kind.CHECK_IN_OVERDUE: ("A check-in is overdue.", "A check-in is overdue since {by}."),
    Kind.TRAINING_EXPIRES: ("A training expires soon.", "A training expires on {since}."),
    Kind.ROTA_GAP: ("Nobody is on call for some hours soon.", "Nobody is on call from {by} on."),
    Kind.NODE_TROUBLE: ("A node needs to be looked at.", "A node needs to be looked at, since {by}."),
    Kind.BACKUP_OVERDUE: ("A backup is overdue.", "A backup is overdue; the last one is of {since}."),
    Kind.COUNTS_WAIT: ("Counts of a period wait for you.", "Counts of a period wait for you; they leave on {since}."),
    Kind.TEST: ("This is a test; nothing waits for you.", "This is a test of {by}; nothing waits for you."),
}
SHORTEST_DATED = timedelta(hours=20)  # a time farther off than this is said with its day


def sentence(kind: Kind, at: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    """Give the sentence of a kind.

    Args:
        kind: which one.
        at: the time that it may name.
        now: decides whether the day is named too.
        zone: whose clock is shown.

    Raises:
        InvalidRequest: something else than a time was to be filled in.
    """
    without, with_time = SENTENCES[Kind(kind)]
    if at is None:
        return without
    if type(at) is not datetime or at.tzinfo is None:  # 2: also no subclass, whose formatting could say anything
        raise InvalidRequest("notice: only a time can be filled in")
    shown = at.astimezone(zone)
    by = f"{shown:%H:%M}" if abs(at - now) < SHORTEST_DATED else f"{shown:%H:%M} on {_day(shown)}"
    return with_time.format(by=by, since=_day(shown))


def _day(shown: datetime) -> str:
    return f"{shown.day} {_MONTHS[shown.month - 1]} {shown.year}"


_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
