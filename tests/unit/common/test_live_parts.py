"""A part of a page that renews itself: made once for all who show it, by another where its maker may not any more."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from common.errors import NotAuthenticated
from common.web import live
from common.web.live import Changes

Part = Callable[[], Awaitable[str]]


async def _never_ends() -> None:
    """Stand for a session that goes on."""


async def _first(changes: Changes, part: Part) -> str:
    """Open a stream, and give what it sends first."""
    async for said in changes.stream("board", part, _never_ends).body_iterator:
        return str(said)
    return ""


def test_a_part_is_made_once_for_every_stream_and_anew_after_a_change() -> None:
    made = []

    async def part() -> str:
        made.append(1)
        await asyncio.sleep(0)
        return f"<p>{len(made)}</p>"

    async def whole() -> None:
        changes = Changes()
        assert set(await asyncio.gather(*(_first(changes, part) for _ in range(20)))) == {"data: <p>1</p>\n\n"}
        changes.happened()
        assert await _first(changes, part) == "data: <p>2</p>\n\n"
        changes.close()

    asyncio.run(whole())
    assert len(made) == 2


def test_streams_that_were_opened_together_look_for_the_end_of_their_sessions_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "_LOOK_S", 0.4)
    looking, most = [0], [0]

    async def check() -> None:
        looking[0] += 1
        most[0] = max(most[0], looking[0])
        await asyncio.sleep(0.005)
        looking[0] -= 1

    async def part() -> str:
        return "<p>so it stands</p>"

    async def second(changes: Changes) -> str:
        said = [""]
        async for each in changes.stream("board", part, check).body_iterator:
            said.append(str(each))
            if len(said) > 2:
                break
        return said[-1]

    async def whole() -> None:
        changes = Changes()
        assert set(await asyncio.gather(*(second(changes) for _ in range(20)))) == {": still here\n\n"}
        changes.close()

    asyncio.run(whole())
    assert 1 <= most[0] < 20


def test_where_the_session_of_whoever_makes_it_has_ended_the_others_go_on() -> None:
    async def ended() -> str:
        await asyncio.sleep(0)
        raise NotAuthenticated("sign in first")

    async def good() -> str:
        return "<p>so it stands</p>"

    async def whole() -> None:
        changes = Changes()
        said = await asyncio.gather(_first(changes, ended), *(_first(changes, good) for _ in range(5)))
        changes.close()

        assert said[0].startswith("event: ended")
        assert set(said[1:]) == {"data: <p>so it stands</p>\n\n"}

    asyncio.run(whole())
