"""The hub's tick: writes only when something is due, goes on after a failure and a restart, once among processes."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

import hub.escalation as escalation
from common.clock import Clock
from common.followup.state import AT_AGENCY, AT_REGION
from common.storage.store import Store
from common.wire.v1.notice_pb2 import Notice
from hub.escalation import Escalation
from hub.persistence import follow_ups, mailbox
from hub.persistence.transaction import Transaction
from hub.process import Hub
from hub.store_reader import StoreReader
from hub.writer import Writer
from tests.builders import NOON
from tests.coordinating import Coordination, command
from tests.coroutines import eventually
from tests.fakes import SetClock
from tests.integration.hub.test_shared_postgresql import joined_agency, two_hubs


class Ticking:
    """A hub's reader, writer and tick on a store."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.reader = StoreReader(store)
        self.writer = Writer(store, clock, lambda tx: None)
        self.submitted = 0
        self.writer.start()
        self.escalation = Escalation(self.reader, self._submit, clock)

    async def _submit(self, what: Callable[[Transaction, datetime], int]) -> int:
        self.submitted += 1
        return await self.writer.submit(what)


@asynccontextmanager
async def ticking(store: Store, clock: Clock) -> AsyncIterator[Ticking]:
    hub = Ticking(store, clock)
    try:
        yield hub
    finally:
        await hub.writer.close()
        hub.reader.close()


def test_a_deadline_in_the_far_future_does_not_bring_the_hub_to_write(store: Store) -> None:
    region, clock = Coordination(store), SetClock(NOON)
    held = region.opened(region.fire)
    region.say(region.fire, "hold", held, next_check_in_within=timedelta(days=366))

    async def play() -> tuple[int, int, int]:
        async with ticking(store, clock) as hub:
            for _ in range(3):
                clock.advance(timedelta(days=100))
                assert await hub.escalation.tick() == 0
            early = hub.submitted
            clock.advance(timedelta(days=66))
            return early, await hub.escalation.tick(), hub.submitted

    assert asyncio.run(play()) == (0, 1, 1)
    assert region.state(held).escalation == AT_AGENCY


def test_a_tick_that_fails_is_logged_and_the_next_one_does_what_was_left(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    region, clock = Coordination(store), SetClock(NOON)
    held = region.offered(region.fire, region.ems)
    clock.advance(timedelta(hours=4))
    monkeypatch.setattr(escalation, "TICK_S", 0.01)
    broken = 0

    def break_once(_c: Any, _cu: Any, statement: str, *_: Any) -> None:
        nonlocal broken
        if broken < 1 and "follow_up" in statement:
            broken += 1
            raise OSError("the disk is gone")

    event.listen(store.writing, "before_cursor_execute", break_once)

    async def play() -> None:
        async with ticking(store, clock) as hub:
            keeps = asyncio.create_task(hub.escalation.keep_ticking())
            await eventually(lambda: region.state(held).escalation == AT_AGENCY)
            assert not keeps.done()
            keeps.cancel()
            with suppress(asyncio.CancelledError):
                await keeps

    asyncio.run(play())
    event.remove(store.writing, "before_cursor_execute", break_once)

    assert broken == 1
    assert "what the clock was to do was not done; it is tried again" in caplog.text
    assert [change.version for change in region.history(held)] == [1, 2, 3]
    assert len([kind for kind, _ in region.told(region.fire) if kind == "escalation"]) == 1


def test_what_fell_due_while_the_hub_was_down_is_done_at_its_first_tick(store: Store) -> None:
    region, clock = Coordination(store), SetClock(NOON)
    held = region.offered(region.fire, region.ems)

    async def a_life_of_the_hub() -> int:
        async with ticking(store, clock) as hub:
            return await hub.escalation.tick()

    assert asyncio.run(a_life_of_the_hub()) == 0
    clock.advance(timedelta(days=10))
    assert [asyncio.run(a_life_of_the_hub()) for _ in range(2)] == [2, 0]
    assert region.state(held).escalation == AT_REGION  # the offer and contact-by, not ten days of intervals


def test_of_two_processes_that_tick_at_once_exactly_one_acts_and_one_tells(tmp_path: Path) -> None:
    rounds = 8

    async def play() -> tuple[list[int], list[int], int]:
        async with two_hubs(tmp_path) as hubs:
            ledger, _ = await joined_agency(hubs[0])
            opened = [os.urandom(16) for _ in range(rounds)]
            batch = ledger.batch(*(command("open", id_, 0, at=hubs[0].clock.now(), cohort=1) for id_ in opened))
            accepted = await hubs[0].writer.submit_to(hubs[0].intake.apply, batch)
            assert set(accepted.outcomes) == {1}
            head = await hubs[0].reader.mailbox_head(ledger.agency_id)
            done = []
            for id_ in opened:
                _make_due(hubs[0], id_)
                done.append(sum(await asyncio.gather(*(hub.escalation.tick() for hub in (*hubs, *hubs)))))
            with hubs[0].store.read() as connection:
                changes = [len(follow_ups.list_changes(connection, id_)) for id_ in opened]
                mail = mailbox.read_mail(connection, ledger.agency_id, head, 1000)
            kinds = [Notice.FromString(body).WhichOneof("kind") for _, body in mail]
            return done, changes, kinds.count("escalation")

    assert asyncio.run(play()) == ([1] * rounds, [2] * rounds, rounds)


def _make_due(hub: Hub, follow_up_id: bytes) -> None:
    """Move the deadline to a moment ago: these hubs go by the machine's clock."""
    past = hub.clock.now() - timedelta(seconds=1)
    with hub.store.begin() as connection:
        held = follow_ups.load_follow_ups(connection, [follow_up_id])[follow_up_id]
        follow_ups.save_follow_ups(connection, [replace(held, contact_by=past, escalate_at=past)])


def test_the_ticks_of_a_region_without_follow_ups_read_and_nothing_more(store: Store) -> None:
    Coordination(store)

    async def play() -> tuple[int, int]:
        async with ticking(store, SetClock(NOON + timedelta(days=365))) as hub:
            return await hub.escalation.tick(), hub.submitted

    assert asyncio.run(play()) == (0, 0)
