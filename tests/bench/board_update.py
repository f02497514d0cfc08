"""The time from a status push until every participant's node has it in its store.

The one who reports is a real node; fifty others, which take part in the same incident, are real nodes' stores that
apply their mail with the node's own use case, each in transactions of its own. All of them share this machine.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

from common.rpc.local import call_local
from node.process import Node
from tests.bench.end_to_end import Receiver, free_port, join_node, measure_bare
from tests.bench.measurement import Line, Scale, line
from tests.bench.processes import bare_process, hub_process
from tests.bench.region import Region
from tests.bench.watch import region_with_mail

RECEIVERS = 50
REPORTS = 200
WARMING = 20
LONGEST_WAIT_TRIES = 200


def measure(scale: Scale) -> Iterator[Line]:
    """Measure from one node's commit to the last of fifty; value and limit are the 99th percentile.

    Limit: a bare unary call, whose bytes the server sends on to as many bare streams.
    """
    with TemporaryDirectory(prefix="holdfast-bench-") as directory:
        receivers = scale.nodes or RECEIVERS
        yield asyncio.run(_measure(Path(directory), region_with_mail(Path(directory), receivers), receivers))


async def _measure(directory: Path, region: Region, receivers: int) -> Line:
    with bare_process(region.data) as bare:
        bare_ms = await measure_bare(region, region.members, bare.port, REPORTS)
    with hub_process(region.data, enrollment_port=free_port(), listen_port=free_port()):
        async with _joined(directory, region, receivers) as (sender, others):
            ours_ms = await _ours_ms(region, sender, others)
    p50, p99 = median(ours_ms), quantiles(ours_ms, n=100)[98]
    bare_p50, bare_p99 = median(bare_ms), quantiles(bare_ms, n=100)[98]
    return line(
        "board_update",
        p99,
        "ms",
        bare_p99,
        percentile=99,
        p50=round(p50, 2),
        p50_bare=round(bare_p50, 2),
        longest=round(max(ours_ms), 2),
        receivers=receivers,
        reports=len(ours_ms),
    )


async def _ours_ms(region: Region, sender: Node, receivers: list[Receiver]) -> list[float]:
    slugs = ["sender", *(f"receiver-{number}" for number in range(len(receivers)))]
    opened = {"title": "Mill fire", "type": "structure_fire", "agencies": slugs}
    incident = await asyncio.to_thread(call_local, region.data, "incident open", opened)
    await asyncio.gather(_knows(sender, incident["id"]), *(each.hears_of("incident_opened") for each in receivers))
    taken_ms = []
    for number in range(REPORTS + WARMING):
        said = {"incident": incident["id"], "status": "active", "supporters_deployed": number}
        await sender.do("activate", said)  # comes back when it is committed
        committed = perf_counter()
        last = max(await asyncio.gather(*(each.next_commit() for each in receivers)))
        taken_ms.append((last - committed) * 1000)
        await asyncio.sleep(random.uniform(0.005, 0.02))
    return taken_ms[WARMING:]


async def _knows(node: Node, incident_id: str) -> None:
    for _ in range(LONGEST_WAIT_TRIES):
        if incident_id in {each["id"] for each in await node.do("incidents", {})}:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the node that is to report was not told of the incident")


@asynccontextmanager
async def _joined(directory: Path, region: Region, receivers: int) -> AsyncIterator[tuple[Node, list[Receiver]]]:
    names = [f"receiver-{number}" for number in range(receivers)]
    for slug in ("sender", *names):
        await join_node(directory, region, slug)
    opened: list[Receiver] = []
    try:
        opened += (Receiver(directory / name) for name in names)
        async with Node(directory / "sender") as sender:
            yield sender, opened
    finally:
        for each in opened:
            await each.close()
