"""A node joins the hub that it was told to join, keeps its identity fresh, and comes back when it lapsed."""

import asyncio
import ssl
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from common.clock import SystemClock
from common.errors import HoldfastError, NotAllowed, NotAuthenticated, WrongState
from common.identity.keys import save_key
from common.storage.files import write_private
from node.credentials import CredentialFiles
from node.opened import OpenNode
from node.process import Node
from node.uplink.join import join
from tests.hubs import RunningHub, running_hub
from tests.live_nodes import at, configure, invited, joined_node
from tests.nodes import eventually
from tests.pki import Identity, Region

CLOCK = SystemClock()


def take_identity(data: Path, identity: Identity) -> None:
    """Give a stopped node another certificate, as a backup would bring back an old one."""
    save_key(data / "secrets" / "identity.key", identity.key)
    write_private(data / "identity" / "chain.pem", identity.chain_pem)


async def test_s07_joining_again_with_the_same_string_changes_nothing(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = tmp_path / "fire"
        configure(data, hub)
        string = await invited(hub, "fire")
        first = await join(data, string, CLOCK)
        certificate = CredentialFiles(data).load().leaf

        again = await join(data, string, CLOCK)

        assert (again, CredentialFiles(data).load().leaf) == (first, certificate)
        assert len(hub.audit("join")) == 1


async def test_s07_a_reply_that_was_lost_is_asked_for_again_with_the_same_string(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = tmp_path / "fire"
        configure(data, hub)
        string = await invited(hub, "fire")
        await join(data, string, CLOCK)
        given = CredentialFiles(data).load()
        _forget_the_reply(data)

        await join(data, string, CLOCK)

        assert CredentialFiles(data).load().leaf == given.leaf
        assert len(hub.audit("join")) == 1


async def test_s07_the_same_string_in_another_directory_is_refused_and_reported(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        string = await invited(hub, "fire")
        for name in ("fire", "thief"):
            configure(tmp_path / name, hub)
        await join(tmp_path / "fire", string, CLOCK)

        with pytest.raises(NotAllowed, match="another key"):
            await join(tmp_path / "thief", string, CLOCK)

        assert not CredentialFiles(tmp_path / "thief").is_joined
        with pytest.raises(HoldfastError):
            OpenNode(tmp_path / "thief")


async def test_s04_a_hub_with_another_key_than_the_string_pins_gets_no_byte(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        string = await invited(hub, "fire")
    received: list[bytes] = []
    server = await _other_server(Region(), received)
    data = tmp_path / "fire"
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(NotAuthenticated, match="not the one that made the join string"):
            await join(data, at(string, f"127.0.0.1:{port}"), CLOCK)

    assert b"".join(received) == b""
    assert not CredentialFiles(data).is_joined


async def test_s04_a_node_does_not_talk_to_an_uplink_of_another_root(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
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


async def test_an_evicted_agency_joins_again_and_its_ledger_goes_on(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        async with Node(data) as node:
            await node.do("capacity", {"available": 1})
            await eventually(lambda: len(hub.reports()) == 1)
        await hub.ask("evict", agency="fire")

        await join(data, await invited(hub, "fire"), CLOCK)

        async with Node(data) as node:
            await node.do("capacity", {"available": 2})
            await eventually(lambda: len(hub.reports()) == 2)
        assert len(hub.streams()) == 1


async def test_a_directory_of_one_agency_does_not_become_another_ones(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")

        with pytest.raises(HoldfastError, match="another agency"):
            await join(data, await invited(hub, "ems"), CLOCK)

        async with Node(data) as node:
            await node.do("capacity", {"available": 2})
            await eventually(lambda: len(hub.reports()) == 1)


def test_d03_a_store_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running_hub(tmp_path) as hub:
            data = await joined_node(hub, tmp_path / "fire")
            for file in data.glob("node.db*"):
                file.unlink()
            with pytest.raises(HoldfastError, match="Restore it"):
                OpenNode(data)
            with pytest.raises(WrongState, match="store is gone"):
                await join(data, await invited(hub, "fire"), CLOCK)
            assert not (data / "node.db").exists()

    asyncio.run(scenario())


def test_d08_a_second_process_on_one_directory_is_told_who_holds_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running_hub(tmp_path) as hub:
            data = await joined_node(hub, tmp_path / "fire")
            async with Node(data):
                with pytest.raises(WrongState, match="in use by holdfast node run, process"):
                    OpenNode(data)

    asyncio.run(scenario())


def _forget_the_reply(data: Path) -> None:
    """Put a directory back to where it was when the answer to its first call got lost."""
    (data / "secrets" / "identity.key").rename(data / "secrets" / "identity-next.key")
    for name in ("chain.pem", "roots.pem", "joined-with"):
        (data / "identity" / name).unlink()
    for file in data.glob("node.db*"):
        file.unlink()


def _forget_recoveries(node: Node) -> None:
    node.opened.write("test", lambda connection: connection.execute(text("UPDATE membership SET recovery_number = 0")))


def _expired(hub: RunningHub, uri: str) -> Identity:
    region = Region(hub.process.region.trust_domain)
    return region.issue(uris=[uri], starts=timedelta(days=-30), ends=timedelta(days=-20))


async def _other_server(region: Region, received: list[bytes]) -> asyncio.Server:
    """A TLS server of the same name with another key, which keeps what it is sent after the handshake."""
    identity = region.server()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(identity.key_pem + identity.chain_pem)
        file.flush()
        context.load_cert_chain(file.name)
    context.set_alpn_protocols(["h2"])

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await reader.read())
        writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
