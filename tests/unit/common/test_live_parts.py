"""A part of a page that renews itself: made once for all who show it, by another where its maker may not any more."""

import asyncio
from collections.abc import Awaitable, Callable

from common.errors import NotAuthenticated
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
