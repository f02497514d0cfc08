"""`live_board`: 200 browsers on one hub watch one incident; from a node's push of a status to the pixel in each.

1. 197 of the browsers are event streams that speak what a browser speaks, each signed in and on a connection of its
   own, since two cores do not hold 200 real ones. Three are real: pages of Chromium, in which the frame is awaited that
   shows what was pushed.
2. A node's own status report is pushed over mutual TLS through the hub's intake; each tells a number that none told
   before. The clock starts as it is sent, not when it is acknowledged, which `acknowledged_ms` tells.
3. The value is p99 over the streams plus p99 of what the real pages needed from bytes to pixel. `pixel_p99_ms` is the
   real pages' own time from push to pixel.
4. The limit is a bare server that sends as many bytes to as many streams when it is told to.
"""

import asyncio
import random
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any

from common.access import managing
from common.access.roles import Role
from common.access.session_rows import open_session
from common.wire.canonical import encode
from hub.persistence.access import ACCESS
from hub.persistence.transaction import Transaction
from hub.process import Hub
from tests.bench.board_watching import after, pages_open, paint_ms
from tests.bench.end_to_end import free_port
from tests.bench.load import PUSH
from tests.bench.measurement import Line, Scale, line, median
from tests.bench.page_finding import Browser
from tests.bench.processes import bare_pages, hub_process
from tests.bench.region import Region, found_region
from tests.builders import activation_report, push_request
from tests.event_streams import Streams

AGENCIES, BROWSERS, REAL, PUSHES, WARMING, FIRST = 40, 200, 3, 60, 5, 1_000


def measure(scale: Scale) -> Iterator[Line]:
    """Measure p99 from push to pixel in ms."""
    with TemporaryDirectory(prefix="holdfast-bench-") as directory:
        region, count = found_region(Path(directory), AGENCIES), scale.nodes or BROWSERS
        [incident] = region.open_incidents([region.members])
        yield asyncio.run(_measure(region, incident, _sign_in(region, count)))


def _sign_in(region: Region, count: int) -> list[str]:
    """Add coordinators, each with one session; give the tokens."""

    def opened(_: Hub, tx: Transaction) -> list[str]:
        tokens = []
        for number in range(count):
            roles = frozenset({Role.REGIONAL_COORDINATOR})
            user, _code = managing.add_user(ACCESS, tx.connection, tx.now, "bench", f"rita-{number}", roles)
            tokens.append(open_session(ACCESS, tx.connection, user.id, "password", None, tx.now))
        return tokens

    return region.work(opened)


async def _measure(region: Region, incident: bytes, tokens: list[str]) -> Line:
    path, port = f"/incidents/{incident.hex()}", free_port()
    with hub_process(region.data, console_port=port) as hub:
        part_bytes = len((await asyncio.to_thread(Browser(port, tokens[0]).get, path)).text)
        streams, channel = Streams(), region.channel(region.members[0], hub.port)
        try:
            async with pages_open(port, path, tokens[:REAL]) as pages:
                await streams.open(port, f"{path}/live", tokens[REAL:])
                streamed, painted, paints, told = list[float](), list[float](), list[float](), list[float]()
                for number in range(FIRST, FIRST + WARMING + PUSHES):
                    streams.look_for(number)
                    sent, acknowledged = await _push(region, incident, channel, number)
                    came = await streams.came(number)
                    seen = await pages.painted(number)
                    if number >= FIRST + WARMING:
                        streamed += after(came, sent)
                        painted += after(seen, sent)
                        paints += paint_ms(seen, came)
                        told.append((acknowledged - sent) * 1000)
                    await asyncio.sleep(random.uniform(0.1, 0.4))
        finally:
            await streams.close()
            await channel.close()
    bare = await _bare(part_bytes, len(tokens))
    return line(
        "live_board",
        _p99(streamed) + max(_p99(paints), 0),
        "ms",
        _p99(bare),
        percentile=99,
        browsers=len(tokens),
        real_pages=REAL,
        pushes=PUSHES,
        part_bytes=part_bytes,
        stream_p50_ms=round(median(streamed), 1),
        stream_p99_ms=round(_p99(streamed), 1),
        paint_p99_ms=round(_p99(paints), 1),
        pixel_p50_ms=round(median(painted), 1),
        pixel_p99_ms=round(_p99(painted), 1),
        acknowledged_ms=round(median(told), 1),
    )


async def _push(region: Region, incident: bytes, channel: Any, number: int) -> tuple[float, float]:
    """Push a report; give when it was sent and when it was acknowledged."""
    batch = region.members[0].ledger.batch(activation_report(incident, deployed=number))
    raw, call = encode(push_request(batch)), channel.unary_unary(PUSH)
    sent = time.time()
    await call(raw, timeout=20.0, wait_for_ready=True)
    return sent, time.time()


async def _bare(part_bytes: int, count: int) -> list[float]:
    streams, found = Streams(), list[float]()
    with bare_pages(port := free_port()), closing(HTTPConnection("127.0.0.1", port)) as telling:
        await streams.open(port, "/watch", [""] * count)
        try:
            for number in range(FIRST, FIRST + PUSHES):
                streams.look_for(number)
                sent = time.time()
                await asyncio.to_thread(_tell, telling, part_bytes, number)
                found += after(await streams.came(number), sent)
        finally:
            await streams.close()
    return found


def _tell(connection: HTTPConnection, part_bytes: int, number: int) -> None:
    connection.request("POST", f"/tell/{part_bytes}", str(number))
    connection.getresponse().read()


def _p99(taken: list[float]) -> float:
    return quantiles(taken, n=100)[98]
