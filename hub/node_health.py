"""How every node said it was, last: kept in memory, since a heartbeat is not durable and the next one replaces it.

Source: DOMAIN.md 6.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from common.wire.v1.uplink_pb2 import HeartbeatRequest

SHORTEST_INTERVAL = timedelta(seconds=30)
HEARTBEATS_PER_S = 50  # what the hub lets its fleet send in all; beyond 1,500 nodes each is asked to come less often

NodeKey = tuple[bytes, int]  # agency id, node


@dataclass(frozen=True)
class LastHeard:
    """A node's last heartbeat."""

    at: datetime  # hub clock
    health: HeartbeatRequest
    clock_offset: timedelta  # node clock minus hub clock, as it arrived


class NodeHealth:
    """What every node said last."""

    def __init__(self) -> None:
        self._heard: dict[NodeKey, LastHeard] = {}

    def note(self, node: NodeKey, health: HeartbeatRequest, now: datetime) -> None:
        """Keep a heartbeat; it replaces the one before."""
        offset = health.node_time.ToDatetime(now.tzinfo) - now
        self._heard[node] = LastHeard(now, health, offset)

    def heard(self) -> dict[NodeKey, LastHeard]:
        """Give what every node said last."""
        return dict(self._heard)

    def interval(self) -> timedelta:
        """Give the time to the next heartbeat: 30 s, and longer as the fleet grows."""
        return max(SHORTEST_INTERVAL, timedelta(seconds=len(self._heard) / HEARTBEATS_PER_S))
