"""A node joins the hub that it was told to join, and no other; a reply that got lost is asked for again."""

import asyncio
import ssl
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from common.clock import SystemClock
from common.errors import HoldfastError, NotAllowed, NotAuthenticated, WrongState
from node.credentials import CredentialFiles
from node.opened import OpenNode
from node.process import Node
from node.uplink.join import join
from tests.coroutines import eventually
from tests.hubs import running_hub
from tests.live_nodes import at, configure, invited, joined_node
from tests.pki import Region

CLOCK = SystemClock()


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


async def test_a_directory_of_something_else_does_not_become_a_nodes(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        string, held = await invited(hub, "fire"), sorted(hub.data.iterdir())

        with pytest.raises(WrongState, match="something else than a node"):
            await join(hub.data, string, CLOCK)

        assert sorted(hub.data.iterdir()) == held


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


def test_a_store_that_cannot_be_migrated_is_closed_again_and_its_directory_given_up(tmp_path: Path) -> None:
    async def scenario() -> Path:
        async with running_hub(tmp_path) as hub:
            return await joined_node(hub, tmp_path / "fire")

    data = asyncio.run(scenario())
    with OpenNode(data) as opened:
        opened.write(
            "test", lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = 9998"))
        )

    for _ in range(2):  # the second time the directory is free again
        with pytest.raises(WrongState, match="schema revision 9998"):
            OpenNode(data)

    assert [name for name in _open_files() if Path(name).parent == data] == []


def test_d08_a_second_process_on_one_directory_is_told_who_holds_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running_hub(tmp_path) as hub:
            data = await joined_node(hub, tmp_path / "fire")
            async with Node(data):
                with pytest.raises(WrongState, match="in use by holdfast node run, process"):
                    OpenNode(data)

    asyncio.run(scenario())


def _open_files() -> list[str]:
    """The files that this process holds open."""
    names = []
    for handle in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the one that lists them
            names.append(str(handle.readlink()))
    return names


def _forget_the_reply(data: Path) -> None:
    """Put a directory back to where it was when the answer to its first call got lost."""
    (data / "secrets" / "identity.key").rename(data / "secrets" / "identity-next.key")
    for name in ("chain.pem", "roots.pem", "joined-with"):
        (data / "identity" / name).unlink()
    for file in data.glob("node.db*"):
        file.unlink()


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
