"""What an agency may report after what, and which line it begins with."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from common.errors import InvalidRequest, WrongState
from common.wire.v1.codes_pb2 import ActivationStatus as Status
from common.wire.v1.codes_pb2 import DeclineReason, IncidentStatus, IncidentType
from node.domain.activation import BoardLine, Counts, check_may_follow, implied_lines
from node.domain.incident import Incident
from tests.builders import NOON

EVERY = [status for name, status in Status.items() if status]
AFTER_THE_START = (
    Status.ACTIVATION_STATUS_ACTIVE,
    Status.ACTIVATION_STATUS_MONITORING,
    Status.ACTIVATION_STATUS_STOOD_DOWN,
)
FIRE, EMS, JAIL = b"f" * 16, b"e" * 16, b"j" * 16
LATER = NOON + timedelta(hours=1)
MILL_FIRE = Incident(
    id=b"i" * 16,
    type=IncidentType.INCIDENT_TYPE_STRUCTURE_FIRE,
    title="Stonegate Mill fire",
    status=IncidentStatus.INCIDENT_STATUS_OPEN,
    started_at=NOON,
    opened_at=NOON,
    version=1,
    agency_ids=(FIRE, EMS),
    asked=(),
    activate_by=None,
    jurisdictions=(),
)


def begun(agency_id: bytes, at: datetime) -> BoardLine:
    return BoardLine(MILL_FIRE.id, agency_id, Status.ACTIVATION_STATUS_REQUESTED, None, Counts(), at, 1)


def test_every_participant_begins_as_requested_when_the_incident_was_opened() -> None:
    assert implied_lines(MILL_FIRE, None, LATER) == [begun(FIRE, NOON), begun(EMS, NOON)]


def test_one_that_is_named_later_begins_when_it_was_named() -> None:
    now = replace(MILL_FIRE, version=2, agency_ids=(FIRE, EMS, JAIL))

    assert implied_lines(now, MILL_FIRE, LATER) == [begun(FIRE, NOON), begun(EMS, NOON), begun(JAIL, LATER)]


@pytest.mark.parametrize("present", EVERY)
def test_a_team_may_become_active_whatever_it_was(present: int) -> None:
    check_may_follow(present, Status.ACTIVATION_STATUS_ACTIVE, None)


@pytest.mark.parametrize("present", EVERY)
def test_requested_is_the_hubs_to_set(present: int) -> None:
    with pytest.raises(WrongState, match="hub's to set"):
        check_may_follow(present, Status.ACTIVATION_STATUS_REQUESTED, None)


@pytest.mark.parametrize("present", AFTER_THE_START)
def test_a_team_that_was_active_does_not_go_back_to_acknowledged(present: int) -> None:
    with pytest.raises(WrongState, match="active already"):
        check_may_follow(present, Status.ACTIVATION_STATUS_ACKNOWLEDGED, None)


def test_a_decline_says_why() -> None:
    check_may_follow(
        Status.ACTIVATION_STATUS_REQUESTED,
        Status.ACTIVATION_STATUS_DECLINED,
        DeclineReason.DECLINE_REASON_NO_CAPACITY,
    )
    with pytest.raises(InvalidRequest, match="decline_reason"):
        check_may_follow(Status.ACTIVATION_STATUS_REQUESTED, Status.ACTIVATION_STATUS_DECLINED, None)


def test_only_a_decline_has_a_reason() -> None:
    with pytest.raises(InvalidRequest, match="decline_reason"):
        check_may_follow(
            Status.ACTIVATION_STATUS_REQUESTED,
            Status.ACTIVATION_STATUS_ACTIVE,
            DeclineReason.DECLINE_REASON_OTHER,
        )
