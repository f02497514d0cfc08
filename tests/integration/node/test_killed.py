"""A node that is killed at each of its named places, then started again: every report counts once, no operator acts.

The process is a real one and ends by SIGKILL; the hub serves in this one.
"""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

import pytest

from node.credentials import CredentialFiles
from node.opened import OpenNode
from node.operations import WRITING
from node.persistence.incidents import list_incidents
from node.persistence.streams import get_current_stream
from node.process import Node
from tests.coroutines import eventually
from tests.hubs import RunningHub, running_hub
from tests.killing import rotate, run_killed, run_killed_after
from tests.live_nodes import joined_node
from tests.pki import Identity

ANY_TIME = "at any time"
Prepare = Callable[[RunningHub, Path], Awaitable[None]]


async def nothing(hub: RunningHub, data: Path) -> None:
    """Leave everything as it is."""


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


@pytest.mark.soak
@pytest.mark.parametrize("half", ["first", "second"])
async def test_d01_a_node_killed_two_hundred_times_loses_nothing_and_repeats_nothing(half: str, tmp_path: Path) -> None:
    seed = int.from_bytes(os.urandom(4), "big")
    print(f"{half} half, seed {seed}")
    random = Random(seed)
    places = [*(place for place, prepare in PLACES.items() if prepare is nothing), ANY_TIME]
    async with running_hub(tmp_path) as hub:
        data, written = await joined_node(hub, tmp_path / "fire"), 0
        for life in range(100):
            count = random.randint(1, 3)
            await _write_while_stopped(data, count)
            written += count
            await hub.ask("incident open", title=f"Fire {life}", type="other", agencies=["fire"], started_at="")
            place = random.choice(places)
            if place == ANY_TIME:
                await run_killed_after(random.uniform(0.3, 1.5), data)
            else:
                await run_killed(place, "run", data=data)

        async with Node(data) as node:
            await eventually(lambda: node.opened.read(get_current_stream).acknowledged == written)
            head = len(hub.mail(node.opened.membership().agency_id))
            await eventually(lambda: node.opened.membership().mailbox_cursor == head)
            [verified] = await node.do("egress_verify", {"every_checkpoint": True})
            assert (verified["verified"], verified["leaves"], verified["receipted"]) == (True, written, written)
            assert len(node.opened.read(list_incidents)) == 100
        assert len(hub.reports()) == len(set(hub.reports())) == written
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


async def _write_while_stopped(data: Path, count: int) -> None:
    with OpenNode(data) as opened:
        for available in range(count):
            WRITING["capacity"](opened, {"available": 10 + available})
