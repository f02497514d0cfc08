"""Commands that change who owns a follow-up, over the wire to a running hub, on one incident with thousands of them.

A round takes a slice of the follow-ups. Each is offered by its owner to the next member; when all offers are answered,
each is accepted by that member, who is then the one accountable agency. Every command is a push of its own, signed
before the clock starts, and every answer must be that it was applied. Limit: pushes of activation reports by as many
nodes to a hub with the same kind of store, as `push_single` measures them, in alternating rounds.
"""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from common.wire.canonical import encode
from common.wire.v1.report_pb2 import Report
from tests.bench.coordination import agree, open_many
from tests.bench.load import NODES, PUSH, Load, Requests, Sent, check_answers, send
from tests.bench.measurement import ROUNDS, Line, Scale, line, median, shown
from tests.bench.processes import Server, hub_process
from tests.bench.push import FASTEST_SINGLE_PER_S, SINGLE_IN_FLIGHT, requests_of
from tests.bench.region import Member, Region, found_region
from tests.builders import push_request
from tests.coordinating import command
from tests.stores import KINDS, new_database

FOLLOW_UPS = 5_000
SECONDS = 2.0  # of a round of the limit
A_SECOND = 1_000  # follow-ups of a round, for each such second


class Owned:
    """The region's follow-ups: who owns each, at which version."""

    def __init__(self, region: Region, count: int) -> None:
        """Open them: the same number for each member."""
        self.region = region
        members = region.members
        (incident,) = region.open_incidents([members])
        ids = [member.agency.id for member in members]
        region.work(lambda _, tx: agree(ids, tx))
        opened = region.work(lambda _, tx: open_many(incident, ids, count, tx))
        self._at = [(each.id, each.version, number % len(members)) for number, each in enumerate(opened)]
        self._next = 0

    def offers_and_acceptances(self, count: int) -> tuple[list[deque[bytes]], list[deque[bytes]]]:
        """Build and sign both phases of a round for the next `count` follow-ups; what they lead to is noted."""
        places = [(self._next + number) % len(self._at) for number in range(count)]
        self._next = (self._next + count) % len(self._at)
        return self._phase(places, self._offer), self._phase(places, self._acceptance)

    def _phase(self, places: Sequence[int], step: Any) -> list[deque[bytes]]:
        queues: list[deque[bytes]] = [deque() for _ in self.region.members]
        for place in places:
            by, report = step(place)
            queues[by].append(encode(push_request(self.region.members[by].ledger.batch(report))))
        return queues

    def _offer(self, place: int) -> tuple[int, Report]:
        id_, version, owner = self._at[place]
        self._at[place] = (id_, version + 1, owner)
        return owner, command("offer", id_, version, at=datetime.now(UTC), offered_to=[self._after(owner).agency.id])

    def _acceptance(self, place: int) -> tuple[int, Report]:
        id_, version, owner = self._at[place]
        new_owner = (owner + 1) % len(self.region.members)
        self._at[place] = (id_, version + 1, new_owner)
        return new_owner, command("accept", id_, version, at=datetime.now(UTC))

    def _after(self, place: int) -> Member:
        return self.region.members[(place + 1) % len(self.region.members)]


class Commanding:
    """Sends the commands to one server."""

    def __init__(self, owned: Owned, server: Server) -> None:
        """Open the channels."""
        self._owned = owned
        self._server = server
        self._channels = [owned.region.channel(member, server.port) for member in owned.region.members]
        self.rates: list[float] = []  # commands a second, of each round
        self.cpu_us: list[float] = []  # of the hub, for each command
        self.resent = 0

    async def round(self, count: int) -> None:
        """Have `count` follow-ups offered, then accepted."""
        offers, acceptances = self._owned.offers_and_acceptances(count)
        phases = [await self._send(offers), await self._send(acceptances)]  # a barrier between them
        commands = sum(len(phase.answers) for phase in phases)
        if commands != 2 * count:
            raise AssertionError(f"{2 * count - commands} commands were not answered")
        self.resent += sum(phase.resent for phase in phases)
        self.rates.append(commands / sum(phase.seconds for phase in phases))
        self.cpu_us.append(sum(phase.cpu_s for phase in phases) / commands * 1e6)

    async def warm_up(self, count: int) -> None:
        """Connect, fill caches; nothing of it counts."""
        await self.round(count)
        self.rates.clear()
        self.cpu_us.clear()

    async def close(self) -> None:
        """Close the channels."""
        for channel in self._channels:
            await channel.close()

    async def _send(self, queues: list[deque[bytes]]) -> Sent:
        calls: list[Any] = [channel.unary_unary(PUSH) for channel in self._channels]
        sent = await send(calls, queues, SINGLE_IN_FLIGHT, self._server)
        check_answers(sent.answers)
        return sent


def measure(scale: Scale) -> Iterator[Line]:
    """Measure durable commands that change ownership. Limit: durable activation reports."""
    for kind in KINDS:
        with TemporaryDirectory(prefix="holdfast-bench-") as directory:
            owned, limit = _owned(Path(directory) / "commands", kind), requests_of(Path(directory) / "reports", kind)
            with hub_process(owned.region.data) as server, hub_process(limit.region.data) as other:
                yield asyncio.run(_measure(kind, owned, server, limit, other, scale.seconds or SECONDS))


async def _measure(kind: str, owned: Owned, server: Server, reports: Requests, other: Server, seconds: float) -> Line:
    ours, limit = Commanding(owned, server), Load(reports, other, SINGLE_IN_FLIGHT)
    count = min(FOLLOW_UPS, int(seconds * A_SECOND))
    try:
        await limit.warm_up()
        await ours.warm_up(count)
        for _ in range(ROUNDS):
            await limit.round(seconds, FASTEST_SINGLE_PER_S)
            await ours.round(count)
    finally:
        await limit.close()
        await ours.close()
    return line(
        "followup_commands",
        median(ours.rates),
        "commands/s",
        median(limit.rates),
        store=kind,
        nodes=NODES,
        in_flight=NODES * SINGLE_IN_FLIGHT,
        follow_ups=FOLLOW_UPS,
        commands_a_round=2 * count,
        round_s_limit=seconds,
        rounds=shown(ours.rates),
        rounds_limit=shown(limit.rates),
        hub_cpu_us=round(median(ours.cpu_us)),
        hub_cpu_us_limit=round(median(limit.cpu_us)),
        resent=ours.resent,
    )


def _owned(directory: Path, kind: str) -> Owned:
    directory.mkdir()
    return Owned(found_region(directory, NODES, new_database(durable=True) if kind == "postgresql" else ""), FOLLOW_UPS)
