"""Mutual aid of peers with a running hub and three real nodes: asked, offered, filled and released by command."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

from node.process import Node
from tests.coroutines import eventually
from tests.hubs import RunningHub, running_hub
from tests.live_nodes import bind, joined_node
from tests.node_command import command

UNTIL = "2099-01-01T00:00:00+00:00"


async def answer(*words: str, data: Path) -> Any:
    ended = await command(*words, "--json", data=data)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


async def seen(node: Node, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Wait until the one request is so at a node, and give what its command then shows."""
    async with asyncio.timeout(20):
        while True:
            rows = await node.do("aid_list", {})
            if rows and holds(rows[0]):
                (row,) = await answer("aid", "list", data=node.opened.data)
                assert holds(row)
                return dict(row)
            await asyncio.sleep(0.02)


async def at_hub(hub: RunningHub, *words: str) -> str:
    """What `holdfast hub aid ...` prints."""
    line = [sys.executable, "-m", "hub", "aid", *words, "--data", str(hub.data)]
    started = partial(subprocess.run, line, capture_output=True, text=True, timeout=60, check=False)
    ended = await asyncio.to_thread(started)
    assert ended.returncode == 0, ended.stderr
    return str(ended.stdout)


def is_now(status: str, matched: int) -> Callable[[dict[str, Any]], bool]:
    return lambda row: (row["status"], row["matched"]) == (status, matched)


async def _joined(hub: RunningHub, tmp_path: Path, entered: AsyncExitStack) -> list[Node]:
    names = ("fire", "ems", "jail")
    nodes = [await entered.enter_async_context(Node(await joined_node(hub, tmp_path / name))) for name in names]
    await bind(hub, *nodes)
    return nodes


async def test_peers_are_asked_for_offered_filled_and_released_as_seen_at_each_agency(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub, AsyncExitStack() as entered:
        fire, ems, jail = nodes = await _joined(hub, tmp_path, entered)
        at = {node: node.opened.data for node in nodes}

        asked = await answer(
            "aid", "request", "--supporters", "5", "--until", UNTIL, "--language", "spanish", data=at[fire]
        )
        for node in nodes:
            row = await seen(node, is_now("open", 0))
            assert (row["id"], row["wanted"], row["languages"]) == (asked["request"], 5, ["spanish"])
            assert row["is_own"] is (node is fire)

        short = asked["request"][:6]
        await answer("aid", "offer", short, "3", data=at[ems])
        await seen(jail, is_now("open", 3))
        await answer("aid", "offer", short, "4", data=at[jail])
        for node in nodes:
            await seen(node, is_now("filled", 5))
        row = await seen(jail, lambda row: row["command"]["stands"] == "applied")
        assert (row["offered"], row["own_matched"]) == (4, 2)
        assert {match["agency"]: match["supporters"] for match in row["matches"]}["jail"] == 2
        found = json.loads(await at_hub(hub, "show", short, "--json"))
        assert (found["asked_by"], found["status"], found["languages"]) == ("fire", "filled", ["spanish"])
        assert [(each["agency"], each["offered"], each["matched"]) for each in found["offers"]] == [
            ("ems", 3, 3),
            ("jail", 4, 2),
        ]
        assert "fire asks for 5 supporters until 2099-01-01T00:00:00+00:00: filled" in await at_hub(hub, "show", short)
        assert [each["id"] for each in json.loads(await at_hub(hub, "list", "--json"))] == [asked["request"]]
        assert asked["request"][:8] in await at_hub(hub, "list")
        assert "no request for peers is open" in await at_hub(hub, "list", "--open")

        refused = await command("aid", "offer", short, "1", data=at[fire])
        assert (refused.returncode, "your own agency asks" in refused.stderr) == (2, True)
        unsure = await command("aid", "release", short, data=at[fire])
        assert "5 supporters, and end the request for every agency" in unsure.stderr
        assert f"{asked['request'][:8]}, 5 asked for by fire (filled)? Nothing was done" in unsure.stderr
        assert "Withdraw your offer of 3: " in (await command("aid", "withdraw", short, data=at[ems])).stderr
        await answer("aid", "release", short, "--yes", data=at[fire])
        for node in nodes:
            await seen(node, is_now("released", 5))
        table = await command("aid", "list", data=at[ems])
        assert [word for word in ("released", short, "2099-01-01 00:00:00") if word not in table.stdout] == []


async def test_a_command_waits_while_there_is_no_hub_and_a_refused_one_stands_beside_what_is_true(
    tmp_path: Path,
) -> None:
    async with running_hub(tmp_path) as hub, AsyncExitStack() as entered:
        fire, ems, jail = await _joined(hub, tmp_path, entered)
        asked = (await fire.do("aid_request", {"supporters": 2, "until": UNTIL}))["request"]
        await seen(jail, is_now("open", 0))
        await jail.stop()

        await answer("aid", "offer", asked[:4], "2", data=jail.opened.data)  # a stopped node takes it too
        (row,) = await answer("aid", "list", data=jail.opened.data)
        assert (row["status"], row["offered"]) == ("open", 2)
        assert (row["command"]["said"], row["command"]["stands"]) == ("offer 2", "waiting for the hub")
        table = (await command("aid", "list", data=jail.opened.data)).stdout
        assert f"{asked[:8]}: your last word, offer 2: waiting for the hub\n" in table
        await ems.do("aid_offer", {"request": asked, "supporters": 2})
        await seen(fire, is_now("filled", 2))

        async with Node(jail.opened.data) as again:
            row = await seen(again, lambda row: bool(row["command"]["reason"]))
        assert (row["command"]["stands"], row["status"], row["offered"]) == ("refused", "filled", None)


async def test_a_request_of_its_own_is_shown_before_the_hub_has_heard_of_it(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        unsigned = await command("aid", "request", "--supporters", "3", "--until", UNTIL, data=data)
        assert (unsigned.returncode, "has not signed the agreement" in unsigned.stderr) == (2, True)
        async with Node(data) as node:
            await bind(hub, node)

        await answer("aid", "request", "--supporters", "3", "--until", UNTIL, "--discipline", "ems", data=data)

        (row,) = await answer("aid", "list", data=data)
        assert (row["status"], row["wanted"], row["matched"], row["disciplines"]) == (
            "waiting for the hub",
            3,
            None,
            ["ems"],
        )
        for words, says in (
            (("request", "--supporters", "3", "--until", "tomorrow"), "until: a time with its zone"),
            (("request", "--supporters", "3", "--until", UNTIL, "--language", "elvish"), "language: 'elvish'"),
            (("offer", "ffff", "1"), "no request ffff"),
        ):
            ended = await command("aid", *words, data=data)
            assert (ended.returncode, ended.stderr.count("\n"), says in ended.stderr) == (2, 1, True), ended.stderr
        async with Node(data) as node:
            await eventually(lambda: len(hub.reports()) == 2)
            await seen(node, is_now("open", 0))
