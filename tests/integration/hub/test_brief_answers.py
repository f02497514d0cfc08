"""What a page asks for in brief says the same as the whole answer, and no more than the page needs."""

import asyncio
from pathlib import Path
from typing import Any

from tests.hubs import RunningHub, running_hub


async def invited(hub: RunningHub, *slugs: str) -> None:
    for slug in slugs:
        await hub.ask("invite", agency=slug, discipline="fire")


async def opened(hub: RunningHub, title: str, *agencies: str) -> str:
    made: dict[str, Any] = await hub.ask("incident open", title=title, type="structure_fire", agencies=list(agencies))
    return str(made["id"])


def test_incidents_are_listed_with_who_takes_part_and_how_many_stand_how(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running_hub(tmp_path) as hub:
            assert await hub.ask("incident list") == await hub.ask("incident list", brief=True) == []
            await invited(hub, "cedar-valley", "ridgeline-fire")
            first = await opened(hub, "Mill", "ridgeline-fire")
            second = await opened(hub, "Ridge", "ridgeline-fire", "cedar-valley")

            listed = await hub.ask("incident list")

            ids = {each["agency"]: each["id"] for each in await hub.ask("directory list")}
            assert [(each["id"], each["statuses"]) for each in listed] == [
                (second, {"requested": 2}),
                (first, {"requested": 1}),
            ]
            assert listed[0]["agency_ids"] == [ids["ridgeline-fire"], ids["cedar-valley"]]
            brief = await hub.ask("incident list", brief=True)
            assert brief == [{"id": second, "title": "Ridge"}, {"id": first, "title": "Mill"}]
            assert await hub.ask("board", incident=first[:8], brief=True) == {"id": first}

    asyncio.run(scenario())


def test_a_directory_in_brief_is_its_entries(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running_hub(tmp_path) as hub:
            await invited(hub, "cedar-valley", "ridgeline-fire")
            whole, brief = await hub.ask("directory list"), await hub.ask("directory list", brief=True)
            assert [each["agency"] for each in brief] == ["cedar-valley", "ridgeline-fire"]
            assert brief == [{name: each[name] for name in brief[0]} for each in whole]

    asyncio.run(scenario())
