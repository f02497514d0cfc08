"""An incident: what it must hold, and which status follows which."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from common.errors import InvalidRequest, WrongState
from common.wire.v1.codes_pb2 import IncidentStatus as Status
from common.wire.v1.codes_pb2 import IncidentType
from hub.domain.incident import MAX_ADDED, MAX_PARTICIPANTS, MAX_TITLE, Incident, with_participants, with_status
from tests.builders import NOON

OPEN, MONITORING, CLOSED = (
    Status.INCIDENT_STATUS_OPEN,
    Status.INCIDENT_STATUS_MONITORING,
    Status.INCIDENT_STATUS_CLOSED,
)
LATER = NOON + timedelta(hours=3)
FOLLOWS = {(OPEN, MONITORING), (OPEN, CLOSED), (MONITORING, OPEN), (MONITORING, CLOSED)}


def incident(**changes: Any) -> Incident:
    """An incident of two agencies, just opened."""
    values: dict[str, Any] = {
        "id": b"i" * 16,
        "type": IncidentType.INCIDENT_TYPE_STRUCTURE_FIRE,
        "title": "Stonegate Mill fire",
        "status": OPEN,
        "jurisdictions": ("stonegate",),
        "started_at": NOON - timedelta(minutes=20),
        "opened_at": NOON,
        "version": 1,
        "agency_ids": (b"f" * 16, b"e" * 16),
    }
    return Incident(**(values | changes))


@pytest.mark.parametrize(("now", "then"), [*product((OPEN, MONITORING, CLOSED), repeat=2)])
def test_a_status_follows_another_or_is_refused(now: Status, then: Status) -> None:
    before = incident(status=now, version=6)
    if (now, then) in FOLLOWS:
        after = with_status(before, then, 7, LATER)
        assert (after.status, after.version) == (then, 7)
        assert after.is_closed == (then == CLOSED)
        assert with_status(before, then, 7, LATER) == incident(
            status=then, version=7, closed_at=LATER if then == CLOSED else None
        )  # and nothing else changes
    else:
        with pytest.raises(WrongState, match=r"^the incident is (open|monitoring|closed): that step does not follow$"):
            with_status(before, then, 7, LATER)


def test_a_closed_incident_stays_closed() -> None:
    closed = with_status(incident(), CLOSED, 7, LATER)

    for status in (OPEN, MONITORING, CLOSED):
        with pytest.raises(WrongState, match="the incident is closed"):
            with_status(closed, status, 8, LATER)


@pytest.mark.parametrize("title", ["M", "Mühlenbrand, 2. Alarm", "x" * MAX_TITLE, "火災"])
def test_a_title_is_any_line_that_can_be_read(title: str) -> None:
    assert incident(title=title).title == title


@pytest.mark.parametrize(
    "title",
    [
        "", "   ", "x" * (MAX_TITLE + 1), "x" * 1_000_000, "two\nlines", "tab\there", "nul\x00", "\x1b[2J",
        "\u202ederoved", "\u2028", "\u200bhidden", "\ud800", "\x7f",
    ],
)  # fmt: skip
def test_t07_a_title_that_is_empty_too_long_or_hides_something_is_refused(title: str) -> None:
    with pytest.raises(InvalidRequest, match=f"^title: 1 to {MAX_TITLE} printable characters are needed$"):
        incident(title=title)


@pytest.mark.parametrize(
    ("agencies", "said"), [((), "agencies: name at least one"), ((b"f", b"e", b"f"), "agencies: one is named twice")]
)
def test_an_incident_names_agencies_each_once(agencies: tuple[bytes, ...], said: str) -> None:
    with pytest.raises(InvalidRequest, match=f"^{said}$"):
        incident(agency_ids=agencies)


def test_t08_an_incident_cannot_have_begun_in_the_future() -> None:
    assert incident(started_at=NOON).started_at == NOON
    with pytest.raises(InvalidRequest, match="^started: must not lie in the future$"):
        incident(started_at=NOON + timedelta(microseconds=1))


def test_agencies_are_added_behind_those_that_take_part() -> None:
    before = incident()

    assert with_participants(before, [b"j" * 16], 2) == incident(version=2, agency_ids=(*before.agency_ids, b"j" * 16))


def test_an_incident_has_room_for_as_many_as_one_notice_names() -> None:
    full = incident(agency_ids=tuple(number.to_bytes(16, "big") for number in range(MAX_PARTICIPANTS)))

    with pytest.raises(InvalidRequest, match="^agencies: at most 4,096 can take part in one incident$"):
        with_participants(full, [b"j" * 16], 2)
    for count in (0, MAX_ADDED + 1):
        with pytest.raises(InvalidRequest, match=f"^agencies: name 1 to {MAX_ADDED} at a time$"):
            with_participants(incident(), [bytes([number]) * 16 for number in range(count)], 2)
    with pytest.raises(WrongState, match="^the incident is closed"):
        with_participants(incident(status=CLOSED), [b"j" * 16], 2)
