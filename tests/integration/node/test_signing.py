"""An agreement's whole way, by the commands that people type: written, published, read, signed, listed as signed."""

import asyncio
import json
import subprocess
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from hub.domain.agreement_template import TEMPLATE
from node.process import Node
from tests.coroutines import eventually
from tests.hubs import RunningHub, running_hub
from tests.live_nodes import joined_node
from tests.node_command import command, line


async def hub_command(*words: str, hub: RunningHub) -> "subprocess.CompletedProcess[str]":
    """Run `holdfast hub ...` on the running hub, with nobody at a terminal."""
    started = line(*words, data=hub.data)
    started["args"][2] = "hub"
    run = partial(subprocess.run, **started, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return await asyncio.to_thread(run, timeout=60)


async def answer(*words: str, data: Path) -> Any:
    ended = await command(*words, "--json", data=data)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


async def own_signature(data: Path) -> list[str]:
    return [row["own_signature"] for row in await answer("agreement", "list", data=data)]


async def test_an_agreement_is_published_read_signed_and_listed_as_signed(tmp_path: Path) -> None:
    file = tmp_path / "terms.toml"
    file.write_text(TEMPLATE.replace("Regional peer support agreement", "Ridgeline agreement"), "utf-8")
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        later = await joined_node(hub, tmp_path / "ems")
        asked = await hub_command("agreement", "publish", str(file), hub=hub)
        assert (asked.returncode, "to every agency? Nothing was done" in asked.stderr) == (2, True), asked.stderr
        assert "An offer is to be accepted within 4 hours" in asked.stderr
        published = await hub_command("agreement", "publish", str(file), "--yes", hub=hub)
        assert published.stdout.startswith("published version 1, in force"), published.stderr

        async with Node(data) as node:
            await eventually(lambda: node.opened.membership().mailbox_cursor == len(hub.mail(node_agency(node))))
            asked = await command("agreement", "sign", data=data)
            assert (asked.returncode, "Nothing was done: run this on a terminal" in asked.stderr) == (2, True)
            assert "Facility disturbance: corrections, law enforcement, fire, EMS, 911" in asked.stderr
            assert await own_signature(data) == ["not signed"]

            signed = await command("agreement", "sign", "--yes", data=data)
            assert signed.stdout == "version 1 is signed, waiting for the hub (report 1)\n", signed.stderr
            await eventually(lambda: bool(hub.mail(node_agency(node))[-1].agreement_published.signed_by))
            await eventually(lambda: node.opened.membership().mailbox_cursor == len(hub.mail(node_agency(node))))

            assert await own_signature(data) == ["signed"]
            shown = await command("agreement", "show", data=data)
            assert "signed by: fire\nnot signed by: ems\nthis agency: signed\n" in shown.stdout
            again = await command("agreement", "sign", "--yes", data=data)
            assert (again.returncode, "signed every version" in again.stderr) == (2, True)
            assert "agreement signature: agreement id" in (await command("egress", "show", data=data)).stdout

        at_hub = await hub_command("agreement", "show", hub=hub)
        assert "Ridgeline agreement, version 1: in force" in at_hub.stdout
        assert at_hub.stdout.endswith("signed by: fire\nnot signed by: ems\n")
        [row] = json.loads((await hub_command("agreement", "list", "--json", hub=hub)).stdout)
        assert (row["version"], row["signatures"], row["state"]) == (1, 1, "in force")
        assert await own_signature(later) == []  # has not run yet


async def test_a_signature_on_a_stopped_node_waits_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "terms.toml"
    file.write_text(TEMPLATE, "utf-8")
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        await hub_command("agreement", "publish", str(file), "--yes", hub=hub)
        async with Node(data) as node:
            await eventually(lambda: node.opened.membership().mailbox_cursor == len(hub.mail(node_agency(node))))

        await answer("agreement", "sign", "1", "--yes", data=data)

        assert await own_signature(data) == ["signed, waiting for the hub"]
        twice = await command("agreement", "sign", "1", "--yes", data=data)
        assert (twice.returncode, twice.stderr.count("\n"), "waiting for the hub" in twice.stderr) == (2, 1, True)
        async with Node(data) as node:
            await eventually(lambda: bool(hub.mail(node_agency(node))[-1].agreement_published.signed_by))


async def test_what_publishing_would_change_is_shown_and_mistakes_are_told_at_once(tmp_path: Path) -> None:
    first, second, wrong = (tmp_path / name for name in ("first.toml", "second.toml", "wrong.toml"))
    first.write_text(TEMPLATE, "utf-8")
    second.write_text(TEMPLATE.replace('accept_within = "4h"', 'accept_within = "6h"'), "utf-8")
    wrong.write_text('k = 1\naccept_within = "soon"\nacept = 1\n', "utf-8")
    async with running_hub(tmp_path) as hub:
        await hub_command("agreement", "publish", str(first), "--yes", hub=hub)

        changes = (await hub_command("agreement", "publish", str(second), hub=hub)).stderr.splitlines()
        told = await hub_command("agreement", "publish", str(wrong), hub=hub)
        undated = await hub_command("agreement", "publish", str(second), "--from", "soon", "--yes", hub=hub)
        unknown = await hub_command("agreement", "show", "7", hub=hub)
        gone = await hub_command("agreement", "publish", str(tmp_path / "none.toml"), hub=hub)

        assert changes[1:3] == [
            "  - An offer is to be accepted within 4 hours, unless its owner names another time",
            "  + An offer is to be accepted within 6 hours, unless its owner names another time",
        ]
        assert len(changes) == 4
        for said in ("title: is missing", "k: a whole number", "accept_within: a time", "'acept': is no term"):
            assert said in told.stderr
        for ended in (told, undated, unknown, gone):
            assert (ended.returncode, ended.stderr.count("\n")) == (2, 1), ended.stderr
        assert len(json.loads((await hub_command("agreement", "list", "--json", hub=hub)).stdout)) == 1


async def test_a_board_says_which_disciplines_the_agreement_asks_and_by_when(tmp_path: Path) -> None:
    file = tmp_path / "terms.toml"
    file.write_text(TEMPLATE, "utf-8")
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        asked = ("incident", "open", "Mill fire", "--type", "structure_fire", "--agency", "fire")
        before = (await hub_command(*asked, hub=hub)).stdout.split()[1]
        await hub_command("agreement", "publish", str(file), "--yes", hub=hub)
        incident = (await hub_command(*asked, hub=hub)).stdout.split()[1]

        newest, oldest = json.loads((await hub_command("incident", "list", "--json", hub=hub)).stdout)
        board = (await hub_command("board", incident, hub=hub)).stdout
        async with Node(data) as node:
            await eventually(lambda: node.opened.membership().mailbox_cursor == len(hub.mail(node_agency(node))))
            told = {row["id"]: row for row in await answer("incidents", data=data)}

        assert (oldest["asked"], oldest["activate_by"]) == ([], None)
        assert newest["asked"] == told[incident]["asked"] == ["fire", "ems", "911"]
        opened, by = (datetime.fromisoformat(newest[name]) for name in ("opened_at", "activate_by"))
        assert by - opened == timedelta(hours=4)
        assert datetime.fromisoformat(told[incident]["activate_by"]) == by
        assert f"the agreement asks fire, ems, 911 to activate by {by:%Y-%m-%d %H:%M} UTC" in board
        assert "the agreement asks" not in (await hub_command("board", before, hub=hub)).stdout


def node_agency(node: Node) -> bytes:
    return node.opened.membership().agency_id
