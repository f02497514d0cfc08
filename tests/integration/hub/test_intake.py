"""Reports taken in at the hub, on both databases: each once, in order, and forks found."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest

from common.errors import NotAllowed, SequenceWanted, WrongState
from common.ledger import SignatureInvalid
from common.ledger.checkpoint import stream_origin
from common.ledger.receipt import verify_receipt
from common.wire.v1.codes_pb2 import Outcome
from hub.domain.agency import Membership
from hub.domain.delivery import Forked
from hub.persistence import agencies, audit, incidents
from hub.use_cases.intake import Accepted, Intake
from tests.builders import TRUST_DOMAIN, NodeLedger, activation_report, capacity_report
from tests.intake_world import World

APPLIED = Outcome.OUTCOME_APPLIED


def test_a_report_is_stored_once_and_its_receipt_proves_it(world: World) -> None:
    incident = world.open_incident()
    batch = world.ledger.batch(activation_report(incident.id))

    accepted = world.push_one(batch)

    assert accepted.outcomes == (APPLIED,)
    assert world.reports() == [(1, batch.bodies[0], APPLIED)]
    receipt = accepted.receipt
    origin = stream_origin(TRUST_DOMAIN, batch.agency_id, batch.stream_id)
    verify_receipt(
        world.hub_key.public_key(), origin, batch.size, batch.root, receipt.signed_at_unix_s, receipt.signature
    )
    with world.store.read() as connection:
        _, (line,) = incidents.get_board(connection, incident.id)
    assert line.supporters_deployed == 4


def test_t01_the_same_bytes_again_get_the_stored_receipt_and_change_nothing(world: World) -> None:
    batch = world.ledger.batch(capacity_report(), capacity_report())
    first = world.push_one(batch)
    world.now += timedelta(hours=1)

    again = world.push_one(batch)

    assert again == first
    assert [sequence for sequence, _, _ in world.reports()] == [1, 2]


def test_t04_a_receipt_from_before_a_restore_is_given_by_the_hub_of_now(world: World) -> None:
    batch = world.ledger.batch(capacity_report())
    first = world.push_one(batch).receipt
    world.intake = Intake(TRUST_DOMAIN, world.hub_key, hub_epoch=first.hub_epoch + 7)

    again = world.push_one(batch).receipt

    assert again == replace(first, hub_epoch=first.hub_epoch + 7)


def test_t01_the_same_batch_twice_in_one_group_is_applied_once(world: World) -> None:
    batch = world.ledger.batch(capacity_report())

    answers = world.push(batch, batch)

    assert answers[0] == answers[1]
    assert len(world.reports()) == 1


def test_t01_a_batch_that_overlaps_applies_only_what_is_new(world: World) -> None:
    reports = [capacity_report(available) for available in range(3)]
    start = world.ledger.copy()
    world.push_one(world.ledger.batch(*reports[:2]))

    accepted = world.push_one(start.batch(*reports))

    assert accepted.receipt.size == 3
    assert accepted.outcomes == (APPLIED,) * 3
    assert len(world.reports()) == 3


def test_t01_a_gap_is_refused_with_the_sequence_wanted(world: World) -> None:
    world.push_one(world.ledger.batch(capacity_report()))
    world.ledger.batch(capacity_report())
    late = world.ledger.batch(capacity_report())

    with pytest.raises(SequenceWanted) as refusal:
        world.push_one(late)

    assert refusal.value.wanted == 2
    assert len(world.reports()) == 1


def test_t01_batches_that_overtook_each_other_within_a_group_are_applied_in_order(world: World) -> None:
    first, second = world.ledger.batch(capacity_report()), world.ledger.batch(capacity_report())

    answers = world.push(second, first)

    assert [isinstance(answer, Accepted) and answer.receipt.size for answer in answers] == [2, 2]
    assert [body for _, body, _ in world.reports()] == [*first.bodies, *second.bodies]


def test_t01_batches_out_of_order_in_different_groups_are_refused_with_the_sequence_wanted(world: World) -> None:
    first, second = world.ledger.batch(capacity_report()), world.ledger.batch(capacity_report())

    answers = [*world.push(second), *world.push(first)]

    assert isinstance(answers[0], SequenceWanted)
    assert isinstance(answers[1], Accepted)
    assert len(world.reports()) == 1


def test_t01_other_bytes_for_a_sequence_are_a_fork_that_quarantines_the_agency(world: World) -> None:
    clone = world.ledger.copy()
    world.push_one(world.ledger.batch(capacity_report(1)))

    with pytest.raises(Forked):
        world.push_one(clone.batch(capacity_report(2)))

    with world.store.read() as connection:
        assert agencies.get_agency(connection, world.fire.id).quarantined_at == world.now
        assert [entry["outcome"] for entry in audit.list_entries(connection)] == ["refused: forked, quarantined"]
    assert world.mail(world.fire.id)[-1].WhichOneof("kind") == "quarantine"
    with pytest.raises(WrongState, match="quarantined"):
        world.push_one(world.ledger.batch(capacity_report()))
    assert len(world.reports()) == 1
    assert isinstance(world.push(world.other.batch(capacity_report()))[0], Accepted)  # others go on


def test_s06_a_cloned_node_is_found_at_the_second_root_for_one_size(world: World) -> None:
    world.push_one(world.ledger.batch(capacity_report()))
    clone = world.ledger.copy()
    clone.frontier.nodes[0] = os.urandom(32)  # another history of the same length

    (answer,) = world.push(clone.batch(capacity_report()))

    assert isinstance(answer, Forked)
    with world.store.read() as connection:
        assert agencies.get_agency(connection, world.fire.id).quarantined_at is not None


def test_s06_two_processes_with_one_key_pushing_in_one_group_are_found_at_once(world: World) -> None:
    clone = world.ledger.copy()

    answers = world.push(world.ledger.batch(capacity_report(1)), clone.batch(capacity_report(2)))

    assert isinstance(answers[0], Accepted)
    assert isinstance(answers[1], Forked)
    assert len(world.reports()) == 1


def test_t01_an_ended_stream_gets_its_receipts_and_delivers_nothing_more(world: World) -> None:
    before = world.ledger.batch(capacity_report())
    world.push_one(before)
    after = world.ledger.batch(capacity_report())
    renewed = NodeLedger(world.fire.id, world.ledger.key)

    world.push_one(renewed.batch(capacity_report()))

    assert world.push_one(before).receipt.size == 1
    with pytest.raises(WrongState, match="newer one"):
        world.push_one(after)


def test_a_second_node_of_an_agency_has_a_stream_of_its_own(world: World) -> None:
    second = world.join(world.fire.id, node=2)

    world.push_one(world.ledger.batch(capacity_report()))
    world.push_one(second.batch(capacity_report()))
    world.push_one(world.ledger.batch(capacity_report()))

    assert len(world.reports()) == 3


def test_s03_a_stream_of_another_agency_is_refused_and_nothing_is_stored(world: World) -> None:
    world.push_one(world.ledger.batch(capacity_report()))
    world.other.stream_id = world.ledger.stream_id

    with pytest.raises(NotAllowed):
        world.push_one(world.other.batch(capacity_report()))

    assert len(world.reports()) == 1


def test_a_checkpoint_that_another_key_signed_is_refused_and_quarantines_nobody(world: World) -> None:
    stranger = NodeLedger(world.fire.id)

    with pytest.raises(SignatureInvalid):
        world.push_one(stranger.batch(capacity_report()))

    assert world.reports() == []
    with world.store.read() as connection:
        assert agencies.get_agency(connection, world.fire.id).quarantined_at is None


@pytest.mark.parametrize("membership", [Membership.EVICTED, Membership.BANNED, Membership.INVITED])
def test_s09_an_agency_that_is_not_a_member_delivers_nothing(world: World, membership: Membership) -> None:
    with world.store.begin() as connection:
        agencies.set_membership(connection, world.fire.id, membership)

    with pytest.raises(NotAllowed):
        world.push_one(world.ledger.batch(capacity_report()))

    assert world.reports() == []
