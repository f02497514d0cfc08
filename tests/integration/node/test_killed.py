"""A node that is killed at each of its named places, then started again: every report counts once, no operator acts.

The process is a real one and ends by SIGKILL; the hub serves in this one.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from common.clock import SystemClock
from common.errors import HoldfastError
from common.failpoint import VARIABLE
from common.identity.join_string import format_join_string, parse_join_string
from node.credentials import CredentialFiles
from node.opened import OpenNode
from node.operations import WRITING
from node.persistence.streams import get_current_stream
from node.process import Node
from node.uplink.join import join
from tests.coroutines import eventually
from tests.hubs import PASSPHRASE, ROOT_KEY, RunningHub, running_hub
from tests.live_nodes import configure, invited, joined_node
from tests.pki import Identity

Prepare = Callable[[RunningHub, Path], Awaitable[None]]


async def run_killed(place: str, *words: str, data: Path) -> None:
    """Run `holdfast node ...` until it kills itself at a named place."""
    environment = os.environ | {VARIABLE: f"{place}:1"}
    line = [sys.executable, "-m", "node", *words, "--data", str(data)]
    ended = await asyncio.to_thread(
        subprocess.run, line, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr


async def nothing(hub: RunningHub, data: Path) -> None:
    """Leave everything as it is."""


async def rotate(hub: RunningHub, data: Path) -> None:
    """Have the hub ask for a fresh certificate at the next heartbeat."""
    root = str(hub.data.parent / ROOT_KEY)
    await hub.ask("intermediate prepare", root_key_file=root, passphrase=PASSPHRASE)
    await hub.ask("intermediate activate")


async def forget_certificate(hub: RunningHub, data: Path) -> None:
    """Give the node a certificate that the hub does not take, so that it must recover."""
    name = CredentialFiles(data).load().name
    stale: Identity = hub.authority().issue(uris=[name.uri])
    (data / "secrets" / "identity.key").write_bytes(stale.key_pem)
    (data / "identity" / "chain.pem").write_bytes(stale.chain_pem)


PLACES: dict[str, Prepare] = {
    "node.observe.before_commit": nothing,
    "node.observe.after_commit": nothing,
    "node.sending.before_commit": nothing,
    "node.sending.after_commit": nothing,
    "node.push.before_send": nothing,
    "node.push.after_answer": nothing,
    "node.acknowledge.before_commit": nothing,
    "node.acknowledge.after_commit": nothing,
    "node.notice.before_commit": nothing,
    "node.notice.after_commit": nothing,
    "node.renew.before_send": rotate,
    "node.renew.after_answer": rotate,
    "node.renew.before_swap": rotate,
    "node.recover.after_answer": forget_certificate,
    "node.recovered.before_commit": forget_certificate,
    "node.recovered.after_commit": forget_certificate,
}


@pytest.mark.parametrize(("place", "prepare"), PLACES.items(), ids=PLACES)
async def test_d01_a_node_killed_at_a_named_place_loses_nothing_and_repeats_nothing(
    tmp_path: Path, place: str, prepare: Prepare
) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        async with Node(data) as node:  # as a first life, so that the hub's answers are not all firsts
            await node.do("capacity", {"available": 1})
            await eventually(lambda: len(hub.reports()) == 1)
        await _write_while_stopped(data, 2)
        await hub.ask("incident open", title="F", type="other", agencies=["fire"], started_at="", jurisdictions=[])
        await prepare(hub, data)

        await run_killed(place, "run", data=data)

        async with Node(data) as node:
            await eventually(lambda: node.opened.read(get_current_stream).acknowledged == 3)
            head = len(hub.mail(node.opened.membership().agency_id))
            await eventually(lambda: node.opened.membership().mailbox_cursor == head)
            [verified] = await node.do("egress_verify", {"every_checkpoint": True})
            assert (verified["leaves"], verified["receipted"]) == (3, 3)
            if prepare is not nothing:
                link = node.link
                assert link is not None
                await eventually(lambda: link.situation.trouble == "" and not link.situation.renewal_wanted.is_set())
        assert len(hub.reports()) == len(set(hub.reports())) == 3
        assert len(hub.streams()) == 1


@pytest.mark.parametrize(("place", "written"), [("node.outbox.before_commit", 0), ("node.outbox.after_commit", 1)])
async def test_d01_a_report_is_written_whole_or_not_at_all(tmp_path: Path, place: str, written: int) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")

        await run_killed(place, "capacity", "--available", "3", data=data)

        async with Node(data) as node:
            await eventually(lambda: node.opened.read(get_current_stream).acknowledged == written)
            [verified] = await node.do("egress_verify", {"every_checkpoint": True})
            assert (verified["verified"], verified["leaves"]) == (True, written)
        assert len(hub.reports()) == written


JOINING = [
    "node.join.after_keys",
    "node.join.after_answer",
    "node.join.after_empty_store",
    "node.join.after_store",
    "node.join.after_membership",
    "node.join.after_note",
    "node.identity.after_roots",
    "node.identity.after_chain",
    "node.identity.after_key",
    "node.join.after_identity",
]


@pytest.mark.parametrize("place", JOINING)
async def test_d01_a_node_killed_while_it_joins_does_so_again_with_the_same_string(tmp_path: Path, place: str) -> None:
    async with running_hub(tmp_path) as hub:
        data = tmp_path / "fire"
        configure(data, hub)
        string = await invited(hub, "fire")

        await run_killed(place, "join", string, data=data)

        joined = await join(data, string, SystemClock())
        assert await join(data, string, SystemClock()) == joined
        await _delivers(hub, data, 1)
        assert (len(hub.audit("join")), len(hub.credentials(joined.agency_id))) == (1, 1)
        with pytest.raises(HoldfastError, match="not known here"):
            await join(data, _with_another_secret(string), SystemClock())
        with pytest.raises(HoldfastError, match="another agency"):
            await join(data, await invited(hub, "ems"), SystemClock())


@pytest.mark.parametrize("place", [place for place in JOINING if place != "node.join.after_empty_store"])
async def test_d01_a_node_killed_while_it_joins_anew_after_an_eviction_does_so_again(
    tmp_path: Path, place: str
) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        await _delivers(hub, data, 1)
        await hub.ask("evict", agency="fire")
        string = await invited(hub, "fire")

        await run_killed(place, "join", string, data=data)

        joined = await join(data, string, SystemClock())
        assert await join(data, string, SystemClock()) == joined
        await _delivers(hub, data, 2)
        assert len(hub.audit("join")) == 2


async def test_d01_a_node_killed_while_it_joins_and_renewed_since_still_knows_its_string(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = tmp_path / "fire"
        configure(data, hub)
        string = await invited(hub, "fire")
        await run_killed("node.identity.after_chain", "join", string, data=data)
        first = CredentialFiles(data).load().leaf
        await rotate(hub, data)
        async with Node(data):
            await eventually(lambda: CredentialFiles(data).load().leaf != first)
        await hub.ask("intermediate rollback")
        await run_killed("node.renew.before_send", "run", data=data)
        renewed = CredentialFiles(data).load().leaf

        await join(data, string, SystemClock())

        assert CredentialFiles(data).load().leaf == renewed


async def _delivers(hub: RunningHub, data: Path, count: int) -> None:
    """Run a node until a report of its reached the hub, as the `count`-th."""
    async with Node(data) as node:
        await node.do("capacity", {"available": count})
        await eventually(lambda: len(hub.reports()) == count)


def _with_another_secret(string: str) -> str:
    return format_join_string(replace(parse_join_string(string), secret=bytes(16)))


async def _write_while_stopped(data: Path, count: int) -> None:
    with OpenNode(data) as opened:
        for available in range(count):
            WRITING["capacity"](opened, {"available": 10 + available})
