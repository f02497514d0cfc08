"""After an outage every node comes back at the same moment, as impatiently as it can: all of them are served."""

import asyncio
from dataclasses import dataclass, field

import grpc

from common.wire.canonical import encode
from common.wire.v1.codes_pb2 import Outcome
from common.wire.v1.uplink_pb2 import PushResponse
from tests.builders import capacity_report, push_request
from tests.coroutines import eventually
from tests.hub_process import HubProcess, store_of
from tests.wire_client import PUSH, Client, JoinedNode

NODES = 150
LONGEST_S = 120.0  # until the last node is served, on a busy machine; nobody may wait for ever
IMPATIENT = (
    ("grpc.initial_reconnect_backoff_ms", 50),
    ("grpc.min_reconnect_backoff_ms", 50),
    ("grpc.max_reconnect_backoff_ms", 200),
)
PASSING = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED, grpc.StatusCode.DEADLINE_EXCEEDED}


@dataclass
class Follower:
    """A node that follows its mailbox, and resumes from its cursor at once when the stream is cut."""

    node: JoinedNode
    client: Client
    cursors: list[int] = field(default_factory=list)
    incidents: list[str] = field(default_factory=list)
    resumed: int = 0

    async def follow(self) -> None:
        """Follow until cancelled; a status that is no outage is an error."""
        while True:
            try:
                async with self.client.watch(self.cursors[-1] if self.cursors else 0, timeout=600) as mailbox:
                    while True:
                        notice = await mailbox.next()
                        self.cursors.append(notice.cursor)
                        if notice.HasField("incident_opened"):
                            self.incidents.append(notice.incident_opened.title)
            except grpc.aio.AioRpcError as error:
                if error.code() not in PASSING:
                    raise
                self.resumed += 1
                await asyncio.sleep(0.05)

    async def push_until_taken(self) -> None:
        """Push one report as often as it takes."""
        raw = encode(push_request(self.node.ledger.batch(capacity_report())))
        while True:
            try:
                answer = PushResponse.FromString(await self.client.call(PUSH, raw))
            except grpc.aio.AioRpcError as error:
                if error.code() not in PASSING:
                    raise
                await asyncio.sleep(0.05)
                continue
            assert list(answer.outcomes) == [Outcome.OUTCOME_APPLIED]
            self.node.verify(answer.receipt)
            return


async def test_d06_every_node_comes_back_at_once_and_nobody_is_starved(hub: HubProcess) -> None:
    slugs = [f"agency-{number:03}" for number in range(NODES)]
    nodes = [await hub.joined(slug) for slug in slugs]
    followers = [Follower(node, hub.client(node, options=IMPATIENT)) for node in nodes]
    following = [asyncio.create_task(each.follow()) for each in followers]

    def everybody_has(title: str) -> bool:
        for task in following:
            if task.done():
                task.result()
        return all(title in each.incidents for each in followers)

    hub.ask("incident open", type="other", title="before", agencies=slugs)
    await eventually(lambda: everybody_has("before"), LONGEST_S)

    hub.kill()
    await asyncio.to_thread(hub.start)
    async with asyncio.timeout(LONGEST_S):
        await asyncio.gather(*(each.push_until_taken() for each in followers))
    hub.ask("incident open", type="other", title="after", agencies=slugs)
    await eventually(lambda: everybody_has("after"), LONGEST_S)

    for each, task in zip(followers, following, strict=True):
        task.cancel()
        await each.client.channel.close()
        assert each.resumed > 0
        assert each.cursors == list(range(1, len(each.cursors) + 1))  # nothing twice, nothing left out
        assert each.incidents == ["before", "after"]
    with store_of(hub) as store:
        assert len(store.reports()) == NODES
