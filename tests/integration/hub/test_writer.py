"""The hub's one writer, on both databases: groups commit together, answers come after it, each fault is its own."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from common.errors import AlreadyExists, HoldfastError, InvalidRequest, TemporarilyUnavailable
from common.storage.store import Store
from hub.persistence.transaction import Transaction
from hub.writer import MAX_GROUP, ApplyMany, Writer
from tests.builders import NOON
from tests.desk import READER, Command, Desk, adding


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def failing(command: Command, error: Exception) -> Command:
    """The same command, which finds at its end that it must not be."""

    def fail(tx: Transaction, now: datetime) -> str:
        command(tx, now)
        raise error

    return fail


def test_d01_nobody_is_answered_or_told_before_the_commit(desk: Desk) -> None:
    async def scenario(desk: Desk) -> None:
        seen_inside: list[set[str]] = []

        def look(tx: Transaction, now: datetime) -> str:
            adding("fire")(tx, now)
            seen_inside.append(desk.slugs())
            assert desk.heard == []
            return "looked"

        answer = asyncio.ensure_future(desk.writer.submit(look))
        answer.add_done_callback(lambda _: seen_inside.append(desk.slugs()))
        assert await answer == "looked"
        assert seen_inside == [set(), {"fire"}]
        assert [slugs for slugs, _ in desk.heard] == [{"fire"}]

    desk.run(scenario)


def test_listeners_hear_of_new_mail_before_the_answers(desk: Desk) -> None:
    async def scenario(desk: Desk) -> None:
        order: list[str] = []
        answer = asyncio.ensure_future(desk.writer.submit(adding("fire", epoch=7)))
        answer.add_done_callback(lambda _: order.append(f"answered, {len(desk.heard)} heard"))
        await answer
        await asyncio.sleep(0)
        ((_, tx),) = desk.heard
        assert order == ["answered, 1 heard"]
        assert [cursor for cursor, _ in tx.new_mail[READER.id]] == [1]

    desk.run(scenario)


def test_a_refused_command_leaves_the_others_of_its_group_and_nothing_of_its_own(desk: Desk) -> None:
    async def scenario(desk: Desk) -> None:
        refusal = InvalidRequest("title: too long")
        answers = await desk.together(
            adding("fire", epoch=1), failing(adding("ems", epoch=2), refusal), adding("police", epoch=3)
        )
        assert answers == ["added fire", refusal, "added police"]
        assert desk.commits == 1
        assert desk.slugs() == {"fire", "police"}
        assert desk.mail() == [(1, 1), (2, 3)]  # dense, and without the refused one's
        assert len(desk.heard[-1][1].new_mail[READER.id]) == 2

    desk.run(scenario)


@pytest.mark.parametrize("error", [ZeroDivisionError("a bug"), OSError(28, "No space left on device")])
def test_a_group_that_fails_as_a_whole_is_tried_one_by_one(
    desk: Desk, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(desk: Desk) -> None:
        answers = await desk.together(
            adding("fire", epoch=1), failing(adding("ems", epoch=2), error), adding("police", epoch=3)
        )
        assert answers == ["added fire", error, "added police"]
        assert desk.commits == 2  # the two that stand
        assert desk.slugs() == {"fire", "police"}
        assert desk.mail() == [(1, 1), (2, 3)]

    desk.run(scenario)
    assert [record.getMessage() for record in caplog.records] == ["a command could not be written"]


def test_a_rule_of_the_database_that_one_command_breaks_fails_that_one_alone(desk: Desk) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.writer.submit(adding("fire"))
        answers = await desk.together(adding("ems"), adding("fire"), adding("police"))
        assert [type(answer) for answer in answers] == [str, IntegrityError, str]
        assert desk.slugs() == {"fire", "ems", "police"}

    desk.run(scenario)


def test_many_commands_share_few_commits(desk: Desk) -> None:
    async def scenario(desk: Desk) -> None:
        count = MAX_GROUP + 44
        answers = await desk.together(*(adding(f"agency-{number:03}", epoch=number) for number in range(count)))
        assert answers == [f"added agency-{number:03}" for number in range(count)]
        assert desk.commits == 2  # a full group, and the rest
        assert [said for _, said in desk.mail()] == list(range(count))  # in the order of submission

    desk.run(scenario)


def test_items_of_one_kind_are_handed_over_together_and_answered_each_by_itself(desk: Desk) -> None:
    handed: list[list[str]] = []

    def add_all(slugs: Sequence[str], tx: Transaction, now: datetime) -> list[str | HoldfastError]:
        handed.append(list(slugs))
        if "broken" in slugs:
            raise ZeroDivisionError("a bug")
        return [AlreadyExists(slug) if slug == "twice" else adding(slug)(tx, now) for slug in slugs]

    async def ask(desk: Desk, *slugs: str) -> list[Any]:
        waiting = [desk.writer.submit_to(add_all, slug) for slug in slugs]
        return [type(answer) for answer in await asyncio.gather(*waiting, return_exceptions=True)]

    async def scenario(desk: Desk) -> None:
        assert await ask(desk, "fire", "twice", "ems") == [str, AlreadyExists, str]
        assert await ask(desk, "police", "broken", "jail") == [str, ZeroDivisionError, str]
        assert desk.slugs() == {"fire", "ems", "police", "jail"}
        assert handed == [["fire", "twice", "ems"], ["police", "broken", "jail"], ["police"], ["broken"], ["jail"]]

    desk.run(scenario)


def remembering(number: int) -> ApplyMany[str, list[int]]:
    """A function for items that leaves a number in the memory, and answers with what it finds there."""

    def look(items: Sequence[str], tx: Transaction, now: datetime) -> list[list[int]]:
        found = list(tx.memory.heads.values())
        tx.memory.heads[number.to_bytes(16)] = number
        if "broken" in items:
            raise ZeroDivisionError("a bug")
        return [found for _ in items]

    return look


def test_what_a_group_of_items_read_is_remembered_until_something_else_writes(desk: Desk) -> None:
    async def scenario(desk: Desk) -> None:
        ask = partial(desk.writer.submit_to, item="")

        async def remembers() -> bool:
            """PostgreSQL's own housekeeping may take a transaction's number: then all is read anew, now and then."""
            return any([1 in await ask(remembering(1)) for _ in range(20)])

        assert await ask(remembering(1)) == []
        assert await remembers()
        await desk.writer.submit(adding("fire"))
        assert await ask(remembering(1)) == []
        assert await remembers()
        with pytest.raises(ZeroDivisionError):
            await desk.writer.submit_to(remembering(1), "broken")
        assert await ask(remembering(1)) == []  # what the failed group did is not in the store
        assert await remembers()
        found, _ = await asyncio.gather(ask(remembering(1)), desk.writer.submit(adding("ems")))
        assert found == []

    desk.run(scenario)


def test_a_group_has_one_time_and_it_is_the_clocks(desk: Desk) -> None:
    async def scenario(desk: Desk) -> None:
        times: list[datetime] = []

        def note(tx: Transaction, now: datetime) -> str:
            times.extend([now, tx.now])
            return ""

        await desk.together(note, note)
        desk.clock.advance(timedelta(minutes=-5))  # also back
        await desk.writer.submit(note)
        assert times == [NOON] * 4 + [NOON - timedelta(minutes=5)] * 2

    desk.run(scenario)


def test_what_a_caller_asked_for_before_it_went_away_is_done_all_the_same(desk: Desk) -> None:
    async def scenario(desk: Desk) -> None:
        gone, stays = (asyncio.ensure_future(desk.writer.submit(adding(slug))) for slug in ("gone", "stays"))
        await asyncio.sleep(0)
        gone.cancel()
        assert await stays == "added stays"
        assert desk.slugs() == {"gone", "stays"}

    desk.run(scenario)


def test_a_listener_that_fails_keeps_no_answer_back(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk(store)

    def fail(tx: Transaction) -> None:
        raise ZeroDivisionError("a bug")

    desk.writer = Writer(store, desk.clock, fail)

    async def scenario(desk: Desk) -> None:
        assert await desk.writer.submit(adding("fire")) == "added fire"

    desk.run(scenario)
    assert [record.getMessage() for record in caplog.records] == ["a listener failed after a commit"]


def test_closing_finishes_what_waits_and_takes_nothing_more(desk: Desk) -> None:
    async def scenario(desk: Desk) -> None:
        waiting = [asyncio.ensure_future(desk.writer.submit(adding(f"agency-{number}"))) for number in range(20)]
        await asyncio.sleep(0)
        closing = asyncio.create_task(desk.writer.close())
        await asyncio.sleep(0)
        with pytest.raises(TemporarilyUnavailable, match="stopping; try again"):
            await desk.writer.submit(adding("late"))
        await closing
        assert [future.done() for future in waiting] == [True] * 20
        assert len(desk.slugs()) == 20
        with pytest.raises(TemporarilyUnavailable):
            await desk.writer.submit_to(lambda items, tx, now: items, "late")

    desk.run(scenario)


def test_before_it_is_started_the_writer_takes_nothing(desk: Desk) -> None:
    async def ask() -> None:
        with pytest.raises(TemporarilyUnavailable):
            await desk.writer.submit(adding("early"))
        await desk.writer.close()

    asyncio.run(ask())
    assert desk.slugs() == set()
