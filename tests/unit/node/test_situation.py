"""What is known of the hub right now."""

import asyncio
from datetime import timedelta

import pytest

from node.uplink.situation import Situation, set_within, skew_words
from tests.builders import NOON


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (None, ""),
        (timedelta(minutes=10), ""),
        (timedelta(minutes=-10), ""),
        (timedelta(hours=1), "this machine's clock is 60 min ahead of the hub's"),
        (timedelta(minutes=-11), "this machine's clock is 11 min behind the hub's"),
    ],
)
def test_t08_a_clock_that_is_off_by_more_than_ten_minutes_is_named(ahead: timedelta | None, words: str) -> None:
    assert skew_words(ahead) == words


def test_trouble_keeps_when_it_began_until_the_hub_is_heard() -> None:
    told = []
    situation = Situation(NOON)
    situation.when_heard = lambda: told.append("heard")

    situation.failed(1, "refused", NOON)
    situation.failed(1, "no answer", NOON + timedelta(minutes=5))
    assert (situation.trouble, situation.trouble_since, situation.errors[1]) == ("no answer", NOON, 2)

    situation.heard(NOON + timedelta(minutes=6))
    situation.heard(NOON + timedelta(minutes=7))
    assert (situation.trouble, situation.trouble_since, told) == ("", None, ["heard"])


async def test_a_cancellation_in_the_moment_of_the_event_is_not_lost() -> None:
    event = asyncio.Event()
    waiting = asyncio.create_task(_wait_for_ever(event))
    await asyncio.sleep(0)

    event.set()
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(2):
            await waiting


async def _wait_for_ever(event: asyncio.Event) -> None:
    while True:
        await set_within(event, 60.0)
        event.clear()
