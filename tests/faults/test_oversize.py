"""Whatever is too large is refused, and costs the hub less than 20 MB."""

import asyncio
import gzip
import struct
from collections.abc import Callable, Iterator

import grpc
import pytest

from hub.domain.delivery import MAX_REQUEST_BYTES
from tests.builders import TRUST_DOMAIN, capacity_report
from tests.http2 import DATA, END_STREAM, Answer, Connection, ConnectionLost, tls
from tests.hub_process import HubProcess, running, store_of
from tests.wire_bytes import chunk, tag
from tests.wire_client import HEARTBEAT, JOIN, PUSH, JoinedNode, heartbeat, refused

RESOURCE_EXHAUSTED = grpc.StatusCode.RESOURCE_EXHAUSTED
MOST_GROWTH_KIB = 20 * 1024
BOMB = gzip.compress(bytes(48 * 2**20), 9)  # 48 MiB of nothing in 48 KiB: within the limit of what may be sent
SEVERAL = 8  # at once, and one after the other


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[HubProcess, JoinedNode, int]]:
    """A hub that all of this is tried on, a node that has pushed, so that everything is loaded, and the memory then."""
    with running(tmp_path_factory.mktemp("oversize") / "hub") as started:
        yield started, asyncio.run(pushed(started)), started.memory_kib


@pytest.fixture
def hub(world: tuple[HubProcess, JoinedNode, int]) -> HubProcess:
    world[0].forget_memory_peak()
    return world[0]


@pytest.fixture
def node(world: tuple[HubProcess, JoinedNode, int]) -> JoinedNode:
    return world[1]


@pytest.fixture
def before(world: tuple[HubProcess, JoinedNode, int]) -> int:
    """What the hub held before any of it: what one try leaves counts in the next one's growth."""
    return world[2]


async def pushed(hub: HubProcess) -> JoinedNode:
    node = await hub.joined()
    async with hub.client(node) as client:
        for _ in range(20):
            await client.push(node, *[capacity_report() for _ in range(50)])
    return node


async def unharmed(hub: HubProcess, node: JoinedNode, before_kib: int, stored: int = 1000) -> None:
    """The hub goes on, has nothing more stored, and did not grow much, not even for a moment."""
    async with hub.client(node) as client:
        await client.call(HEARTBEAT, heartbeat())
    with store_of(hub) as store:
        assert len(store.reports()) == stored
    assert hub.memory_peak_kib - before_kib < MOST_GROWTH_KIB


async def test_d04_a_message_over_64_kib_is_refused(hub: HubProcess, node: JoinedNode, before: int) -> None:
    async with hub.client(node) as client:
        for size in (MAX_REQUEST_BYTES + 1, 2**20, 16 * 2**20):
            code, _ = await refused(client.call(PUSH, bytes(size)))
            assert (size, code) == (size, RESOURCE_EXHAUSTED)
        code, _ = await refused(client.call(PUSH, bytes(MAX_REQUEST_BYTES)))
        assert code is grpc.StatusCode.INVALID_ARGUMENT  # it is read, and is no push
    await unharmed(hub, node, before)


async def test_d04_a_message_over_64_kib_is_refused_on_the_enrollment_port(
    hub: HubProcess, node: JoinedNode, before: int
) -> None:
    async with hub.client(node, port=hub.enrollment) as client:
        code, _ = await refused(client.call(JOIN, bytes(2**20)))
    assert code is RESOURCE_EXHAUSTED
    await unharmed(hub, node, before)


async def test_d04_a_gzip_bomb_does_not_go_off(hub: HubProcess, node: JoinedNode, before: int) -> None:
    for _ in range(2):
        async with hub.client(node) as client:
            bombs = [client.call(PUSH, bytes(48 * 2**20), compression=grpc.Compression.Gzip) for _ in range(SEVERAL)]
            codes = {code for code, _ in await asyncio.gather(*map(refused, bombs))}
        assert codes <= {RESOURCE_EXHAUSTED, grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.INTERNAL}, codes
    await unharmed(hub, node, before)


async def test_d04_many_reports_in_one_push_are_refused(hub: HubProcess, node: JoinedNode, before: int) -> None:
    async with hub.client(node) as client:
        code, said = await refused(client.call(PUSH, chunk(3, b"") * 30_000))
    assert (code, said.partition(":")[0]) == (RESOURCE_EXHAUSTED, "reports")
    await unharmed(hub, node, before)


