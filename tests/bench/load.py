"""The load process's side of pushes: 16 channels over mutual TLS, one node each, with its own certificate and stream.

Every request is built and signed before the clock starts. Each report is an activation report on an incident of its
agency, so that the hub writes report, receipt, board line, notice and mail.
"""

import asyncio
import gc
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import inf
from time import perf_counter
from typing import Any

import common.rpc.tls  # noqa: F401  (before grpc)

import grpc

from common.rpc.status import SEQUENCE_WANTED
from common.wire.canonical import encode
from common.wire.v1.codes_pb2 import Outcome
from common.wire.v1.uplink_pb2 import PushResponse
from hub.rpc.access import UPLINK
from tests.bench.bare_server import PUSH as BARE_PUSH
from tests.bench.processes import Server
from tests.bench.region import Member, Region
from tests.builders import activation_report, push_request

NODES = 16
PUSH = f"/{UPLINK}/Push"
DEADLINE_S = 30.0
PUSH_RESPONSE_BYTES = 190  # a receipt and one outcome


class Requests:
    """What each node sends next. Its ledger goes on from round to round, so nothing that was built is thrown away."""

    def __init__(self, region: Region, incidents: list[bytes], batch: int = 1) -> None:
        self.region = region
        self.batch = batch
        self._sources = list(zip(region.members, incidents, strict=True))
        self._ready: list[deque[bytes]] = [deque() for _ in self._sources]

    def prepare(self, count: int) -> list[deque[bytes]]:
        """Have this many requests ready for each node."""
        for ready, (member, incident) in zip(self._ready, self._sources, strict=True):
            ready.extend(_requests(member, incident, count - len(ready), self.batch))
        return self._ready


class Load:
    """Pushes to one server."""

    def __init__(self, requests: Requests, server: Server, in_flight: int, *, bare: bool = False) -> None:
        """Open the channels.

        Args:
            in_flight: pushes of one node under way at a time, in order.
            bare: the server only echoes: requests are sent without being used up.
        """
        self._requests = requests
        self._server = server
        self._in_flight = in_flight
        self._bare = bare
        self._channels = [requests.region.channel(member, server.port) for member in requests.region.members]
        self.rates: list[float] = []  # reports a second, of each round
        self.cpu_us: list[float] = []  # of the server, for each push: less of a busy machine's noise than a rate
        self.resent = 0

    async def round(self, seconds: float, fastest_per_s: int) -> None:
        """Push for a while.

        Args:
            fastest_per_s: requests are built for no more pushes a second; a round that runs out of them ends earlier.
        """
        ready = self._requests.prepare(int(seconds * fastest_per_s / len(self._channels)))
        calls: list[Any] = [channel.unary_unary(BARE_PUSH if self._bare else PUSH) for channel in self._channels]
        queues = [queue.copy() for queue in ready] if self._bare else ready
        sent = await send(calls, queues, self._in_flight, self._server, seconds)
        if not self._bare:
            check_answers(sent.answers)
        self.resent += sent.resent
        self.rates.append(len(sent.answers) * self._requests.batch / sent.seconds)
        self.cpu_us.append(sent.cpu_s / len(sent.answers) * 1e6)

    async def warm_up(self) -> None:
        """Connect, fill caches; nothing of it counts."""
        await self.round(1.0, 1000)
        self.rates.clear()
        self.cpu_us.clear()

    async def close(self) -> None:
        """Close the channels."""
        for channel in self._channels:
            await channel.close()


@dataclass(frozen=True)
class Sent:
    """What became of a while's requests."""

    answers: list[bytes]
    seconds: float
    cpu_s: float  # of the server
    resent: int


async def send(
    calls: Sequence[Any], queues: Sequence[deque[bytes]], in_flight: int, server: Server, seconds: float = inf
) -> Sent:
    """Send each node's requests in order, until all are answered or the time is over.

    Args:
        calls: each node's call, on its own channel.
        in_flight: requests of one node under way at a time.
    """
    pipes = [_Pipe(call, queue) for call, queue in zip(calls, queues, strict=True)]
    gc.collect()
    gc.disable()
    started, cpu_s = perf_counter(), server.cpu_s
    await asyncio.gather(*(pipe.worker(started + seconds) for pipe in pipes for _ in range(in_flight)))
    elapsed, cpu_s = perf_counter() - started, server.cpu_s - cpu_s
    gc.enable()
    answers = [answer for pipe in pipes for answer in pipe.answers]
    return Sent(answers, elapsed, cpu_s, sum(pipe.resent for pipe in pipes))


@dataclass
class _Pipe:
    """One node's requests, in order."""

    call: Any
    requests: deque[bytes]
    answers: list[bytes] = field(default_factory=list)
    resent: int = 0

    async def worker(self, ends: float) -> None:
        """Keep one request in flight until the time is over."""
        while self.requests and perf_counter() < ends:
            self.answers.append(await self._send(self.requests.popleft()))

    async def _send(self, request: bytes) -> bytes:
        while True:
            try:
                answer: bytes = await self.call(request, timeout=DEADLINE_S)
            except grpc.aio.AioRpcError as error:
                # Two pushes of one node that overtook each other: the later one is sent again.
                if SEQUENCE_WANTED not in dict(error.trailing_metadata() or ()):
                    raise
                self.resent += 1
            else:
                return answer


def _requests(member: Member, incident_id: bytes, count: int, batch: int) -> Iterator[bytes]:
    """Build and sign the next pushes of a node."""
    at = datetime.now(UTC)
    for _ in range(count):
        reports = [activation_report(incident_id, at=at, deployed=number % 100) for number in range(batch)]
        yield encode(push_request(member.ledger.batch(*reports)))


def check_answers(raw: Iterable[bytes]) -> None:
    """Make sure that what was counted was taken in."""
    for each in raw:
        response = PushResponse.FromString(each)
        refused = [outcome for outcome in response.outcomes if outcome != Outcome.OUTCOME_APPLIED]
        if refused or not response.receipt.signature:
            raise AssertionError(f"the hub refused what it was to take: {refused}")
