"""A hub that is killed at any moment, again and again: every report counts once, and nobody has to do anything."""

import asyncio
import os
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random

import grpc
import pytest

from tests.hub_process import HubProcess, store_of
from tests.hubs import found
from tests.senders import Observer, Sender, send_all
from tests.wire_client import HEARTBEAT, Joining, heartbeat, refused

BEFORE_COMMIT, AFTER_COMMIT = "hub.writer.before_commit", "hub.writer.after_commit"
BEFORE_ANSWER = "hub.uplink.before_answer"
AFTER_ANSWER, ANY_TIME = "after an answer", "at any time"  # from outside: no failpoint of the hub's
MOMENTS = [BEFORE_COMMIT, AFTER_COMMIT, BEFORE_ANSWER, AFTER_ANSWER, ANY_TIME]


class Killed:
    """A hub with two nodes, killed over and over."""

    def __init__(self, directory: Path, seed: int) -> None:
        found(directory / "hub")
        self.hub = HubProcess(directory / "hub")
        self.random = Random(seed)
        self.senders: list[Sender] = []

    async def prepare(self) -> None:
        """Let two agencies join, and open an incident for each."""
        self.hub.start()
        for slug in ("ridgeline-fire", "cedar-valley-ems"):
            node = await self.hub.joined(slug)
            incident = self.hub.ask("incident open", type="other", title="Ridge fire", agencies=[slug])
            self.senders.append(Sender(node, bytes.fromhex(incident["id"]), self.random))
        self.hub.stop()
        self.observer = Observer(self.senders)

    async def live_and_die(self, moment: str) -> None:
        """One life: start, look at the store, take reports in, and be killed."""
        inside = moment not in (AFTER_ANSWER, ANY_TIME)
        # The writer also notes each node's first call with a renewed certificate, so counts are not pushes.
        self.hub.start(failpoint=f"{moment}:{self.random.randint(1, 6)}" if inside else "")
        self.look()
        async with AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(self.hub.client(sender.node)) for sender in self.senders]
            if moment == AFTER_ANSWER:
                for _ in range(self.random.randint(1, 4)):
                    await asyncio.gather(*(s.send(c) for s, c in zip(self.senders, clients, strict=True)))
                self.hub.kill()
            elif moment == ANY_TIME:
                killing = asyncio.get_running_loop().call_later(self.random.uniform(0, 0.1), self.hub.kill)
                await send_all(self.senders, clients)
                killing.cancel()
                self.hub.kill()
            else:
                await send_all(self.senders, clients)
        assert self.hub.wait() == -9

    def look(self) -> None:
        """Check what the store holds."""
        with store_of(self.hub) as store:
            self.observer.check(store)

    async def come_to_rest(self) -> None:
        """Start once more, let each node send what has no answer yet, and compare both sides."""
        self.hub.start()
        for sender in self.senders:
            async with self.hub.client(sender.node) as client:
                await sender.send(client)
        self.look()
        with store_of(self.hub) as store:
            roots = {stream.stream_id: stream.frontier.root() for stream in store.streams()}
        assert roots == {s.node.ledger.stream_id: s.node.ledger.frontier.root() for s in self.senders}
        assert all(sender.acknowledged == len(sender.bodies) for sender in self.senders)
        self.hub.stop()


async def kill(directory: Path, moment: str, times: int) -> None:
    seed = int.from_bytes(os.urandom(4), "big")
    print(f"seed {seed}")
    world = Killed(directory, seed)
    try:
        await world.prepare()
        for _ in range(times):
            await world.live_and_die(moment)
        await world.come_to_rest()
    finally:
        world.hub.kill()


@pytest.mark.parametrize("moment", MOMENTS)
async def test_d01_a_hub_killed_again_and_again_counts_every_report_once(moment: str, tmp_path: Path) -> None:
    await kill(tmp_path, moment, 10 if moment == ANY_TIME else 5)  # by chance, the worst moment is hit seldom


@pytest.mark.soak
@pytest.mark.parametrize("moment", MOMENTS)
async def test_d01_a_hub_killed_a_thousand_times_counts_every_report_once(moment: str, tmp_path: Path) -> None:
    await kill(tmp_path, moment, 200)


@pytest.mark.parametrize("moment", [BEFORE_COMMIT, AFTER_COMMIT])
async def test_d01_a_hub_killed_while_a_node_joins_gives_it_one_identity(moment: str, tmp_path: Path) -> None:
    found(tmp_path / "hub")
    hub = HubProcess(tmp_path / "hub")
    try:
        hub.start()
        text = hub.ask("invite", agency="ridgeline-fire", discipline="fire")["join_string"]
        hub.stop()
        joining = Joining(text, hub.root_pem)

        hub.start(failpoint=f"{moment}:1")
        assert (await refused(joining.ask(hub.enrollment)))[0] is grpc.StatusCode.UNAVAILABLE
        assert hub.wait() == -9
        hub.start()
        first, again = await joining.ask(hub.enrollment), await joining.ask(hub.enrollment)

        assert first.joined.certificate_chain == again.joined.certificate_chain
        with store_of(hub) as store:
            assert len(store.credentials(first.agency_id)) == 1
        async with hub.client(first) as client:
            await client.call(HEARTBEAT, heartbeat())
    finally:
        hub.kill()
