"""Receipts are believed only when they prove our own tree; a hub's progress is taken in by the rules."""

from functools import partial

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from common.errors import WrongState
from common.wire.v1.codes_pb2 import OUTCOME_APPLIED, OUTCOME_REFUSED_TRANSITION
from node.domain.delivery import Flow, Stream
from node.persistence import ledger, outbox, streams
from node.use_cases import delivery, egress
from node.use_cases.delivery import HubProgress
from tests.builders import NOON, activation_report, capacity_report
from tests.nodes import BOUND_KEY, INCIDENT_ID, NodeStore, receipt_for


def observe(node: NodeStore, wanted: int, *, epoch: int = 1, before: Stream | None = None) -> Stream:
    progress = HubProgress(hub_epoch=epoch, wanted_sequence=wanted)
    return node.write(partial(delivery.observe_hub, before=before or node.stream, progress=progress, now=NOON))


def outcomes(node: NodeStore) -> list[int | None]:
    stream_id = node.stream.stream_id
    return [entry.outcome for entry in node.read(lambda c: outbox.list_from(c, stream_id, 1))]


def test_a_receipt_over_our_tree_acknowledges_the_batch(node: NodeStore) -> None:
    node.append(capacity_report(), activation_report(INCIDENT_ID))
    batch = node.send()

    node.acknowledge(batch, outcomes=[OUTCOME_APPLIED, OUTCOME_REFUSED_TRANSITION])

    assert node.stream.acknowledged == 2
    assert outcomes(node) == [OUTCOME_APPLIED, OUTCOME_REFUSED_TRANSITION]
    assert node.next_batch() is None
    receipts = node.read(lambda c: list(ledger.read_receipts(c, batch.stream_id)))
    assert [stored.receipt.size for stored in receipts] == [2]


def test_the_same_receipt_again_changes_nothing(node: NodeStore) -> None:
    node.append(capacity_report())
    batch = node.send()
    node.acknowledge(batch)

    node.acknowledge(batch)

    assert node.stream.acknowledged == 1
    assert len(node.read(lambda c: list(ledger.read_receipts(c, batch.stream_id)))) == 1


def test_r01_a_receipt_by_another_key_acknowledges_nothing(node: NodeStore) -> None:
    node.append(capacity_report())
    batch = node.send()

    with pytest.raises(WrongState, match="not signed by the hub"):
        node.acknowledge(batch, receipt_for(batch, key=Ed25519PrivateKey.generate()))

    assert (node.stream.acknowledged, outcomes(node)) == (0, [None])


def test_r01_a_receipt_over_another_tree_acknowledges_nothing(node: NodeStore) -> None:
    node.append(capacity_report())
    batch = node.send()

    with pytest.raises(WrongState, match="other reports than this node wrote"):
        node.acknowledge(batch, receipt_for(batch, root=b"\x00" * 32))

    assert (node.stream.acknowledged, outcomes(node)) == (0, [None])


def test_r01_a_receipt_for_an_earlier_tree_does_not_cover_the_batch(node: NodeStore) -> None:
    node.append(capacity_report())
    earlier = node.send()
    node.append(capacity_report())

    with pytest.raises(WrongState, match="not a tree that this node sent"):
        node.acknowledge(node.send(), receipt_for(earlier))

    assert node.stream.acknowledged == 0


def test_a_missing_outcome_proves_nothing(node: NodeStore) -> None:
    node.append(capacity_report(), capacity_report())

    with pytest.raises(WrongState, match="1 outcomes for 2 reports"):
        node.acknowledge(node.send(), outcomes=[OUTCOME_APPLIED])

    assert outcomes(node) == [None, None]


def test_t04_a_receipt_of_an_older_epoch_is_refused(node: NodeStore) -> None:
    observe(node, 1, epoch=3)
    node.append(capacity_report())
    batch = node.send()

    with pytest.raises(WrongState, match="old copy"):
        node.acknowledge(batch, receipt_for(batch, hub_epoch=2))


def test_t01_a_gap_makes_the_node_send_again_from_the_sequence_wanted(node: NodeStore) -> None:
    for _ in range(3):
        node.append(capacity_report())
        node.acknowledge(node.send())
    node.append(capacity_report())
    batch = node.send()

    node.write(partial(delivery.send_again_from, batch=batch, wanted=2))

    again = node.send()
    assert (again.first_sequence, again.last_sequence) == (2, 4)
    node.acknowledge(again)
    assert node.stream.acknowledged == 4


