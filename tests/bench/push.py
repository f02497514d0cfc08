"""Pushes a second: over the wire to a running hub, against the bare calls of the same sizes.

One load process, 16 channels over mutual TLS (one node each, with its own certificate and stream), 4 pushes in flight
on each, in order. Every request is built and signed before the clock starts. Each report is an activation report on an
incident of its agency, so that the hub writes report, receipt, board line, notice and mail.
"""

import asyncio
import gc
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import common.rpc.tls  # noqa: F401  (before grpc)

import grpc

from common.rpc.status import SEQUENCE_WANTED
from common.wire.canonical import encode
from common.wire.v1.codes_pb2 import Outcome
from common.wire.v1.uplink_pb2 import PushResponse
from hub.rpc.access import UPLINK
from tests.bench.bare_server import PUSH
from tests.bench.measurement import ROUNDS, Line, Scale, line, median, shown
from tests.bench.processes import Server, bare_process, hub_process
from tests.bench.region import Member, Region, found_region
from tests.builders import activation_report, push_request
from tests.stores import new_database

NODES = 16
IN_FLIGHT = 4  # of one node
SECONDS = 3.0  # of a round
FASTEST_PER_S = 4000  # requests are built for no more than this; a round that runs out of them ends earlier
METHOD = f"/{UPLINK}/Push"
PUSH_RESPONSE_BYTES = 190  # receipt and one outcome; checked against what the hub answers


@dataclass
class Pipe:
    """One node's requests, in order."""

    call: Any
    requests: deque[bytes]
    responses: list[bytes] = field(default_factory=list)
    resent: int = 0

    async def worker(self, ends: float) -> None:
        """Keep one request in flight until the time is over."""
        while self.requests and perf_counter() < ends:
            request = self.requests.popleft()
            self.responses.append(await self._send(request))

    async def _send(self, request: bytes) -> bytes:
        while True:
            try:
                response: bytes = await self.call(request, timeout=30)
            except grpc.aio.AioRpcError as error:
                # Two pushes of one node that overtook each other: the later one is sent again.
                if SEQUENCE_WANTED not in dict(error.trailing_metadata() or ()):
                    raise
                self.resent += 1
            else:
                return response


class Load:
    """The load process's side of both servers."""

    def __init__(self, region: Region, incidents: list[bytes], ours: Server, bare: Server) -> None:
        self._members = list(zip(region.members, incidents, strict=True))
        self._channels = [[region.channel(member, server.port) for member in region.members] for server in (ours, bare)]
        # What a round leaves over is the next round's beginning: a stream has no gaps.
        self._ready: list[deque[bytes]] = [deque() for _ in self._members]
        self.resent = 0

    async def round(self, seconds: float, *, bare: bool) -> float:
        """Push for a while; give the pushes a second."""
        method = PUSH if bare else METHOD
        count = int(seconds * FASTEST_PER_S / NODES)
        for ready, (member, incident) in zip(self._ready, self._members, strict=True):
            ready.extend(_requests(member, incident, count - len(ready)))
        pipes = [
            Pipe(channel.unary_unary(method), deque(ready) if bare else ready)
            for channel, ready in zip(self._channels[bare], self._ready, strict=True)
        ]
        gc.collect()
        gc.disable()
        started = perf_counter()
        await asyncio.gather(*(pipe.worker(started + seconds) for pipe in pipes for _ in range(IN_FLIGHT)))
        elapsed = perf_counter() - started
        gc.enable()
        if not bare:
            self.resent += sum(pipe.resent for pipe in pipes)
            check_answers(response for pipe in pipes for response in pipe.responses)
        return sum(len(pipe.responses) for pipe in pipes) / elapsed

    async def close(self) -> None:
        for channel in (*self._channels[0], *self._channels[1]):
            await channel.close()


def measure_single(scale: Scale) -> Iterator[Line]:
    """Measure durable pushes of one report, on both stores. Ratio: rate / rate of bare calls."""
    yield _measure_on("sqlite", scale)
    yield _measure_on("postgresql", scale)


def _measure_on(kind: str, scale: Scale) -> Line:
    seconds = scale.seconds or SECONDS
    with TemporaryDirectory(prefix="holdfast-bench-") as directory:
        region = found_region(Path(directory), NODES, new_database() if kind == "postgresql" else "")
        incidents = region.open_incidents([[member] for member in region.members])
        with hub_process(region.data) as ours, bare_process(region.data, PUSH_RESPONSE_BYTES) as bare:
            ours_rates, bare_rates, resent = asyncio.run(_rounds(region, incidents, ours, bare, seconds))
    return line(
        "push_single",
        median(ours_rates),
        "pushes/s",
        median(bare_rates),
        store=kind,
        nodes=NODES,
        in_flight=NODES * IN_FLIGHT,
        round_s=seconds,
        rounds=shown(ours_rates),
        rounds_bare=shown(bare_rates),
        resent=resent,
    )


async def _rounds(
    region: Region, incidents: list[bytes], server: Server, bare_of_it: Server, seconds: float
) -> tuple[list[float], list[float], int]:
    load = Load(region, incidents, server, bare_of_it)
    ours: list[float] = []
    bare: list[float] = []
    try:
        await load.round(1.0, bare=True)  # connections, caches
        await load.round(1.0, bare=False)
        for _ in range(ROUNDS):
            bare.append(await load.round(seconds, bare=True))
            ours.append(await load.round(seconds, bare=False))
    finally:
        await load.close()
    return ours, bare, load.resent


def _requests(member: Member, incident_id: bytes, count: int) -> Iterator[bytes]:
    """Build and sign the next pushes of a node, one report each."""
    at = datetime.now(UTC)
    for number in range(count):
        report = activation_report(incident_id, at=at, deployed=number % 100)
        yield encode(push_request(member.ledger.batch(report)))


def check_answers(raw: Iterator[bytes]) -> None:
    """Make sure that what was counted was taken in."""
    for each in raw:
        response = PushResponse.FromString(each)
        refused = [outcome for outcome in response.outcomes if outcome != Outcome.OUTCOME_APPLIED]
        if refused or not response.receipt.signature:
            raise AssertionError(f"the hub refused what it was to take: {refused}")
