"""Says how the node is, at the hub's pace, and takes in what the hub answers.

1. The first answer tells what the hub has of this stream; only then are reports sent. So it is after each trouble.
2. An answer that shows the hub ahead stops the stream; one that shows it behind makes the node send again.
3. The node asks again at once when the hub is back after trouble, or refuses the mailbox's cursor: it may have been
   restored meanwhile. Else the hub paces: its answer carries the next interval, kept between a second and an hour.
4. A count that is not known is left out, never zero.

Source: DESIGN.md 3, "Restores"; DOMAIN.md 6.
"""

import os
import random
from datetime import datetime, timedelta
from functools import partial

from common.software import software_version
from common.wire.times import duration, moment, timestamp
from common.wire.v1 import uplink_pb2 as wire
from common.wire.v1.codes_pb2 import DiskFreeBand
from node.domain.delivery import Flow
from node.opened import OpenNode
from node.uplink.connection import Connection
from node.uplink.situation import Situation, set_within
from node.use_cases import delivery
from node.use_cases.delivery import HubProgress
from node.use_cases.status import StoreStatus, store_status

SHORTEST_S, LONGEST_S = 1.0, 3600.0
_JITTER = 0.1
_BANDS = (
    (0.01, DiskFreeBand.DISK_FREE_BAND_UNDER_1_PERCENT),
    (0.05, DiskFreeBand.DISK_FREE_BAND_UNDER_5_PERCENT),
    (0.20, DiskFreeBand.DISK_FREE_BAND_UNDER_20_PERCENT),
)


class Heartbeat:
    """The loop that reports the node's health."""

    def __init__(self, node: OpenNode, connection: Connection, situation: Situation) -> None:
        self._node = node
        self._connection = connection
        self._situation = situation

    async def step(self) -> None:
        """Send one heartbeat, take in the answer, wait for the next.

        Raises:
            HoldfastError: the hub was not reached, or its epoch is older than one seen before.
        """
        status = await self._node.reading(store_status)
        request = self._request(status, self._node.clock.now())
        response = await self._connection.calls.heartbeat(request)
        await self._take_in(response, status)
        interval_s = min(max(response.next_interval.ToTimedelta().total_seconds(), SHORTEST_S), LONGEST_S)  # 3
        self._situation.heartbeat_wanted.clear()
        spread_s = interval_s * random.uniform(1 - _JITTER, 1)  # noqa: S311  (spreads load, keeps no secret)
        await set_within(self._situation.heartbeat_wanted, spread_s)

    async def _take_in(self, response: wire.HeartbeatResponse, status: StoreStatus) -> None:
        now = self._node.clock.now()
        if response.HasField("hub_time"):
            self._situation.told_time(moment(response.hub_time), now)
        progress = HubProgress(response.hub_epoch, response.wanted_sequence)
        observe = partial(delivery.observe_hub, before=status.stream, progress=progress, now=now)
        stream = await self._node.written("observe", observe)  # 2
        self._situation.heard(now)
        self._situation.mailbox_head = response.mailbox_head
        self._situation.may_push.set()  # 1
        if stream.flow is Flow.FLOWING:  # what waits may be a claim, which is no report yet
            self._situation.reports_waiting.set()
        if response.renew_now:
            self._situation.renewal_wanted.set()

    def _request(self, status: StoreStatus, now: datetime) -> wire.HeartbeatRequest:
        major, minor, patch = software_version()
        stream = status.stream
        request = wire.HeartbeatRequest(
            version_major=major,
            version_minor=minor,
            version_patch=patch,
            schema_revision=self._node.schema_revision,
            queue_depth=stream.head - stream.acknowledged,
            last_acknowledged=stream.acknowledged,
            head=stream.head,
            certificate_expires_at=timestamp(self._connection.credentials.not_after),
            node_time=timestamp(now),
            errors=[
                wire.ErrorCount(kind=kind, count=count)  # type: ignore[arg-type]
                for kind, count in sorted(self._situation.errors.items())
            ],
            started_at=timestamp(self._situation.started_at),
            applied_cursor=status.membership.mailbox_cursor,
            stream_id=stream.stream_id,
        )
        if status.backup.made_at is not None:
            request.backup_age.CopyFrom(duration(max(now - status.backup.made_at, timedelta(0))))
        if status.oldest_waiting_at is not None:
            request.oldest_unsent_age.CopyFrom(duration(max(now - status.oldest_waiting_at, timedelta(0))))
        band = disk_free_band(self._node.data)
        if band is not None:  # 4
            request.disk_free = band  # type: ignore[assignment]
        return request


def disk_free_band(path: "os.PathLike[str]") -> int | None:
    """Tell how much of the disk is free, as a band; None when it cannot be told."""
    try:
        disk = os.statvfs(path)
    except OSError:
        return None
    share = disk.f_bavail / disk.f_blocks if disk.f_blocks else 0.0
    return next((int(band) for limit, band in _BANDS if share < limit), DiskFreeBand.DISK_FREE_BAND_20_PERCENT_OR_MORE)
