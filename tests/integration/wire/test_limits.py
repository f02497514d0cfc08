"""What one agency, one connection and all of them together may have under way, shown with real calls.

Each limit is a line of `hub/rpc/limits.py` or `hub/rpc/uplink.py`, and each test fails without its line.
"""

import asyncio
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

import grpc

from common.wire.canonical import encode
from common.wire.v1.uplink_pb2 import PushResponse
from hub.persistence.transaction import Transaction
from hub.rpc.limits import SERVER_OPTIONS
from hub.rpc.uplink import MAX_PUSHES_IN_FLIGHT, MAX_WATCHES
from tests.builders import TRUST_DOMAIN, capacity_report, push_request
from tests.coroutines import eventually
from tests.http2 import LONGEST_S, Answer, Connection, tls
from tests.hubs import RunningHub, found, running_hub
from tests.stores import new_database
from tests.wire_client import HEARTBEAT, PUSH, JoinedNode, heartbeat, refused

UNAVAILABLE = grpc.StatusCode.UNAVAILABLE
REFUSED_STREAM = 7  # RFC 9113: nothing was done, it may be sent again
OK, CANCELLED = "0", "1"
STREAMS = dict(SERVER_OPTIONS)["grpc.max_concurrent_streams"]


class BusyWriter:
    """Keeps the writer of a hub on PostgreSQL busy until the end of the block: no push is answered meanwhile."""

    def __init__(self, hub: RunningHub) -> None:
        self._writer = hub.process.writer
        self._free = threading.Event()

    async def __aenter__(self) -> "BusyWriter":
        begun = threading.Event()

        def wait(tx: Transaction, now: datetime) -> None:
            begun.set()
            self._free.wait()

        self._waiting = asyncio.ensure_future(self._writer.submit(wait))
        await asyncio.to_thread(begun.wait)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._free.set()
        await self._waiting


async def test_d06_an_agency_has_so_many_pushes_in_flight_and_no_more(tmp_path: Path) -> None:
    found(tmp_path / "hub", database_url=new_database())  # there the writer has a thread of its own
    async with running_hub(tmp_path) as hub:
        fire, ems = await hub.joined("ridgeline-fire"), await hub.joined("cedar-valley-ems")
        async with hub.client(fire) as client, hub.client(ems) as other:
            raw = encode(push_request(fire.ledger.batch(capacity_report())))
            async with BusyWriter(hub):
                pushes = [asyncio.ensure_future(client.call(PUSH, raw)) for _ in range(MAX_PUSHES_IN_FLIGHT + 3)]
                elsewhere = asyncio.ensure_future(other.push(ems, capacity_report()))
                await eventually(lambda: sum(push.done() for push in pushes) == 3)
                turned_away = [await refused(push) for push in pushes if push.done()]
            answers = await asyncio.gather(*pushes, return_exceptions=True)
            await elsewhere
            await client.push(fire, capacity_report())  # the places are free again

    assert {code for code, _ in turned_away} == {UNAVAILABLE}
    assert all(f"{MAX_PUSHES_IN_FLIGHT} pushes under way" in said for _, said in turned_away)
    taken = [PushResponse.FromString(answer) for answer in answers if isinstance(answer, bytes)]
    assert [answer.receipt.size for answer in taken] == [1] * MAX_PUSHES_IN_FLIGHT


async def test_d06_an_agency_has_so_many_watches_open_and_no_more(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        slugs = ["ridgeline-fire", "cedar-valley-ems"]
        fire, ems = [await hub.joined(slug) for slug in slugs]
        await hub.ask("incident open", type="other", title="Ridge fire", agencies=slugs)
        async with hub.client(fire) as client, hub.client(ems) as other:
            async with AsyncExitStack() as stack:
                for _ in range(MAX_WATCHES):
                    await (await stack.enter_async_context(client.watch())).next()
                async with client.watch() as mailbox:
                    code, said = await refused(mailbox.next())
                async with other.watch() as mailbox:
                    await mailbox.next()
            await eventually(lambda: len(hub.process.watchers) == 0)
            async with client.watch() as mailbox:
                await mailbox.next()  # a place is free again

    assert code is UNAVAILABLE
    assert f"{MAX_WATCHES} watches under way" in said


class Raw:
    """A node's connections, as bytes; each blocks, so each has a thread."""

    def __init__(self, hub: RunningHub, node: JoinedNode, directory: Path) -> None:
        for name, pem in (("root", hub.root_pem), ("chain", node.identity.chain_pem), ("key", node.identity.key_pem)):
            (directory / name).write_bytes(pem)
        self._context = tls(directory / "root", directory / "chain", directory / "key")
        self._address = hub.uplink

    def connect(self) -> Connection:
        return Connection(self._address, self._context, f"hub.{TRUST_DOMAIN}")


async def test_d06_a_connection_has_so_many_calls_open_and_no_more(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        raw = Raw(hub, await hub.joined(), tmp_path)

        def open_calls() -> tuple[Answer, Answer]:
            with raw.connect() as connection:
                calls = [connection.open(HEARTBEAT.encode()) for _ in range(STREAMS)]  # whose messages are to come
                too_many = connection.ask(HEARTBEAT.encode(), heartbeat())
                refusal = connection.answer(too_many)
                connection.finish(calls[0], heartbeat())
                return refusal, connection.answer(calls[0])

        refusal, good = await asyncio.to_thread(open_calls)

    assert (refusal.status, refusal.reset) == ("", REFUSED_STREAM)
    assert good.status == OK


async def test_d06_calls_that_arrive_while_the_hub_is_busy_wait_and_none_is_turned_away(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        assert await all_at_once(Raw(hub, await hub.joined(), tmp_path), 110) == Counter({OK: 110 * STREAMS})


async def test_d06_calls_beyond_what_may_wait_are_turned_away_by_chance_and_not_all_of_them(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        answers = await all_at_once(Raw(hub, await hub.joined(), tmp_path), 375)
    assert answers.keys() == {OK, CANCELLED}
    assert answers[OK] > 9_500  # the more wait the likelier: of these 12,000 some 11,250 are taken


async def all_at_once(raw: Raw, connections: int) -> Counter[str]:
    """Make the hub read many calls before it answers one; give how many ended how."""
    everything_read = threading.Barrier(connections + 1, timeout=LONGEST_S)

    def call() -> list[str]:
        with raw.connect() as connection:
            calls = [connection.ask(HEARTBEAT.encode(), heartbeat()) for _ in range(STREAMS)]
            connection.until_read()
            everything_read.wait()
            answers = [connection.answer(call) for call in calls]
            return [answer.status or f"reset {answer.reset}" for answer in answers]

    with ThreadPoolExecutor(connections) as threads:
        calling = [threads.submit(call) for _ in range(connections)]
        everything_read.wait()  # on the event loop, on purpose: the hub answers nobody until all have called
        return Counter([status for each in calling for status in await asyncio.wrap_future(each)])
