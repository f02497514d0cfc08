"""How every node said it was, last: kept in memory, since a heartbeat is not durable and the next one replaces it.

Processes that share a store tell each other (hub/wakeups.py): a node that a balancer moved is not silent.

Source: DOMAIN.md 6.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from common.wire.v1.uplink_pb2 import HeartbeatRequest
from hub.domain.node_facts import Heard
from hub.domain.node_trouble import OFFLINE_AFTER

SHORTEST_INTERVAL = timedelta(seconds=30)
HEARTBEATS_PER_S = 50  # what the hub lets its fleet send in all; beyond 1,500 nodes each is asked to come less often

NodeKey = tuple[bytes, int]  # agency id, node


@dataclass(frozen=True)
class LastHeard:
    """A node's last heartbeat."""

    at: datetime  # hub clock
    health: HeartbeatRequest
    clock_offset: timedelta  # node clock minus hub clock, as it arrived
    since: datetime  # it has been heard without a break since then
    disk_since: datetime  # it has said the same of its disk since then

    def as_heard(self) -> Heard:
        """Give what it said, in the domain's words; what is not in it is None."""
        said = self.health
        numbers = ("head", "queue_depth", "applied_cursor", "disk_free")
        spans = {"oldest_unsent": "oldest_unsent_age", "backup_age": "backup_age"}
        return Heard(
            at=self.at,
            since=self.since,
            clock_offset=self.clock_offset,
            disk_since=self.disk_since,
            version=(said.version_major, said.version_minor, said.version_patch),
            schema_revision=said.schema_revision,
            stream_id=said.stream_id if said.HasField("stream_id") else None,
            errors=tuple((each.kind, each.count) for each in said.errors),
            started_at=said.started_at.ToDatetime(self.at.tzinfo) if said.HasField("started_at") else None,
            **{name: getattr(said, name) if said.HasField(name) else None for name in numbers},
            **{name: getattr(said, of).ToTimedelta() if said.HasField(of) else None for name, of in spans.items()},
        )


class NodeHealth:
    """What every node said last."""

    def __init__(self) -> None:
        self._heard: dict[NodeKey, LastHeard] = {}
        self._unshared: dict[NodeKey, LastHeard] = {}

    def note(self, node: NodeKey, health: HeartbeatRequest, now: datetime) -> None:
        """Keep a heartbeat; it replaces the one before."""
        self._unshared[node] = self._heard[node] = self._next(node, health, now)

    def take_unshared(self) -> dict[NodeKey, LastHeard]:
        """Give what came since this was asked last, for the other processes on this store."""
        taken, self._unshared = self._unshared, {}
        return taken

    def note_shared(self, node: NodeKey, health: HeartbeatRequest, at: datetime) -> None:
        """Keep a heartbeat that another process heard, unless a later one is known."""
        known = self._heard.get(node)
        if known is None or known.at < at:
            self._heard[node] = self._next(node, health, at)

    def heard(self) -> dict[NodeKey, LastHeard]:
        """Give what every node said last."""
        return dict(self._heard)

    def find(self, node: NodeKey) -> LastHeard | None:
        """Give what a node said last."""
        return self._heard.get(node)

    def interval(self) -> timedelta:
        """Give the time to the next heartbeat: 30 s, and longer as the fleet grows."""
        return interval_for(len(self._heard))

    def _next(self, node: NodeKey, health: HeartbeatRequest, at: datetime) -> LastHeard:
        before, offset = self._heard.get(node), health.node_time.ToDatetime(at.tzinfo) - at
        if before is None:
            return LastHeard(at, health, offset, at, at)
        unbroken = at - before.at < OFFLINE_AFTER * self.interval()
        same_disk = health.disk_free == before.health.disk_free
        return LastHeard(at, health, offset, before.since if unbroken else at, before.disk_since if same_disk else at)


def interval_for(nodes: int) -> timedelta:
    """Give the time between two heartbeats of a node, in a fleet of so many."""
    return max(SHORTEST_INTERVAL, timedelta(seconds=nodes / HEARTBEATS_PER_S))
