"""The time from one node's commit to another's: report, push, the hub's commit, notice, the other node's commit.

Node A is the real node, joined over the network, with its own store. Node B joins likewise and applies its mailbox with
the node's own use case, one transaction for each notice, so that the moment of its commit is known. The other nodes are
connected and watch; six agencies take part in the incident.
"""

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from common.clock import SystemClock
from common.rpc.local import call_local
from common.wire.v1.uplink_pb2 import WatchRequest
from node.opened import OpenNode
from node.process import Node
from node.uplink.connection import Connection
from node.uplink.join import join
from node.use_cases import notices
from tests.bench.bare_server import TELL
from tests.bench.measurement import Line, Scale, line
from tests.bench.processes import bare_process, hub_process
from tests.bench.region import Member, Region
from tests.bench.watch import first_mail, region_with_mail
from tests.bench.watching import Watching

NODES = 200
PARTICIPANTS = 6
REPORTS = 300
WARMING = 20
LONGEST_WAIT_S = 20.0


class Receiver:
    """Node B: applies its mailbox, and tells when."""

    def __init__(self, data: Path) -> None:
        self._opened = OpenNode(data)
        membership = self._opened.membership()
        self._connection = Connection(
            membership.uplink_address, membership.enrollment_address, self._opened.files.load(), self._opened.settings
        )
        self._commits: asyncio.Queue[tuple[str, float]] = asyncio.Queue()  # the notice's kind, and when
        self._following = asyncio.create_task(self._follow())

    async def next_commit(self) -> float:
        """Wait for the next notice's commit; give its time."""
        return (await asyncio.wait_for(self._commits.get(), LONGEST_WAIT_S))[1]

    async def hears_of(self, kind: str) -> None:
        """Wait until a notice of this kind is committed; what comes before it is forgotten."""
        while (await asyncio.wait_for(self._commits.get(), LONGEST_WAIT_S))[0] != kind:
            pass

    async def skip(self) -> None:
        """Let everything that is on its way come, and forget it."""
        await asyncio.sleep(1.0)
        while not self._commits.empty():
            self._commits.get_nowait()

    async def close(self) -> None:
        self._following.cancel()
        await asyncio.gather(self._following, return_exceptions=True)
        await self._connection.close(0)
        self._opened.close()

    async def _follow(self) -> None:
        async for raw in self._connection.calls.watch(WatchRequest(after_cursor=0, hub_epoch=1)):
            now = self._opened.clock.now()
            stored = await self._opened.written("notice", partial(notices.apply, raw=raw, now=now))
            self._commits.put_nowait(("" if stored is None else stored.kind, perf_counter()))


def measure(scale: Scale) -> Iterator[Line]:
    """Measure commit to commit; value and limit are the 99th percentile.

    Limit: a bare unary call, whose bytes the server sends on to as many bare streams as there are participants.
    """
    with TemporaryDirectory(prefix="holdfast-bench-") as directory:
        nodes = scale.nodes or NODES
        yield asyncio.run(_measure(Path(directory), region_with_mail(Path(directory), nodes - 2)))


async def _measure(directory: Path, region: Region) -> Line:
    with bare_process(region.data) as bare:
        bare_ms = await measure_bare(region, region.members[:PARTICIPANTS], bare.port, REPORTS)
    with hub_process(region.data, enrollment_port=free_port(), listen_port=free_port()) as server:
        others = Watching(region, region.members, server.port)
        try:
            await others.open()
            async with _two_nodes(directory, region) as (sender, receiver):
                ours_ms = await _ours_ms(region, sender, receiver)
        finally:
            await others.close()
    p50, p99 = median(ours_ms), quantiles(ours_ms, n=100)[98]
    bare_p50, bare_p99 = median(bare_ms), quantiles(bare_ms, n=100)[98]
    return line(
        "end_to_end",
        p99,
        "ms",
        bare_p99,
        percentile=99,
        p50=round(p50, 2),
        p50_bare=round(bare_p50, 2),
        nodes=len(region.members) + 2,
        participants=PARTICIPANTS,
        reports=len(ours_ms),
    )


async def _ours_ms(region: Region, sender: Node, receiver: Receiver) -> list[float]:
    slugs = ["sender", "receiver", *(member.agency.slug for member in region.members[: PARTICIPANTS - 2])]
    opened = {"title": "Mill fire", "type": "structure_fire", "agencies": slugs}
    incident = await asyncio.to_thread(call_local, region.data, "incident open", opened)
    await receiver.skip()
    taken_ms = []
    for number in range(REPORTS + WARMING):
        said = {"incident": incident["id"], "status": "active", "supporters_deployed": number}
        await sender.do("activate", said)  # comes back when it is committed
        committed = perf_counter()
        taken_ms.append((await receiver.next_commit() - committed) * 1000)
        await asyncio.sleep(random.uniform(0.005, 0.02))
    return taken_ms[WARMING:]


async def measure_bare(region: Region, members: Sequence[Member], port: int, count: int) -> list[float]:
    """Measure from a call until the last of these members has its bytes on a bare stream."""
    watching = Watching(region, members, port, first=first_mail())
    channel = region.channel(members[0], port)
    tell: Any = channel.unary_unary(TELL)
    taken_ms = []
    try:
        await watching.open()
        for _ in range(count + WARMING):
            here, started = watching.expect(), perf_counter()
            await tell(first_mail())
            taken_ms.append((await here - started) * 1000)
    finally:
        await channel.close()
        await watching.close()
    return taken_ms[WARMING:]


@asynccontextmanager
async def _two_nodes(directory: Path, region: Region) -> AsyncIterator[tuple[Node, Receiver]]:
    for slug in ("sender", "receiver"):
        await join_node(directory, region, slug)
    receiver = Receiver(directory / "receiver")
    try:
        async with Node(directory / "sender") as sender:
            yield sender, receiver
    finally:
        await receiver.close()


async def join_node(directory: Path, region: Region, slug: str) -> None:
    """Have a new agency join the running hub, with its node in a folder called like it."""
    asked = {"agency": slug, "discipline": "fire"}
    invited = await asyncio.to_thread(call_local, region.data, "invite", asked)
    await join(directory / slug, invited["join_string"], SystemClock())


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
