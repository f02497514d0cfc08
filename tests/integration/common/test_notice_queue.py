"""The queue of notices, on every store: each person once, tried again, given up, handed to the next."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection, MetaData

from common.notify.catalogue import Kind
from common.notify.notice import Event, Notice, State
from common.notify.preference import Way
from common.notify.queue import KEPT, Queue, declare_queue
from common.notify.retrying import GIVEN_UP_AFTER, NEXT_AFTER
from common.storage.names import CONSTRAINT_NAMES
from common.storage.store import Store
from tests.builders import NOON
from tests.stores import KINDS, empty_store

T = TypeVar("T")
DANA, KIM = b"d" * 16, b"k" * 16
OFFER = Event(Kind.OFFER_WAITS, b"o" * 16, NOON + timedelta(hours=4), NOON + timedelta(hours=4))
MINUTE = timedelta(minutes=1)


class World:
    """A queue in a store."""

    def __init__(self, store: Store) -> None:
        metadata = MetaData(naming_convention=CONSTRAINT_NAMES)
        self.queue: Queue = declare_queue(metadata)
        self.store = store
        with store.begin() as connection:
            metadata.create_all(connection)

    def do(self, use_case: Callable[[Connection], T]) -> T:
        with self.store.begin() as connection:
            return use_case(connection)

    def add(self, event: Event, who: bytes = DANA, step: int = 0, now: datetime = NOON, held: datetime = NOON) -> int:
        return self.do(lambda connection: self.queue.add(connection, event, step, [(who, Way.MAIL, held)], now))

    def take(self, now: datetime) -> list[Notice]:
        return self.do(lambda connection: self.queue.take(connection, now))

    def fail(self, notice: Notice, now: datetime, *, final: bool = False) -> None:
        self.do(lambda connection: self.queue.failed(connection, notice, "server not reached", final, now))

    def undelivered(self, now: datetime) -> list[tuple[Event, int]]:
        return self.do(lambda connection: self.queue.undelivered(connection, now))

    def states(self) -> list[tuple[bytes, State, int]]:
        found = self.do(self.queue.list_)
        return sorted((notice.recipient, notice.state, notice.attempts) for notice in found)


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    store = empty_store(request.param, tmp_path)
    yield World(store)
    store.close()


def test_an_event_that_is_announced_again_tells_nobody_twice(world: World) -> None:
    assert [world.add(OFFER), world.add(OFFER), world.add(OFFER, KIM)] == [1, 0, 1]

    assert world.states() == [(DANA, State.WAITING, 0), (KIM, State.WAITING, 0)]


def test_what_was_taken_and_not_marked_is_tried_again_later_and_what_was_sent_is_not(world: World) -> None:
    world.add(OFFER)

    [notice] = world.take(NOON)
    assert world.take(NOON) == []
    [again] = world.take(NOON + 2 * MINUTE)
    assert again.id == notice.id
    world.do(lambda connection: world.queue.sent(connection, notice.id, NOON))

    assert world.take(NOON + timedelta(hours=1)) == []
    assert world.states() == [(DANA, State.SENT, 2)]
    assert world.do(world.queue.next_due) is None


def test_what_cannot_be_delivered_is_given_up_after_hours_and_listed_with_its_trouble(world: World) -> None:
    world.add(Event(Kind.ESCALATION, b"e" * 16))
    now = NOON
    while now <= NOON + GIVEN_UP_AFTER + timedelta(hours=1):
        for notice in world.take(now):
            world.fail(notice, now)
        now += 5 * MINUTE

    [listed] = world.do(world.queue.list_)
    assert (listed.state, listed.trouble) == (State.GIVEN_UP, "server not reached")
    assert 20 < listed.attempts < 150


def test_what_nobody_got_in_time_goes_to_the_next_and_once_somebody_has_it_to_nobody_else(world: World) -> None:
    world.add(OFFER)
    [notice] = world.take(NOON)
    world.fail(notice, NOON)

    assert world.undelivered(NOON + NEXT_AFTER - MINUTE) == []
    assert world.undelivered(NOON + NEXT_AFTER) == [(OFFER, 1)]
    world.add(OFFER, KIM, 1, NOON + NEXT_AFTER, NOON + NEXT_AFTER)
    assert world.undelivered(NOON + NEXT_AFTER) == []
    world.do(lambda connection: world.queue.sent(connection, notice.id, NOON))
    assert world.undelivered(NOON + 2 * NEXT_AFTER) == []


def test_what_is_refused_for_good_goes_to_the_next_at_once(world: World) -> None:
    world.add(OFFER)
    [notice] = world.take(NOON)
    world.fail(notice, NOON, final=True)

    assert world.undelivered(NOON) == [(OFFER, 1)]
    world.do(lambda connection: world.queue.add_for_nobody(connection, OFFER, 1, NOON))
    world.do(lambda connection: world.queue.add_for_nobody(connection, OFFER, 2, NOON))
    assert world.undelivered(NOON) == []
    assert len(world.states()) == 2


def test_what_became_pointless_is_not_sent(world: World) -> None:
    world.add(OFFER)
    world.add(Event(Kind.ESCALATION, b"e" * 16), KIM)

    world.do(lambda connection: world.queue.withdraw(connection, b"e" * 16, NOON))

    assert world.take(NOON + timedelta(hours=4)) == []
    assert world.states() == [(DANA, State.OVERTAKEN, 0), (KIM, State.OVERTAKEN, 0)]


def test_quiet_hours_hold_a_notice_and_old_ones_are_forgotten(world: World) -> None:
    world.add(Event(Kind.TRAINING_EXPIRES, b"t" * 16), held=NOON + timedelta(hours=8))

    assert world.take(NOON + timedelta(hours=7)) == []
    assert world.undelivered(NOON + timedelta(hours=8)) == []
    [notice] = world.take(NOON + timedelta(hours=8))
    world.do(lambda connection: world.queue.sent(connection, notice.id, NOON))
    world.do(lambda connection: world.queue.forget_old(connection, NOON + KEPT + MINUTE))
    assert world.states() == []
