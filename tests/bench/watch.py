"""What it takes to hold the watches of 2,000 nodes, to tell them all, and to get them all back.

The load process holds all the nodes: each has its own certificate, TLS connection and stream. Each node's mailbox holds
one notice from the beginning, so that "connected" means "has had its mail", and the bare server sends as many bytes.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from common.rpc.local import call_local
from common.wire.canonical import encode
from common.wire.v1 import notice_pb2 as wire
from tests.bench.bare_server import TELL
from tests.bench.measurement import ROUNDS, Line, Scale, line, median, shown
from tests.bench.processes import Server, bare_process, hub_process
from tests.bench.region import Region, found_region
from tests.bench.watching import Watching

NODES = 2_000
RESTARTS = 3
DOWN_S = 4.0  # every channel then waits its longest, whichever server starts up faster
Start = Callable[[int], AbstractContextManager[Server]]  # with the port to listen on; 0: any


def measure_memory(scale: Scale) -> Iterator[Line]:
    """Measure what a connected node costs the hub in memory. Limit: what it costs the bare server."""
    with TemporaryDirectory(prefix="holdfast-bench-") as directory:
        yield asyncio.run(_memory(region_with_mail(Path(directory), scale.nodes or NODES)))


async def _memory(region: Region) -> Line:
    with hub_process(region.data) as server:
        ours, ours_s = await _kib_a_node(region, server, None)
    with bare_process(region.data) as server:
        bare, bare_s = await _kib_a_node(region, server, first_mail())
    return line(
        "watch_memory",
        ours,
        "KiB/node",
        bare,
        nodes=len(region.members),
        connected_after_s=shown([ours_s]),
        connected_after_s_bare=shown([bare_s]),
    )


async def _kib_a_node(region: Region, server: Server, first: bytes | None) -> tuple[float, float]:
    warming = Watching(region, region.members[:16], server.port, first=first)
    await warming.open()
    await warming.close()
    before = server.resident_kib
    watching = Watching(region, region.members, server.port, first=first)
    try:
        seconds = await watching.open()
        await asyncio.sleep(1.0)  # what the opening needed for a moment is given back
        return (server.resident_kib - before) / len(region.members), seconds
    finally:
        await watching.close()


def measure_fanout(scale: Scale) -> Iterator[Line]:
    """Measure the time from an incident's opening until the last participant has it. Limit: its bytes on bare streams.

    Every node is a participant, so that the hub stores its line and its mail within the time measured.
    """
    with TemporaryDirectory(prefix="holdfast-bench-") as directory:
        region = region_with_mail(Path(directory), scale.nodes or NODES)
        with hub_process(region.data) as ours, bare_process(region.data) as bare:
            yield asyncio.run(_fanout(region, ours, bare))


async def _fanout(region: Region, server: Server, bare_server: Server) -> Line:
    ours = Watching(region, region.members, server.port)
    bare = Watching(region, region.members, bare_server.port, first=first_mail())
    trigger = region.channel(region.members[0], bare_server.port)
    tell: Any = trigger.unary_unary(TELL)
    opening = {"type": "wildland-fire", "agencies": [member.agency.slug for member in region.members]}
    ours_ms: list[float] = []
    bare_ms: list[float] = []
    try:
        await ours.open()
        await bare.open()
        for number in range(ROUNDS + 1):
            here, started = ours.expect(), perf_counter()
            await asyncio.to_thread(call_local, region.data, "incident open", opening | {"title": f"Fire {number}"})
            ours_ms.append((await here - started) * 1000)
            here, started = bare.expect(), perf_counter()
            await tell(ours.last_message)
            bare_ms.append((await here - started) * 1000)
    finally:
        await trigger.close()
        await ours.close()
        await bare.close()
    del ours_ms[0], bare_ms[0]  # the first one fills caches
    return line(
        "watch_fanout",
        median(ours_ms),
        "ms",
        median(bare_ms),
        nodes=len(region.members),
        notice_bytes=len(ours.last_message),
        rounds=shown(ours_ms),
        rounds_bare=shown(bare_ms),
    )


def measure_reconnect(scale: Scale) -> Iterator[Line]:
    """Measure the time until every node is back and has its mail, after a restart. Limit: a bare server's restart.

    The clock starts when the new process listens. The nodes' channels wait by gRPC's own backoff, at most a second.
    """
    with TemporaryDirectory(prefix="holdfast-bench-") as directory:
        yield asyncio.run(_reconnect(region_with_mail(Path(directory), scale.nodes or NODES)))


async def _reconnect(region: Region) -> Line:
    bare_s = await _restarts(region, partial(bare_process, region.data, 0), first_mail())
    ours_s = await _restarts(region, partial(hub_process, region.data), None)
    return line(
        "reconnect",
        median(ours_s),
        "s",
        median(bare_s),
        nodes=len(region.members),
        rounds=shown(ours_s),
        rounds_bare=shown(bare_s),
    )


async def _restarts(region: Region, start: Start, first: bytes | None) -> list[float]:
    running = ExitStack()
    try:
        server = await asyncio.to_thread(running.enter_context, start(0))
        watching = Watching(region, region.members, server.port, first=first)
        await watching.open()
        rounds = []
        for _ in range(RESTARTS):
            await asyncio.to_thread(running.close)
            await asyncio.sleep(DOWN_S)
            waiting = watching.expect()
            await asyncio.to_thread(running.enter_context, start(server.port))
            started = perf_counter()
            rounds.append(await waiting - started)
        await watching.close()
        return rounds
    finally:
        running.close()


def region_with_mail(directory: Path, nodes: int) -> Region:
    """Found a region whose mailboxes hold one notice each."""
    region = found_region(directory, nodes)
    everyone = [member.agency.id for member in region.members]
    region.work(lambda _, tx: tx.post(everyone, wire.Notice(hub_epoch_changed=wire.HubEpochNotice(hub_epoch=1))))
    return region


def first_mail() -> bytes:
    """Give bytes like those of the notice that waits in each mailbox."""
    notice = wire.Notice(cursor=1, notice_id=bytes(16), hub_epoch_changed=wire.HubEpochNotice(hub_epoch=1))
    notice.issued_at.GetCurrentTime()
    return encode(notice)