@pytest.mark.parametrize("how", ["groups", "messages"])
async def test_d04_deep_nesting_is_refused(how: str, hub: HubProcess, node: JoinedNode, before: int) -> None:
    deep = tag(15, 3) * 30_000 if how == "groups" else b""
    while how == "messages" and len(deep) < 60_000:
        deep = chunk(3, deep) if len(deep) % 2 else chunk(15, deep) + b"\x00" * 200
    async with hub.client(node) as client:
        code, said = await refused(client.call(PUSH, deep))
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert said.startswith("PushRequest: ")
    await unharmed(hub, node, before)


class RawNode:
    """A node's certificate in the hands of a client that sends what no library would."""

    def __init__(self, hub: HubProcess, node: JoinedNode) -> None:
        folder = hub.data.parent
        (folder / "chain").write_bytes(node.identity.chain_pem)
        (folder / "key").write_bytes(node.identity.key_pem)
        self._hub = hub
        self._context = tls(hub.data / "authority" / "root.crt", folder / "chain", folder / "key")

    async def try_it(self, what: Callable[[Connection], Answer]) -> str:
        """Do something on a connection of its own; give the gRPC status, or what became of it."""
        return await asyncio.to_thread(self._try, what)

    def _try(self, what: Callable[[Connection], Answer]) -> str:
        try:
            with Connection(self._hub.uplink, self._context, f"hub.{TRUST_DOMAIN}") as connection:
                return what(connection).status or "reset"
        except (ConnectionLost, OSError):
            return "closed"


REFUSALS = {"8", "13", "12", "reset", "closed"}  # RESOURCE_EXHAUSTED, INTERNAL, UNIMPLEMENTED, or not even answered


@pytest.mark.parametrize("length", [MAX_REQUEST_BYTES + 1, 2**31 - 1, 2**31, 2**32 - 1])
async def test_d04_a_huge_length_prefix_reserves_no_memory(
    length: int, hub: HubProcess, node: JoinedNode, before: int
) -> None:
    raw = RawNode(hub, node)

    def claim(connection: Connection) -> Answer:
        stream = connection.open(PUSH.encode())
        connection.send(DATA, 0, stream, struct.pack("!BI", 0, length) + b"a beginning")
        return connection.answer(stream)

    assert await raw.try_it(claim) in REFUSALS
    await unharmed(hub, node, before)


async def test_d04_a_compressed_message_by_hand_does_not_go_off(hub: HubProcess, node: JoinedNode, before: int) -> None:
    raw = RawNode(hub, node)
    assert len(BOMB) < MAX_REQUEST_BYTES

    def send(connection: Connection) -> Answer:
        stream = connection.open(PUSH.encode(), (b"grpc-encoding", b"gzip"))
        body = struct.pack("!BI", 1, len(BOMB)) + BOMB
        for start in range(0, len(body), 16_384):
            part = body[start : start + 16_384]
            connection.send(DATA, END_STREAM if start + 16_384 >= len(body) else 0, stream, part)
        return connection.answer(stream)

    statuses = await asyncio.gather(*(raw.try_it(send) for _ in range(SEVERAL)))
    assert set(statuses) <= REFUSALS, statuses
    await unharmed(hub, node, before)


@pytest.mark.parametrize("size", [20_000, 2**20, 8 * 2**20])
async def test_d04_large_metadata_is_refused(size: int, hub: HubProcess, node: JoinedNode, before: int) -> None:
    raw = RawNode(hub, node)

    def send(connection: Connection) -> Answer:
        return connection.call(HEARTBEAT.encode(), heartbeat(), (b"x-note", b"a" * size))

    assert await raw.try_it(send) in REFUSALS
    await unharmed(hub, node, before)


async def test_d04_many_headers_are_refused(hub: HubProcess, node: JoinedNode, before: int) -> None:
    raw = RawNode(hub, node)

    def send(connection: Connection) -> Answer:
        return connection.call(HEARTBEAT.encode(), heartbeat(), *[(b"x-%d" % n, b"a") for n in range(20_000)])

    assert await raw.try_it(send) in REFUSALS
    await unharmed(hub, node, before)
