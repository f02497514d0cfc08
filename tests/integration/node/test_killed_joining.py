"""A node that is killed while it joins: the same string works again, and gives it one identity."""

from dataclasses import replace
from pathlib import Path

import pytest

from common.clock import SystemClock
from common.errors import HoldfastError
from common.identity.join_string import format_join_string, parse_join_string
from node.credentials import CredentialFiles
from node.process import Node
from node.uplink.join import join
from tests.coroutines import eventually
from tests.hubs import RunningHub, running_hub
from tests.killing import rotate, run_killed
from tests.live_nodes import configure, invited, joined_node

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
