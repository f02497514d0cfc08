"""An agency whose only way out is a CONNECT proxy; and one whose environment names a proxy that it must not use."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from node.process import Node
from tests.coroutines import eventually
from tests.hubs import running_hub
from tests.live_nodes import joined_node


@asynccontextmanager
async def connect_proxy(seen: list[str], answer: bytes = b"200 OK") -> AsyncIterator[str]:
    """A proxy that connects to whatever it is asked for, and keeps what that was."""
    ends: list[asyncio.StreamWriter] = []
    serving: list[asyncio.Task[None]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        serving.append(task)
        ends.append(writer)
        request = (await reader.readuntil(b"\r\n\r\n")).decode()
        seen.append(request.split()[1])
        writer.write(b"HTTP/1.1 " + answer + b"\r\n\r\n")
        if answer.startswith(b"200"):
            host, port = seen[-1].rsplit(":", 1)
            to_hub, from_hub = (await asyncio.open_connection(host, int(port)))[::-1]
            ends.append(to_hub)
            await asyncio.gather(_copy(reader, to_hub), _copy(from_hub, writer))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for end in ends:
            end.close()
        await asyncio.gather(*serving, return_exceptions=True)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while part := await reader.read(65_536):
            writer.write(part)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def test_everything_goes_through_the_agencys_proxy(tmp_path: Path) -> None:
    seen: list[str] = []
    async with running_hub(tmp_path) as hub, connect_proxy(seen) as proxy:
        data = await joined_node(hub, tmp_path / "fire", proxy=proxy)
        assert set(seen) == {hub.enrollment}
        async with Node(data) as node:
            await node.do("capacity", {"available": 3})
            await eventually(lambda: len(hub.reports()) == 1)
        assert set(seen) == {hub.enrollment, hub.uplink}


async def test_a_proxy_that_refuses_is_named(tmp_path: Path) -> None:
    seen: list[str] = []
    async with running_hub(tmp_path) as hub, connect_proxy(seen, b"403 Forbidden") as proxy:
        data = await joined_node(hub, tmp_path / "fire")
        text = (data / "node.toml").read_text("utf-8")
        (data / "node.toml").write_text(f"{text}proxy = {proxy!r}\n", "utf-8")
        async with Node(data) as node:
            link = node.link
            assert link is not None
            await eventually(lambda: "proxy does not let" in link.situation.trouble)


async def test_a_proxy_of_the_environment_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    async with running_hub(tmp_path) as hub, connect_proxy(seen) as proxy:
        for name in ("http_proxy", "https_proxy", "grpc_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://{proxy}")
        data = await joined_node(hub, tmp_path / "fire")
        async with Node(data) as node:
            await node.do("capacity", {"available": 3})
            await eventually(lambda: len(hub.reports()) == 1)
    assert seen == []
