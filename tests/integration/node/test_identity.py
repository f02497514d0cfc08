"""A node keeps its identity fresh, comes back when it lapsed, and talks to no hub but its own."""

import asyncio
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from common.clock import SystemClock
from common.identity.keys import save_key
from common.storage.files import write_private
from node.credentials import CredentialFiles
from node.process import Node
from tests.coroutines import eventually
from tests.hubs import RunningHub, found, running_hub
from tests.live_nodes import configure, joined_node
from tests.pki import Identity, Region

CLOCK = SystemClock()


def take_identity(data: Path, identity: Identity) -> None:
    """Give a stopped node another certificate, as a backup would bring back an old one."""
    save_key(data / "secrets" / "identity.key", identity.key)
    write_private(data / "identity" / "chain.pem", identity.chain_pem)


async def test_s04_a_node_does_not_talk_to_an_uplink_of_another_root(tmp_path: Path) -> None:
    found(tmp_path / "b" / "hub", own_keys=True)
    async with running_hub(tmp_path / "a") as hub, running_hub(tmp_path / "b") as other:
        data = await joined_node(hub, tmp_path / "fire")
        configure(data, other)
        async with Node(data) as node:
            link = node.link
            assert link is not None
            await node.do("capacity", {"available": 3})
            await eventually(lambda: "not this region's hub" in link.situation.trouble)
        assert other.reports() == []


async def test_the_certificate_is_renewed_without_a_call_lost(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        before = CredentialFiles(data).load()
        async with Node(data) as node:
            link = node.link
            assert link is not None
            await eventually(link.situation.may_push.is_set)
            link.situation.renewal_wanted.set()
            for count in range(20):
                await node.do("capacity", {"available": count})
                await asyncio.sleep(0.02)
            await eventually(lambda: CredentialFiles(data).load().leaf != before.leaf)
            await eventually(lambda: len(hub.reports()) == 20)
            await eventually(lambda: link.connection.credentials.leaf != before.leaf)
            assert link.situation.errors == {}
        assert not (data / "secrets" / "identity-next.key").exists()


async def test_s02_a_node_whose_certificate_lapsed_comes_back_by_itself(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        name = CredentialFiles(data).load().name
        expired = hub.authority().issue(uris=[name.uri], starts=timedelta(days=-30), ends=timedelta(days=-20))
        take_identity(data, expired)
        async with Node(data) as node:
            await node.do("capacity", {"available": 3})
            await eventually(lambda: len(hub.reports()) == 1)
            assert node.opened.membership().recovery_number == 1
        assert any(outcome == "done: recovery 1" for _, _, outcome in hub.audit("recover"))


async def test_s02_a_node_that_may_not_recover_says_that_its_certificate_expired(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        name = CredentialFiles(data).load().name
    take_identity(data, _expired(hub, name.uri))
    async with Node(data) as node:  # no hub to recover from
        link = node.link
        assert link is not None
        await eventually(lambda: link.situation.trouble.startswith("certificate expired"))


async def test_a_certificate_that_a_backup_brought_back_is_replaced(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        name = CredentialFiles(data).load().name
        take_identity(data, hub.authority().issue(uris=[name.uri]))  # good in every way, but not on the list
        async with Node(data) as node:
            await node.do("capacity", {"available": 3})
            await eventually(lambda: len(hub.reports()) == 1)


async def test_a_node_that_forgot_a_recovery_is_told_the_number_wanted(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        name = CredentialFiles(data).load().name
        for recoveries in (1, 2):
            take_identity(data, hub.authority().issue(uris=[name.uri]))
            async with Node(data) as node:
                await node.do("capacity", {"available": recoveries})
                await eventually(lambda wanted=recoveries: len(hub.reports()) == wanted)  # type: ignore[misc]
                _forget_recoveries(node)


def _forget_recoveries(node: Node) -> None:
    node.opened.write("test", lambda connection: connection.execute(text("UPDATE membership SET recovery_number = 0")))


def _expired(hub: RunningHub, uri: str) -> Identity:
    region = Region(hub.process.region.trust_domain)
    return region.issue(uris=[uri], starts=timedelta(days=-30), ends=timedelta(days=-20))
