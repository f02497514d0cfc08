"""Two hub processes on one PostgreSQL store: a node that one of them hears is not silent for the other."""

from datetime import timedelta
from pathlib import Path

from common.notify.catalogue import Kind
from common.wire.times import timestamp
from common.wire.v1.uplink_pb2 import HeartbeatRequest
from hub.node_watch import NodeWatch
from hub.persistence.people_notices import QUEUE, save_recipient
from hub.process import Hub
from tests.coroutines import eventually
from tests.fakes import SetClock
from tests.integration.hub.test_shared_postgresql import joined_agency, two_hubs
from tests.watched_nodes import OPERATOR


async def test_a_node_that_calls_another_process_of_the_hub_is_not_silent(tmp_path: Path) -> None:
    async with two_hubs(tmp_path) as (first, second):
        ledger, _ = await joined_agency(first)
        node = (ledger.agency_id, ledger.node)
        now = first.clock.now()
        health = HeartbeatRequest(node_time=timestamp(now + timedelta(hours=1)), queue_depth=7)
        for number in range(300):  # more than one message carries
            first.health.note((ledger.agency_id, 100 + number), HeartbeatRequest(node_time=timestamp(now)), now)
        first.health.note(node, health, now)

        await first.share_heartbeats()
        await eventually(lambda: len(second.health.heard()) == 301)

        told = second.health.heard()[node]
        assert (told.at, told.health, told.clock_offset) == (now, health, timedelta(hours=1))
        second.health.note_shared(node, HeartbeatRequest(), now - timedelta(seconds=1))
        assert second.health.heard()[node] == told
        assert first.health.take_unshared() == {}


async def test_two_processes_that_see_the_same_trouble_tell_it_once(tmp_path: Path) -> None:
    async with two_hubs(tmp_path) as (first, second):
        ledger, _ = await joined_agency(first)
        with first.store.begin() as connection:
            save_recipient(connection, OPERATOR)
        at = first.clock.now() - timedelta(hours=1)
        for hub in (first, second):
            hub.health.note_shared((ledger.agency_id, ledger.node), HeartbeatRequest(node_time=timestamp(at)), at)
            await _looks_long_after(hub)

        with second.store.read() as connection:
            told = [(each.event.kind, each.event.at) for each in QUEUE.list_(connection)]
        assert told == [(Kind.NODE_TROUBLE, at)]


async def _looks_long_after(hub: Hub) -> None:
    """Look as a process that has listened for a long time."""
    clock = SetClock(hub.clock.now() - timedelta(hours=2))
    watch = NodeWatch(hub.reader, hub.writer.submit, hub.health, clock)
    while clock.now() < hub.clock.now():
        await watch.look()
        clock.advance(timedelta(seconds=40))
