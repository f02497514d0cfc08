"""A node and a hub over real mutual TLS: reports arrive once, notices come back, and outages heal by themselves."""

import logging
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection

from common.wire.v1.report_pb2 import Report
from hub.operations import operations_of
from hub.process import open_hub
from node.domain.activation import BoardLine
from node.domain.delivery import Flow
from node.persistence.incidents import list_board, list_incidents
from node.persistence.streams import get_current_stream
from node.process import Node
from node.use_cases.outbox import append_guarded
from tests.coroutines import eventually
from tests.hubs import RunningHub, found, running_hub
from tests.live_nodes import joined_node, status
from tests.ports import free_port


async def report(node: Node, available: int = 5) -> None:
    await node.do("capacity", {"available": available})


def acknowledged(node: Node) -> int:
    return node.opened.read(get_current_stream).acknowledged


def flow(node: Node) -> Flow:
    return node.opened.read(get_current_stream).flow


async def test_a_report_arrives_once_and_the_board_comes_back(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        opened = await hub.ask(
            "incident open",
            title="Fire at Stonegate",
            type="structure_fire",
            agencies=["fire"],
            started_at="",
            jurisdictions=[],
        )
        async with Node(data) as node:
            await eventually(lambda: len(node.opened.read(list_incidents)) == 1)

            await node.do("activate", {"incident": opened["id"][:8], "status": "active", "supporters_deployed": 4})

            await eventually(lambda: acknowledged(node) == 1)
            assert len(hub.reports()) == 1
            await eventually(lambda: [line.status for line in node.opened.read(_board)] == [3])
            [shown] = await node.do("egress_show", {})
            assert shown["outcome"] == "applied"
            [verified] = await node.do("egress_verify", {})
            assert (verified["verified"], verified["receipted"]) == (True, 1)


async def test_what_was_written_during_an_outage_arrives_afterwards(tmp_path: Path) -> None:
    found(tmp_path / "hub", uplink=f"127.0.0.1:{free_port()}", enrollment=f"127.0.0.1:{free_port()}")
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
    async with Node(data) as node:
        for count in range(3):
            await report(node, count)
        link = node.link
        assert link is not None
        await eventually(lambda: "refuses the connection" in link.situation.trouble)
        async with running_hub(tmp_path) as hub:
            await eventually(lambda: acknowledged(node) == 3)
            assert [Report.FromString(body).supporter_capacity.available for body in hub.reports()] == [0, 1, 2]
            assert (await status(node))["link"]["trouble"] == ""


async def test_a_node_that_starts_again_goes_on_where_it_was(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        for wanted in (1, 2, 3):
            async with Node(data) as node:
                await report(node)
                await eventually(lambda node=node, wanted=wanted: acknowledged(node) == wanted)  # type: ignore[misc]
        assert len(hub.reports()) == 3
        assert len(hub.streams()) == 1


async def test_t04_a_restored_node_stops_says_so_and_goes_on_in_a_new_stream(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        async with Node(data) as node:
            await report(node, 1)
            await eventually(lambda: acknowledged(node) == 1)
        shutil.copytree(data, tmp_path / "backup")
        async with Node(data) as node:
            await report(node, 2)
            await eventually(lambda: acknowledged(node) == 2)
        shutil.rmtree(data)
        shutil.copytree(tmp_path / "backup", data)

        async with Node(data) as restored:
            await report(restored, 3)
            await eventually(lambda: flow(restored) is Flow.AHEAD)
            assert "new-stream --confirm" in (await status(restored))["sending_stopped_because"]
            assert len(hub.reports()) == 2

            await restored.do("new_stream", {"confirm": True})
            await eventually(lambda: acknowledged(restored) == 1)
            assert [Report.FromString(body).supporter_capacity.available for body in hub.reports()] == [1, 2, 3]
            assert all(stream["verified"] for stream in await restored.do("egress_verify", {}))


async def test_t04_a_restored_hub_gets_again_what_its_backup_lacks(tmp_path: Path) -> None:
    found(tmp_path / "hub", uplink=f"127.0.0.1:{free_port()}", enrollment=f"127.0.0.1:{free_port()}")
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        async with Node(data) as node:
            await report(node, 1)
            await eventually(lambda: acknowledged(node) == 1)
    shutil.copytree(tmp_path / "hub", tmp_path / "backup")
    async with running_hub(tmp_path) as hub, Node(data) as node:
        await report(node, 2)
        await _open(hub, "told, then forgotten")
        await eventually(lambda: acknowledged(node) == 2 and len(node.opened.read(list_incidents)) == 1)
    shutil.rmtree(tmp_path / "hub")
    shutil.copytree(tmp_path / "backup", tmp_path / "hub")
    await _begin_epoch(tmp_path / "hub")

    async with running_hub(tmp_path) as hub, Node(data) as node:
        await _open(hub, "after the restore")
        await eventually(lambda: node.opened.membership().hub_epoch == hub.process.region.hub_epoch > 1)
        await eventually(lambda: len(hub.reports()) == 2)
        await eventually(lambda: "after the restore" in {i.title for i in node.opened.read(list_incidents)})
        await report(node, 3)
        await eventually(lambda: acknowledged(node) == 3)
        assert [Report.FromString(body).supporter_capacity.available for body in hub.reports()] == [1, 2, 3]
        assert all(stream["verified"] for stream in await node.do("egress_verify", {}))


async def test_s06_a_second_copy_of_a_node_stops_before_it_sends(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        shutil.copytree(data, tmp_path / "copy")
        async with Node(data) as node:
            await report(node, 1)
            await eventually(lambda: acknowledged(node) == 1)
        async with Node(tmp_path / "copy") as copy:
            for count in range(5):
                await report(copy, 50 + count)
            await eventually(lambda: flow(copy) is Flow.AHEAD)
        assert [Report.FromString(body).supporter_capacity.available for body in hub.reports()] == [1]


async def test_t06_a_report_that_the_hub_refuses_to_read_halts_the_stream_without_a_poison_loop(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire", halted_retry_s=60.0)
        async with Node(data) as node:
            past_the_guard = Report(command_id=b"too short", supporter_capacity={"available": 1})
            write = partial(
                append_guarded,
                bodies=[past_the_guard.SerializeToString()],
                key=node.opened.bound_key,
                now=node.opened.clock.now(),
            )
            await node.opened.written("outbox", write)
            for _ in range(5):
                await report(node)  # each wakes the loop

            await eventually(lambda: flow(node) is Flow.HALTED)
            for _ in range(5):
                await report(node)
            shown = await status(node)

        assert "command_id" in shown["sending_stopped_because"]
        assert shown["waiting"] == 11
        assert hub.reports() == []
        stops = [record for record in caplog.records if record.message.startswith("sending has stopped")]
        assert len(stops) == 1


async def test_s09_an_evicted_node_says_that_it_was_removed(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        async with Node(data) as node:
            link = node.link
            assert link is not None
            await eventually(lambda: link.situation.last_heard_at is not None)

            await hub.ask("evict", agency="fire")
            await report(node)

            await eventually(lambda: "removed from the region" in link.situation.trouble)
            assert hub.reports() == []


async def test_a_notice_during_quiet_hours_needs_no_question_from_the_node(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as hub:
        data = await joined_node(hub, tmp_path / "fire")
        async with Node(data) as node:
            link = node.link
            assert link is not None
            await eventually(link.situation.may_push.is_set)
            heard = hub.process.health.heard()
            for title in ("first", "second"):
                await _open(hub, title)
            await eventually(lambda: {i.title for i in node.opened.read(list_incidents)} == {"first", "second"})
            assert hub.process.health.heard() == heard


async def _begin_epoch(data: Path) -> None:
    """Do what an operator does after restoring a hub from a backup."""
    hub = open_hub(data)
    await hub.start()
    await operations_of(hub)["new epoch"]({})
    await hub.stop()


async def _open(hub: RunningHub, title: str) -> None:
    await hub.ask("incident open", title=title, type="other", agencies=["fire"], started_at="", jurisdictions=[])


def _board(connection: Connection) -> Sequence[BoardLine]:
    return list_board(connection, list_incidents(connection)[0].id)
