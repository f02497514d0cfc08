"""What an agency may report after what."""

import pytest

from common.errors import InvalidRequest, WrongState
from common.wire.v1.codes_pb2 import ActivationStatus as Status
from common.wire.v1.codes_pb2 import DeclineReason
from node.domain.activation import check_may_follow

EVERY = [status for name, status in Status.items() if status]
AFTER_THE_START = (
    Status.ACTIVATION_STATUS_ACTIVE,
    Status.ACTIVATION_STATUS_MONITORING,
    Status.ACTIVATION_STATUS_STOOD_DOWN,
)


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
