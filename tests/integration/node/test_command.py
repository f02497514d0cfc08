"""`holdfast node`, as people and scripts use it: on a running node, on a stopped one, and when something is wrong."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import text

from node.opened import OpenNode
from node.operations.answering import answer as ask
from node.process import Node
from tests.coroutines import eventually
from tests.hubs import running_hub
from tests.live_nodes import joined_node
from tests.node_command import command


async def answer(*words: str, data: Path) -> Any:
    ended = await command(*words, "--json", data=data)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


async def test_a_status_reported_on_a_running_node_leaves_at_once(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        opened = await hub.ask(
            "incident open", title="[Fire]", type="other", agencies=["fire"], started_at="", jurisdictions=[]
        )
        async with Node(data) as node:
            link = node.link
            assert link is not None
            await eventually(lambda: node.opened.membership().mailbox_cursor >= 2)

            written = await answer("activate", opened["id"][:6], "stood-down", "--deployed", "0", data=data)
            await eventually(lambda: len(hub.reports()) == 1)

            assert written["sequence"] == 1
            assert (await answer("status", data=data))["link"]["running"] is True
            board = await answer("board", opened["id"], data=data)
            assert [line["agency"] for line in board["lines"]] == ["fire"]
            assert "[Fire]" in (await command("incidents", data=data)).stdout


async def test_a_stopped_node_takes_reports_that_wait(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")

        await answer("capacity", "--available", "4", data=data)

        assert (await answer("status", data=data))["waiting"] == 1
        shown = await command("egress", "show", data=data)
        assert "supporter capacity: available 4" in shown.stdout
        assert hub.reports() == []


async def test_t02_verify_ends_with_1_and_names_the_first_bad_entry(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
    _report(data, 1, 2)
    assert (await command("egress", "verify", data=data)).returncode == 0
    _edit(data, "UPDATE ledger_leaf SET body = x'00' WHERE sequence = 2")

    ended = await command("egress", "verify", data=data)

    assert ended.returncode == 1
    assert "BROKEN at report 2" in ended.stdout


async def test_r01_an_export_verifies_elsewhere_and_never_overwrites(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
    _report(data, 1)
    file = tmp_path / "ledger.jsonl"

    assert (await answer("egress", "export", str(file), data=data))["leaves"] == 1
    content = file.read_bytes()
    proof = (await command("egress", "proof", "1.1", data=data)).stdout
    again = await command("egress", "export", str(file), data=data)

    assert proof.startswith("c2sp.org/tlog-proof@v1\nindex 0\n")
    assert (again.returncode, "exists already" in again.stderr) == (2, True)
    assert file.read_bytes() == content


async def test_an_error_is_one_line_and_ends_with_2(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
    for words, says in (
        (("activate", "abcd", "active"), "told of no incident"),
        (("capacity",), "give at least one count"),
        (("capacity", "--available", "10000"), "supporter_capacity.available: must be 0 to 9,999"),
        (("new-stream",), "--confirm"),
        (("join", "holdfast-join-1:nonsense"), "address"),
    ):
        ended = await command(*words, data=data)
        assert (ended.returncode, ended.stderr.count("\n"), says in ended.stderr) == (2, 1, True), ended.stderr


async def test_a_directory_without_a_node_says_what_to_do(tmp_path: Path) -> None:
    ended = await command("status", data=tmp_path / "nowhere")

    assert ended.returncode == 2
    assert "holdfast node join" in ended.stderr


async def test_an_export_that_failed_leaves_no_file(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")

    ended = await command("egress", "export", str(tmp_path / "ledger"), "--stream", "9", data=data)

    assert (ended.returncode, "there is no stream 9" in ended.stderr) == (2, True)
    assert not (tmp_path / "ledger").exists()


async def test_that_a_node_cannot_be_opened_is_a_finding_of_its_doctor(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
    (data / "secrets" / "keyring.json").chmod(0o644)

    ended = await command("doctor", data=data)

    assert (ended.returncode, ended.stderr) == (1, "")
    assert ended.stdout.startswith("LOOK  node: the secret file 'keyring.json' can be read by others: run chmod 600")


async def test_the_doctor_of_a_stopped_node_says_so_and_looks_at_the_way_to_the_hub(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        while_it_runs = await command("doctor", data=data)
    afterwards = await command("doctor", data=data)

    assert "ok    hub: reached" in while_it_runs.stdout
    assert "LOOK  hub:" in afterwards.stdout
    assert "refuses the connection" in afterwards.stdout
    assert afterwards.returncode == 1


async def test_a_node_told_to_stop_drains_and_leaves_a_checkpointed_store(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        _report(data, 4)
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "node", "run", "--data", str(data), stderr=subprocess.PIPE
        )
        await eventually(lambda: len(hub.reports()) == 1)
        assert (data / "control.sock").exists()

        running.terminate()
        _, log = await running.communicate()

        assert running.returncode == 0
        assert json.loads(log.splitlines()[-1])["event"] == "the node has stopped"
        assert {file.name for file in data.iterdir() if file.is_file()} == {"node.db", "node.toml", "process.lock"}


async def test_t02_verify_looks_at_every_signature_unless_it_is_told_to_be_quick(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
    _report(data, 1, 2, 3)
    _edit(data, "UPDATE ledger_checkpoint SET signature = zeroblob(64) WHERE size = 2")

    ended, quick = await command("egress", "verify", data=data), await command("egress", "verify", "--quick", data=data)

    assert (ended.returncode, quick.returncode) == (1, 0)
    assert "BROKEN at report 2: the checkpoint of size 2 is not signed by the ledger's key" in ended.stdout


async def test_every_wrong_setting_is_told_in_one_error(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
    (data / "node.toml").write_text('retry_first_s = -1\nproxi = "x"\n', "utf-8")

    ended = await command("status", data=data)

    assert ended.returncode == 2
    assert "retry_first_s" in ended.stderr
    assert "proxi" in ended.stderr


def _report(data: Path, *available: int) -> None:
    """Write reports at a stopped node, as the commands for it do."""
    with OpenNode(data) as opened:
        for count in available:
            ask(opened, "capacity", {"available": count})


def _edit(data: Path, change: str) -> None:
    with OpenNode(data) as opened:
        opened.write("test", lambda connection: connection.execute(text(change)))
