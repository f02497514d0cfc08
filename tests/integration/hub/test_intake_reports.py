"""What becomes of the reports that are taken in, on both databases: applied, or recorded as refused by a code."""

import os
from datetime import timedelta

from common.wire.v1.codes_pb2 import ActivationStatus, Outcome
from hub.persistence import mailbox
from tests.builders import NOON, activation_report, capacity_report
from tests.intake_world import World

APPLIED = Outcome.OUTCOME_APPLIED


def test_one_bad_report_is_recorded_as_refused_and_blocks_nothing(world: World) -> None:
    incident = world.open_incident()
    bad = activation_report(incident.id, deployed=10_000)

    accepted = world.push_one(world.ledger.batch(activation_report(incident.id), bad, capacity_report()))

    assert accepted.outcomes == (APPLIED, Outcome.OUTCOME_REFUSED_RANGE, APPLIED)
    refused = [notice.report_refused for notice in world.mail(world.fire.id) if notice.HasField("report_refused")]
    assert [(notice.sequence, "activation.supporters_deployed" in notice.reason) for notice in refused] == [(2, True)]


def test_a_kind_without_behaviour_is_recorded_as_refused_and_not_lost(world: World) -> None:
    report = capacity_report()
    report.region_status.incident_id = os.urandom(16)
    batch = world.ledger.batch(report)

    accepted = world.push_one(batch)

    assert accepted.outcomes == (Outcome.OUTCOME_REFUSED_KIND_UNIMPLEMENTED,)
    assert world.reports() == [(1, batch.bodies[0], Outcome.OUTCOME_REFUSED_KIND_UNIMPLEMENTED)]


def test_an_agency_that_takes_no_part_learns_nothing_of_the_incident(world: World) -> None:
    incident = world.open_incident()
    unknown, foreign = activation_report(os.urandom(16)), activation_report(incident.id)

    accepted = world.push_one(world.other.batch(unknown, foreign))

    assert accepted.outcomes == (Outcome.OUTCOME_REFUSED_UNKNOWN_INCIDENT,) * 2
    reasons = {notice.report_refused.reason for notice in world.mail(world.ems.id)}
    assert len(reasons) == 1
    assert {notice.WhichOneof("kind") for notice in world.mail(world.ems.id)} == {"report_refused"}


def test_t06_a_time_far_ahead_of_the_hubs_clock_is_refused_by_name(world: World) -> None:
    accepted = world.push_one(world.ledger.batch(capacity_report(at=NOON + timedelta(days=2))))

    assert accepted.outcomes == (Outcome.OUTCOME_REFUSED_TIME,)
    assert "occurred_at" in world.mail(world.fire.id)[-1].report_refused.reason


def test_mailboxes_are_dense_and_a_line_that_changed_twice_in_a_group_is_told_once(world: World) -> None:
    incident = world.open_incident()

    world.push(
        world.ledger.batch(activation_report(incident.id, deployed=1)),
        world.ledger.batch(activation_report(incident.id, deployed=2)),
    )

    kinds = [notice.WhichOneof("kind") for notice in world.mail(world.fire.id)]
    assert kinds == ["incident_opened", "activation_board"]
    assert world.mail(world.fire.id)[-1].activation_board.supporters_deployed == 2
    with world.store.read() as connection:
        cursors = [cursor for cursor, _ in mailbox.read_mail(connection, world.fire.id, 0, 10)]
    assert cursors == [1, 2]


def test_within_a_group_each_report_follows_the_one_before_it(world: World) -> None:
    incident = world.open_incident()
    acknowledged = ActivationStatus.ACTIVATION_STATUS_ACKNOWLEDGED
    then = [activation_report(incident.id, deployed=each) for each in (1, 2)]

    accepted = world.push_one(
        world.ledger.batch(
            activation_report(incident.id, status=acknowledged),
            *then,
            activation_report(incident.id, status=acknowledged),
        )
    )

    assert accepted.outcomes == (APPLIED, APPLIED, APPLIED, Outcome.OUTCOME_REFUSED_TRANSITION)
    (told,) = [notice.activation_board for notice in world.mail(world.fire.id) if notice.HasField("activation_board")]
    assert (told.supporters_deployed, told.version) == (2, 4)
    assert world.push_one(world.ledger.batch(activation_report(incident.id, deployed=3))).outcomes == (APPLIED,)
    assert world.mail(world.fire.id)[-1].activation_board.version == 5
