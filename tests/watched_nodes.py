"""A hub's watch over two nodes, with what its people were told of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from common.notify.preference import Preference
from common.wire.times import duration, timestamp
from common.wire.v1.uplink_pb2 import HeartbeatRequest
from hub.node_health import NodeHealth
from hub.node_watch import NodeWatch
from hub.persistence.people_notices import QUEUE, Recipient, save_recipient
from hub.store_reader import StoreReader
from hub.writer import Writer
from tests.builders import NOON
from tests.fakes import SetClock
from tests.intake_world import World

OPERATOR = Recipient(b"o" * 16, "Kim Ota", "UTC", Preference("ota@region.example"))


class Region:
    """A hub's watch over the nodes of fire and ems, and what its people were told."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clock = SetClock(NOON)
        self.reader = StoreReader(world.store)
        self.writer = Writer(world.store, self.clock, lambda tx: None)
        self.calling = [world.fire.id, world.ems.id]
        self.off = timedelta(0)  # of the clock of ems; fire's is right
        self.backup_age = timedelta(hours=1)  # of ems too
        self.told_to(OPERATOR)
        self.start()

    def start(self) -> None:
        """Begin to watch, as after a start of the hub: no heartbeat is known."""
        self.health = NodeHealth()
        self.watch = NodeWatch(self.reader, self.writer.submit, self.health, self.clock)

    def told_to(self, *people: Recipient) -> None:
        with self.world.store.begin() as connection:
            for person in people:
                save_recipient(connection, person)

    async def passes(self, **time_: float) -> int:
        """Let time pass with heartbeats and looks; give the number of notices that there are in all."""
        until = self.clock.now() + timedelta(**time_)
        while self.clock.now() < until:
            self.clock.advance(timedelta(seconds=15))
            for agency_id in self.calling:
                now, is_ems = self.clock.now(), agency_id == self.world.ems.id
                health = HeartbeatRequest(node_time=timestamp(now + self.off if is_ems else now))
                health.backup_age.CopyFrom(duration(self.backup_age if is_ems else timedelta(0)))
                self.health.note((agency_id, 1), health, now)
            await self.watch.look()
        return len(self.notices())

    def notices(self) -> list[tuple[str, bytes, str]]:
        with self.world.store.read() as connection:
            listed = QUEUE.list_(connection)
        return [(each.event.kind.value, each.recipient, each.state.value) for each in listed]

    def since(self) -> datetime | None:
        """The time that the newest notice names."""
        with self.world.store.read() as connection:
            return QUEUE.list_(connection)[0].event.at


@asynccontextmanager
async def watching(region: Region) -> AsyncIterator[None]:
    region.writer.start()
    try:
        yield
    finally:
        await region.writer.close()
        region.reader.close()
