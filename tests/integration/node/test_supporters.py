"""The roster in a store: recorded, trained, paused, ended; and counted as it is on the day."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from common.access.roles import Action
from common.errors import AlreadyExists, InvalidRequest, NotFound, WrongState
from node.domain.member import Member
from node.domain.supporter import Capacity, Supporter, Topic, Training
from node.opened import OpenNode
from node.persistence.bodies import Flagged
from node.persistence.supporters import StoredSupporter, list_supporters
from node.use_cases import members, supporters
from tests.builders import NOON
from tests.local_node import local_node

ACTOR = "user casey"
DESIGNATED = date(2025, 3, 1)


@pytest.fixture
def node(tmp_path: Path) -> Iterator[OpenNode]:
    with local_node(tmp_path) as opened:
        yield opened


def add(node: OpenNode, *names: str, **fields: Any) -> list[StoredSupporter]:
    given = [Supporter("", name, **({"designated_on": DESIGNATED} | fields)) for name in names]
    return node.write(
        "s", lambda c: supporters.add_supporters(c, node.vault, ACTOR, Action.CHANGE_ROSTER, given, node.clock.now())
    )


def change(node: OpenNode, of: StoredSupporter, **changes: Any) -> Supporter:
    changed = node.write(
        "s", lambda c: supporters.change_supporter(c, node.vault, ACTOR, of.id, changes, node.clock.now())
    )
    return supporters.intact(changed)


def train(node: OpenNode, of: StoredSupporter, *topics: Topic, **fields: Any) -> None:
    def all_of_them(connection: Connection) -> None:
        trainings = [Training(topic, date(2026, 1, 10), **fields) for topic in topics]
        supporters.train(connection, node.vault, ACTOR, of.id, trainings, node.clock.now())

    node.write("s", all_of_them)


def capacity(node: OpenNode) -> Capacity:
    return node.read(lambda c: supporters.capacity(c, node.vault, UTC, node.clock.now()))


def test_a_supporter_comes_back_as_recorded_with_everything_that_is_known(node: OpenNode) -> None:
    whole = Supporter(
        "",
        "Peer 2",
        selected_on=date(2025, 1, 1),
        designated_on=DESIGNATED,
        ended_on=date(2027, 1, 1),
        trainings=(Training(Topic.SELF_CARE, DESIGNATED, date(2028, 1, 1), 7.5, "State academy"),),
        paused_since=NOON,
        paused_until=NOON + timedelta(days=3),
        cap=4,
        languages=("english", "spanish"),
    )
    (stored,) = node.write(
        "s", lambda c: supporters.add_supporters(c, node.vault, ACTOR, Action.IMPORT_RECORDS, [whole], NOON)
    )

    assert stored.supporter == replace(whole, code="S-01")
    assert node.read(lambda c: supporters.get_supporter(c, node.vault, stored.id)) == stored


@pytest.mark.parametrize("said", ["S-02", "s2", "2", "peer 2", "Peer  2", "PEER-2"])
def test_a_supporter_is_found_by_code_or_whole_name(node: OpenNode, said: str) -> None:
    _, second = add(node, "Peer 1", "Peer 2")
    assert node.read(lambda c: supporters.get_by_name(c, node.vault, said)) == second


@pytest.mark.parametrize("said", ["S-09", "Pee", "", "%", "' OR 1=1"])
def test_e01_nothing_else_finds_one(node: OpenNode, said: str) -> None:
    add(node, "Peer 1")
    with pytest.raises(NotFound, match="no supporter of this code or name"):
        node.read(lambda c: supporters.get_by_name(c, node.vault, said))


def test_two_of_one_name_are_asked_for_by_code(node: OpenNode) -> None:
    add(node, "Sam", "Sam")
    with pytest.raises(InvalidRequest, match="2 have this name: give the code"):
        node.read(lambda c: supporters.get_by_name(c, node.vault, "sam"))


def test_a_member_is_one_supporter_at_most(node: OpenNode) -> None:
    (ann,) = node.write(
        "m",
        lambda c: members.add_members(c, node.vault, ACTOR, Action.CHANGE_ROSTER, [Member("", "Ann")], NOON),
    )
    add(node, "Ann", member_id=ann.id)
    with pytest.raises(AlreadyExists, match="is a supporter already"):
        add(node, "Ann again", member_id=ann.id)
    with pytest.raises(NotFound, match="no member of this node"):
        add(node, "Bo", member_id=os.urandom(16))


def test_the_roster_adds_up_to_the_capacity_that_is_reported(node: OpenNode) -> None:
    trained, paused, lapsed, _, _ = [
        *add(node, "trained", "paused", "lapsed"),
        *add(node, "not yet", designated_on=None),
        *add(node, "ended", ended_on=date(2026, 1, 1)),
    ]
    train(node, trained, *Topic)
    train(node, lapsed, *Topic, expires_on=NOON.date())
    until = NOON + timedelta(days=2)
    node.write("s", lambda c: supporters.pause(c, node.vault, ACTOR, Action.PAUSE_SELF, paused.id, until, NOON))

    assert capacity(node) == Capacity(designated=3, available=2, paused=1, trained_in_date=1)
    node.clock.advance(timedelta(days=2))  # type: ignore[attr-defined]
    assert capacity(node) == Capacity(designated=3, available=3, paused=0, trained_in_date=1)


def test_a_pause_ends_when_the_supporter_says_so(node: OpenNode) -> None:
    (one,) = add(node, "Sam")
    node.write("s", lambda c: supporters.pause(c, node.vault, ACTOR, Action.PAUSE_SELF, one.id, None, NOON))
    node.clock.advance(timedelta(days=400))  # type: ignore[attr-defined]
    assert capacity(node).paused == 1

    node.write("s", lambda c: supporters.resume(c, node.vault, ACTOR, Action.PAUSE_SELF, one.id, NOON))
    assert capacity(node).paused == 0


def test_a_pause_ends_in_the_future(node: OpenNode) -> None:
    (one,) = add(node, "Sam")
    with pytest.raises(InvalidRequest, match="until"):
        node.write("s", lambda c: supporters.pause(c, node.vault, ACTOR, Action.PAUSE_SELF, one.id, NOON, NOON))


def test_the_same_training_twice_is_named(node: OpenNode) -> None:
    (one,) = add(node, "Sam")
    train(node, one, Topic.SELF_CARE)
    with pytest.raises(AlreadyExists, match="recorded already"):
        train(node, one, Topic.SELF_CARE)


FORGED = {
    "an old version put back": "UPDATE supporter SET body = :old, version = 1 WHERE id = :id",
    "a pause that nobody took": "UPDATE supporter SET paused_since = 1 WHERE id = :id",
    "a code of its own": "UPDATE supporter SET code_index = zeroblob(16) WHERE id = :id",
}


@pytest.mark.parametrize("forged", FORGED)
def test_t03_a_supporter_that_was_altered_in_the_store_is_flagged_and_the_others_are_readable(
    node: OpenNode, forged: str
) -> None:
    sam, kim = add(node, "Sam", "Kim")
    with node.store.begin() as c:
        old = c.execute(text("SELECT body FROM supporter WHERE id = :id"), {"id": sam.id}).scalar_one()
    change(node, sam, cap=2)
    with node.store.begin() as c:
        c.execute(text(FORGED[forged]), {"id": sam.id} | ({"old": old} if ":old" in FORGED[forged] else {}))

    first, second = node.read(lambda c: list_supporters(c, node.vault))

    assert isinstance(first.supporter, Flagged)
    assert second == kim
    with pytest.raises(WrongState):
        change(node, sam, cap=3)


def test_times_of_a_pause_are_the_only_thing_of_a_supporter_that_stands_clear(node: OpenNode) -> None:
    canary = "Zanzibar"
    add(node, canary, languages=(canary,), paused_since=datetime(2026, 11, 1, tzinfo=UTC))
    with node.store.read() as c:
        rows = c.execute(text("SELECT * FROM supporter")).all()
    assert canary.encode() not in repr(rows).encode()
