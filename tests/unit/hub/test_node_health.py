"""How every node said it was, last; and how often the hub asks its fleet to say so."""

from datetime import timedelta

import pytest

from common.wire.times import timestamp
from common.wire.v1.uplink_pb2 import HeartbeatRequest
from hub.node_health import HEARTBEATS_PER_S, NodeHealth
from tests.builders import NOON

FIRE, EMS = b"f" * 16, b"e" * 16


def heartbeat(node_clock_ahead: timedelta = timedelta(0), queue_depth: int = 0) -> HeartbeatRequest:
    return HeartbeatRequest(node_time=timestamp(NOON + node_clock_ahead), queue_depth=queue_depth)


@pytest.mark.parametrize(
    ("nodes", "seconds"), [(0, 30), (1, 30), (1_499, 30), (1_500, 30), (1_501, 30.02), (3_000, 60), (15_000, 300)]
)
def test_the_fleet_is_asked_every_30_s_and_less_often_as_it_grows(nodes: int, seconds: float) -> None:
    health = NodeHealth()
    for node in range(nodes):
        health.note((FIRE, node), heartbeat(), NOON)

    assert health.interval() == timedelta(seconds=seconds)
    assert nodes / health.interval().total_seconds() <= HEARTBEATS_PER_S


def test_a_heartbeat_replaces_the_one_before_of_the_same_node_only() -> None:
    health = NodeHealth()
    health.note((FIRE, 1), heartbeat(queue_depth=4), NOON)
    health.note((FIRE, 2), heartbeat(queue_depth=5), NOON)
    health.note((EMS, 1), heartbeat(queue_depth=6), NOON)

    health.note((FIRE, 1), heartbeat(queue_depth=7), NOON + timedelta(seconds=30))

    depths = {node: last.health.queue_depth for node, last in health.heard().items()}
    assert depths == {(FIRE, 1): 7, (FIRE, 2): 5, (EMS, 1): 6}
    assert health.heard()[FIRE, 1].at == NOON + timedelta(seconds=30)


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(hours=1), timedelta(hours=-1), timedelta(microseconds=3)])
def test_t08_how_far_a_nodes_clock_is_off_is_kept_and_decides_nothing(ahead: timedelta) -> None:
    health = NodeHealth()

    health.note((FIRE, 1), heartbeat(ahead), NOON)

    assert health.heard()[FIRE, 1].clock_offset == ahead
    assert health.heard()[FIRE, 1].at == NOON


def test_who_reads_what_was_heard_cannot_change_it() -> None:
    health = NodeHealth()
    health.note((FIRE, 1), heartbeat(), NOON)

    health.heard().clear()

    assert list(health.heard()) == [(FIRE, 1)]
