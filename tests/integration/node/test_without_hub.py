"""A node without a hub: everything local works, what needs a hub says so, and a region can be joined later."""

import asyncio
import json
import os
import signal
import subprocess
from functools import partial
from pathlib import Path

import pytest

from common.clock import SystemClock
from common.errors import WrongState
from common.rpc.local import SOCKET_NAME
from node.founding import found
from node.opened import OpenNode
from node.operations import READING, WRITING
from node.operations.with_hub import NO_HUB
from node.persistence.data_keys import KeyKind, get_key, make_key
from node.process import Node
from node.uplink.join import join
from node.vault.fields import Place
from tests.builders import NOON, TRUST_DOMAIN
from tests.coroutines import eventually
from tests.hubs import running_hub
from tests.killing import run_killed
from tests.live_nodes import QUICK, invited, status
from tests.local_node import local_node
from tests.node_command import command, line

SUBJECT = bytes(range(16))
PLACE = Place("member", "body", SUBJECT, 1)
NEEDING = (
    "board", "agreement_show", "followup", "egress_export", "activate", "capacity", "agreement_sign", "followup_open",
    "followup_command", "aid_request", "aid_offer", "aid_withdraw", "aid_release", "request_incident", "new_stream",
)  # fmt: skip

LISTS = (
    "incidents", "agreement_list", "followups", "aid_list", "directory", "requests", "refused", "egress_show",
    "egress_verify",
)  # fmt: skip


@pytest.mark.parametrize("name", NEEDING)
def test_what_needs_a_hub_says_so_in_one_sentence_whatever_was_said(tmp_path: Path, name: str) -> None:
    with local_node(tmp_path) as node, pytest.raises(WrongState, match="joins one") as refused:
        (READING | WRITING)[name](node, {})

    assert str(refused.value) == NO_HUB


def test_every_list_of_what_came_or_left_is_empty(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        for name in LISTS:
            assert READING[name](node, {}) == [], name


async def test_commands_tell_how_a_node_without_a_hub_stands_and_what_it_cannot_do(tmp_path: Path) -> None:
    data = tmp_path / "fire"
    made = await command("init", "--agency", "Ridgeline Fire District", data=data)
    assert made.returncode == 0, made.stderr

    told = await command("status", data=data)
    assert "without a hub" in told.stdout
    assert "holdfast node join" in told.stdout
    for words in (
        ("activate", "abcd", "active"), ("aid", "offer", "abcd", "2"), ("agreement", "show"),
        ("followup", "show", "abcd"), ("egress", "export", str(tmp_path / "ledger")),
    ):  # fmt: skip
        ended = await command(*words, data=data)
        assert (ended.returncode, NO_HUB in ended.stderr, ended.stderr.count("\n")) == (2, True, 1), ended.stderr
    verified = await command("egress", "verify", data=data)
    assert (verified.returncode, "nothing ever left" in verified.stdout) == (0, True)
    looked = await command("doctor", "--json", data=data)
    lines = {found["subject"]: found["is_ok"] for found in json.loads(looked.stdout)}
    assert lines == {"process": False, "hub": True, "disk": True, "sqlite": True, "backup": False, "store": True}


async def test_a_node_without_a_hub_runs_and_serves_local_commands(tmp_path: Path) -> None:
    data = tmp_path / "fire"
    found(data, "Ridgeline Fire District", "America/Denver", "default")
    start: partial[subprocess.Popen[bytes]] = partial(
        subprocess.Popen, **line("run", data=data), stderr=subprocess.PIPE
    )
    with await asyncio.to_thread(start) as running:
        try:
            await eventually(lambda: (data / SOCKET_NAME).exists() or running.poll() is not None)
            told = await command("status", "--json", data=data)
            looked = await command("doctor", "--json", data=data)
        finally:
            running.send_signal(signal.SIGTERM)
            _, log = running.communicate(timeout=30)

    assert json.loads(told.stdout)["link"]["running"] is True
    assert [found["subject"] for found in json.loads(looked.stdout) if not found["is_ok"]] == ["backup"]
    assert (running.returncode, b"ERROR" in log) == (0, False), log


async def test_a_node_that_joins_a_region_later_keeps_every_record_and_key(tmp_path: Path) -> None:
    data = tmp_path / "fire"
    sealed = _with_a_record(data)
    before = _secrets(data)
    async with running_hub(tmp_path) as hub:
        _point(data, hub.uplink, hub.enrollment)
        await join(data, await invited(hub, "fire"), SystemClock())

        async with Node(data) as node:
            await node.do("capacity", {"available": 3})
            await eventually(lambda: len(hub.reports()) == 1)
            assert (await status(node))["region"] == TRUST_DOMAIN
            assert _opens(node.opened, sealed) == b"canary-member"
    assert before.items() <= _secrets(data).items()


@pytest.mark.parametrize("place", ["node.join.after_answer", "node.join.after_membership", "node.join.after_note"])
async def test_d01_a_node_killed_while_it_joins_later_works_on_without_a_hub_and_joins_again(
    tmp_path: Path, place: str
) -> None:
    data = tmp_path / "fire"
    sealed = _with_a_record(data)
    async with running_hub(tmp_path) as hub:
        _point(data, hub.uplink, hub.enrollment)
        string = await invited(hub, "fire")

        await run_killed(place, "join", string, data=data)

        with OpenNode(data) as opened:
            assert (opened.has_hub, _opens(opened, sealed)) == (False, b"canary-member")
            assert READING["egress_verify"](opened, {}) == []
        await join(data, string, SystemClock())
        with OpenNode(data) as opened:
            assert (opened.has_hub, _opens(opened, sealed)) == (True, b"canary-member")


def _with_a_record(data: Path) -> bytes:
    found(data, "Ridgeline Fire District", "UTC", "default")
    with OpenNode(data) as node:
        key = node.write("keys", lambda connection: make_key(connection, node.vault, KeyKind.MEMBER, SUBJECT, NOON))
        return key.seal(PLACE, b"canary-member")


def _opens(node: OpenNode, sealed: bytes) -> bytes:
    return node.read(lambda connection: get_key(connection, node.vault, SUBJECT)).open(PLACE, sealed)


def _secrets(data: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (data / "secrets").iterdir() if os.path.isfile(path)}


def _point(data: Path, uplink: str, enrollment: str) -> None:
    values = QUICK | {"uplink_address": uplink, "enrollment_address": enrollment}
    with (data / "node.toml").open("a", encoding="utf-8") as file:
        file.write("".join(f"{name} = {value!r}\n" for name, value in values.items()))
