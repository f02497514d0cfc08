"""`holdfast node followup ...` and `holdfast hub followups ...`, as people type them, offline included."""

import json
import os
import re
import subprocess
import sys
from asyncio import to_thread
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from node.process import Node
from tests.coroutines import eventually
from tests.hubs import RunningHub, running_hub
from tests.live_nodes import joined_node
from tests.node_command import command

TRANSCRIPT = os.environ.get("FOLLOW_UP_TRANSCRIPT", "")  # a file to read it all in, with one's own eyes


async def hub_says(*words: str, data: Path) -> "subprocess.CompletedProcess[str]":
    """Run `holdfast hub ...` in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
    line = [sys.executable, "-m", "hub", *words, "--data", str(data)]

    def run() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(line, env=environment, capture_output=True, text=True, timeout=60, check=False)

    return await to_thread(run)


class Desk:
    """Three terminals: at fire, at ems, at the hub."""

    def __init__(self, hub: RunningHub, fire: Path, ems: Path) -> None:
        self.hub, self.at = hub, {"fire": fire, "ems": ems}

    async def type(self, where: str, *words: str) -> str:
        """Type a command that is taken, and give what it prints."""
        return await self._run(where, words, 0)

    async def refused(self, where: str, *words: str) -> str:
        """Type a command that is refused, and give its one line."""
        said = await self._run(where, words, 2)
        assert said.count("\n") == 1, said
        return said

    async def ask(self, where: str, *words: str) -> Any:
        return json.loads(await self.type(where, *words, "--json"))

    async def _run(self, where: str, words: tuple[str, ...], code: int) -> str:
        if where == "hub":
            ended = await hub_says(*words, data=self.hub.data)
        else:
            ended = await command(*words, data=self.at[where])
        if TRANSCRIPT:
            _write_down(f"{where}$ {' '.join(words)}\n{ended.stdout}{ended.stderr}\n")
        assert ended.returncode == code, (words, ended.stdout, ended.stderr)
        return ended.stdout if code == 0 else ended.stderr


def _write_down(text: str) -> None:
    with Path(TRANSCRIPT).open("a") as file:
        file.write(text)


def template() -> str:
    """What `holdfast hub agreement template` prints."""
    line = [sys.executable, "-m", "hub", "agreement", "template"]
    return subprocess.run(line, capture_output=True, text=True, timeout=60, check=True).stdout


def quiet(node: Node) -> Callable[[], bool]:
    """Tell whether a node has nothing more to deliver."""
    return lambda: node.opened.read(_waiting) == 0


def up_to_date(node: Node, hub: RunningHub) -> bool:
    """Tell whether a node has read its mailbox to the end."""
    own = node.opened.membership()
    return own.mailbox_cursor == len(hub.mail(own.agency_id))


def _waiting(connection: Any) -> int:
    return int(connection.exec_driver_sql("SELECT count(*) FROM outbox WHERE outcome IS NULL").scalar_one())


async def test_a_follow_up_from_opening_to_closing_as_people_type_it(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub, AsyncExitStack() as running:
        paths = [await joined_node(hub, tmp_path / slug) for slug in ("fire", "ems")]
        desk = Desk(hub, *paths)
        terms = tmp_path / "terms.toml"
        terms.write_text(template(), "utf-8")
        await desk.type("hub", "agreement", "publish", str(terms), "--yes")
        told = await desk.ask(
            "hub", "incident", "open", "Mill fire", "--type", "structure_fire", "--agency", "fire", "--agency", "ems"
        )
        fire, ems = [await running.enter_async_context(Node(path)) for path in paths]

        async def settled() -> None:
            for node in (fire, ems):
                await eventually(quiet(node))
            await eventually(lambda: all(up_to_date(node, hub) for node in (fire, ems)))

        async def show(where: str, name: str) -> str:
            return await desk.type(where, "followup", "show", name)

        await settled()
        for where in ("fire", "ems"):
            await desk.type(where, "agreement", "sign", "--yes")
        await settled()

        said = await desk.type("fire", "followup", "open", "--incident", told["id"][:6], "--cohort", "2_to_4")
        (name,) = re.findall(r"opened (\S+); waits for the hub", said)
        await settled()
        await desk.type("fire", "followup", "offer", name, "--to", "em")
        await settled()
        assert name in await desk.type("ems", "followup", "list", "--offers")
        assert re.search(r"offered to +ems; accept by .* UTC: this agency may accept it", await show("ems", name))

        await desk.type("ems", "followup", "accept", name)
        await settled()
        assert "accountable   ems\n" in await show("fire", name)
        said = await desk.refused("fire", "followup", "contact", name)
        assert said == "holdfast: another agency is accountable for it: ask them, or ask for it back\n"

        await desk.type("ems", "followup", "contact", name, "--next-days", "2")
        await desk.type("ems", "followup", "ask-hub", name)
        await settled()
        assert "say --yes" in await desk.refused("hub", "followups", "offer", name, "--to", "fire")
        asked = ("hub", "followups", "offer", name, "--to", "fire", "--yes")
        assert "0.0167 to 720 hours may be given" in await desk.refused(*asked, "--accept-within", "-1")
        assert "is offered to fire; accept by " in await desk.type(*asked)
        await settled()
        await running.aclose()  # both nodes are off, and the hub goes on

        await desk.type("fire", "followup", "decline", name, "--reason", "no_capacity")
        await desk.type("ems", "followup", "close", name, "--outcome", "completed")
        shown = await show("ems", name)
        assert "work          active" in shown  # what is true, as the hub told it last
        assert "close: waiting for the hub" in shown
        assert "contact by" not in shown  # somebody was reached

        async with Node(paths[0]) as node:
            await eventually(quiet(node))  # its decline is first, and escalates: ems decided on an older version
        async with Node(paths[1]) as again:
            await eventually(quiet(again))
            await eventually(lambda: up_to_date(again, hub))
        found = await desk.ask("ems", "followup", "show", name)
        assert (found["work"], found["commands"][-1]["outcome"]) == ("active", "refused_stale_version")
        assert found["refused"] == found["commands"][-1]["reason"] != ""
        history = await desk.type("hub", "followups", "show", name)
        assert re.search(r"decline +fire +ems +active +none +agency", history)