@pytest.mark.parametrize("wanted", [0, 2, 7])
def test_t01_a_hub_that_asks_for_what_cannot_be_missing_is_not_obeyed(node: NodeStore, wanted: int) -> None:
    node.append(capacity_report())
    node.acknowledge(node.send())
    node.append(capacity_report())

    with pytest.raises(WrongState, match="no gap"):
        node.write(partial(delivery.send_again_from, batch=node.send(), wanted=wanted))


def test_t04_a_hub_that_is_ahead_stops_the_stream(node: NodeStore) -> None:
    node.append(capacity_report())
    node.acknowledge(node.send())

    stream = observe(node, 5)

    assert stream.flow is Flow.AHEAD
    assert "holdfast node new-stream --confirm" in stream.flow_reason


def test_t04_a_restored_node_that_worked_on_offline_is_found_out_all_the_same(node: NodeStore) -> None:
    node.append(capacity_report())
    node.acknowledge(node.send())
    for _ in range(9):  # written after the restore, so the head is past what the hub holds
        node.append(capacity_report())

    assert observe(node, 5).flow is Flow.AHEAD


def test_d01_a_hub_that_holds_what_was_sent_without_an_answer_is_not_ahead(node: NodeStore) -> None:
    node.append(capacity_report(), capacity_report())
    node.send()

    stream = observe(node, 3)

    assert (stream.flow, stream.acknowledged) == (Flow.FLOWING, 0)
    assert node.send().first_sequence == 1


def test_t04_a_restored_hub_gets_again_what_it_lost(node: NodeStore) -> None:
    for _ in range(3):
        node.append(capacity_report())
        node.acknowledge(node.send())

    stream = observe(node, 2, epoch=2)

    assert (stream.next_sequence, node.membership.hub_epoch) == (2, 2)
    again = node.send()
    assert (again.first_sequence, again.last_sequence, again.hub_epoch) == (2, 3, 2)
    node.acknowledge(again, receipt_for(again, hub_epoch=2))
    assert node.stream.acknowledged == 3


def test_t04_a_restored_hubs_mailbox_is_read_from_its_beginning(node: NodeStore) -> None:
    node.tell_incident()
    assert node.membership.mailbox_cursor == 1

    observe(node, 1, epoch=2)

    assert node.membership.mailbox_cursor == 0
    node.tell_incident()
    assert node.membership.mailbox_cursor == 1


def test_an_answer_that_was_on_its_way_does_not_make_the_node_send_again(node: NodeStore) -> None:
    node.append(capacity_report())
    before = node.stream
    node.acknowledge(node.send())

    assert observe(node, 1, before=before).acknowledged == 1


def test_t04_an_older_hub_is_refused(node: NodeStore) -> None:
    observe(node, 1, epoch=4)

    with pytest.raises(WrongState, match="old copy"):
        observe(node, 1, epoch=3)

    assert node.membership.hub_epoch == 4


def test_t04_a_new_stream_carries_over_what_the_hub_has_not_acknowledged(node: NodeStore) -> None:
    node.append(capacity_report())
    node.acknowledge(node.send())
    node.append(capacity_report(), activation_report(INCIDENT_ID))
    node.append(capacity_report())
    old = observe(node, 9)
    waiting = node.read(lambda c: [leaf.body for leaf in ledger.read_leaves(c, old.stream_id, 2)])

    new = node.write(partial(delivery.start_new_stream, key=BOUND_KEY, now=NOON))

    assert (new.number, new.head, new.flow, new.acknowledged) == (2, 3, Flow.FLOWING, 0)
    assert node.send().bodies == tuple(waiting)
    verified = node.read(partial(egress.verify, node_key=BOUND_KEY.public_key()))
    assert [found.summary.leaves for found in verified if found.summary] == [4, 3]


def test_a_stream_that_flows_is_not_replaced(node: NodeStore) -> None:
    with pytest.raises(WrongState, match="flows"):
        node.write(partial(delivery.start_new_stream, key=BOUND_KEY, now=NOON))

    assert len(node.read(streams.list_streams)) == 1
