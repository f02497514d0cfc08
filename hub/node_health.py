"""How every node said it was, last: kept in memory, since a heartbeat is not durable and the next one replaces it.

Processes that share a store tell each other (hub/wakeups.py): a node that a balancer moved is not silent.

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
        self._unshared: dict[NodeKey, LastHeard] = {}

    def note(self, node: NodeKey, health: HeartbeatRequest, now: datetime) -> None:
        """Keep a heartbeat; it replaces the one before."""
        self._unshared[node] = self._heard[node] = _last_heard(health, now)

    def take_unshared(self) -> dict[NodeKey, LastHeard]:
        """Give what came since this was asked last, for the other processes on this store."""
        taken, self._unshared = self._unshared, {}
        return taken

    def note_shared(self, node: NodeKey, health: HeartbeatRequest, at: datetime) -> None:
        """Keep a heartbeat that another process heard, unless a later one is known."""
        known = self._heard.get(node)
        if known is None or known.at < at:
            self._heard[node] = _last_heard(health, at)

    def heard(self) -> dict[NodeKey, LastHeard]:
        """Give what every node said last."""
        return dict(self._heard)

    def interval(self) -> timedelta:
        """Give the time to the next heartbeat: 30 s, and longer as the fleet grows."""
        return interval_for(len(self._heard))


def interval_for(nodes: int) -> timedelta:
    """Give the time between two heartbeats of a node, in a fleet of so many."""
    return max(SHORTEST_INTERVAL, timedelta(seconds=nodes / HEARTBEATS_PER_S))


def _last_heard(health: HeartbeatRequest, at: datetime) -> LastHeard:
    return LastHeard(at, health, health.node_time.ToDatetime(at.tzinfo) - at)
