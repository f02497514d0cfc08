"""An activation's line: which report may follow which, and that a count which is not known stays unknown."""

from datetime import timedelta
from itertools import product

import pytest

from common.wire.v1.codes_pb2 import ActivationStatus as Status
from common.wire.v1.codes_pb2 import CountBand, DeclineReason, Outcome
from common.wire.v1.report_pb2 import ActivationReport
from hub.domain.activation import COUNTS, Activation, changed, refusal, requested
from tests.builders import NOON

INCIDENT, FIRE = b"i" * 16, b"f" * 16
REQUESTED = Status.ACTIVATION_STATUS_REQUESTED
ACKNOWLEDGED = Status.ACTIVATION_STATUS_ACKNOWLEDGED
ACTIVE = Status.ACTIVATION_STATUS_ACTIVE
MONITORING = Status.ACTIVATION_STATUS_MONITORING
STOOD_DOWN = Status.ACTIVATION_STATUS_STOOD_DOWN
DECLINED = Status.ACTIVATION_STATUS_DECLINED
UNABLE = Status.ACTIVATION_STATUS_UNABLE
EVERY = (REQUESTED, ACKNOWLEDGED, ACTIVE, MONITORING, STOOD_DOWN, DECLINED, UNABLE)
NOT_ACKNOWLEDGED_AFTER = {ACTIVE, MONITORING, STOOD_DOWN}


def line(status: Status) -> Activation:
    return Activation(INCIDENT, FIRE, status, NOON, 3, supporters_deployed=4, follow_ups_open=2)


def report(status: Status, **counts: int) -> ActivationReport:
    """A report of a status, with a reason where one is needed."""
    if status == DECLINED:
        counts.setdefault("decline_reason", DeclineReason.DECLINE_REASON_NO_CAPACITY)
    return ActivationReport(incident_id=INCIDENT, status=status, **counts)  # type: ignore[arg-type]


@pytest.mark.parametrize(("held", "said"), [*product(EVERY, EVERY)])
def test_people_report_what_is_true_now_but_nobody_acknowledges_after_acting(held: Status, said: Status) -> None:
    refused = said == REQUESTED or (said == ACKNOWLEDGED and held in NOT_ACKNOWLEDGED_AFTER)

    expected = Outcome.OUTCOME_REFUSED_TRANSITION if refused else None
    assert refusal(held, report(said)) == expected


@pytest.mark.parametrize("held", EVERY)
def test_a_reason_comes_with_a_declining_and_with_nothing_else(held: Status) -> None:
    without = ActivationReport(incident_id=INCIDENT, status=DECLINED)
    assert refusal(held, without) == Outcome.OUTCOME_REFUSED_RANGE

    for said in (ACKNOWLEDGED, ACTIVE, MONITORING, STOOD_DOWN, UNABLE):
        with_reason = report(said, decline_reason=DeclineReason.DECLINE_REASON_OTHER)
        assert refusal(held, with_reason) == Outcome.OUTCOME_REFUSED_RANGE


def test_every_participant_begins_as_requested_with_nothing_known() -> None:
    first = requested(INCIDENT, FIRE, NOON)

    assert (first.status, first.version, first.changed_at) == (REQUESTED, 1, NOON)
    assert [getattr(first, name) for name in COUNTS] == [None] * len(COUNTS)


def test_a_report_replaces_the_whole_line_at_the_hubs_time() -> None:
    later = NOON + timedelta(minutes=7)

    now = changed(line(ACTIVE), report(MONITORING, supporters_deployed=2), later, 4)

    assert (now.incident_id, now.agency_id) == (INCIDENT, FIRE)
    assert (now.status, now.version, now.changed_at, now.supporters_deployed) == (MONITORING, 4, later, 2)
    assert now.follow_ups_open is None  # not said this time: not known any more


@pytest.mark.parametrize("name", COUNTS)
def test_none_counted_is_another_thing_than_not_known(name: str) -> None:
    said = changed(line(ACTIVE), report(ACTIVE, **{name: 0}), NOON, 4)

    assert getattr(said, name) == 0
    assert [getattr(said, other) for other in COUNTS if other != name] == [None] * (len(COUNTS) - 1)


def test_every_status_of_the_contract_is_looked_at() -> None:
    assert {*EVERY, Status.ACTIVATION_STATUS_UNSPECIFIED} == set(Status.values())


def test_every_count_of_the_contract_has_its_place_on_the_line() -> None:
    counts = {field.name for field in ActivationReport.DESCRIPTOR.fields} - {"incident_id", "status"}
    said = dict.fromkeys(counts, 1) | {"people_exposed": CountBand.COUNT_BAND_11_TO_25}

    now = changed(line(ACTIVE), report(DECLINED, **said), NOON, 4)

    assert {name: getattr(now, name) for name in COUNTS} == said
