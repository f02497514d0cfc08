"""A bit that flipped in a store is named by the doctor before anybody needs that page."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.persistence import audit
from hub.persistence.database import open_embedded
from node.opened import OpenNode
from node.operations import WRITING
from node.process import Node
from tests.hub_process import HubProcess
from tests.hubs import found, running_hub
from tests.live_nodes import joined_node

PAGE = 4096


def doctor(side: str, data: Path, *words: str) -> list[str]:
    """The lines of `holdfast hub doctor` or `holdfast node doctor` about the store."""
    line = [sys.executable, "-m", side, "doctor", *words, "--data", str(data)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
    ended = subprocess.run(line, env=environment, capture_output=True, text=True, timeout=60)
    assert ended.stderr == ""
    return [line for line in ended.stdout.splitlines() if "page" in line]


def damage(store: Path, share: float = 0.75) -> int:
    """Flip one bit where the rows stand, behind the pages that every new store has; give the number of its page.

    Args:
        share: of the store's pages stand before it.
    """
    page = int(store.stat().st_size // PAGE * share)
    with store.open("r+b") as file:
        file.seek(page * PAGE + 1000)
        byte = file.read(1)[0]
        file.seek(page * PAGE + 1000)
        file.write(bytes([byte ^ 1]))
    return page + 1


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    """A stopped hub with an audit trail of many pages."""
    found(tmp_path / "hub")
    store = open_embedded(tmp_path / "hub")
    with store.begin() as connection:
        for number in range(3000):
            audit.record(connection, datetime.now(UTC), "operator", "look around", f"subject {number}", "done")
    store.close()
    process = HubProcess(tmp_path / "hub")
    yield process
    process.kill()


def test_d03_the_hubs_doctor_names_a_damaged_page_of_a_stopped_and_of_a_running_hub(hub: HubProcess) -> None:
    assert doctor("hub", hub.data) == ["ok    store: every page is whole"]
    page = damage(hub.data / "hub.db")

    for running in (False, True):
        if running:
            hub.start()
        [line] = doctor("hub", hub.data)
        assert line.startswith(f"WRONG store: DAMAGED (HMAC verification failed for page {page}): stop the hub")
        assert doctor("hub", hub.data, "--quick") == []


def test_d03_a_command_that_runs_into_a_damaged_page_says_so(hub: HubProcess) -> None:
    line = [sys.executable, "-m", "hub", "audit", "--data", str(hub.data)]
    ended = subprocess.run([*line, "--json"], capture_output=True, text=True, timeout=60)
    assert [entry["subject"] for entry in json.loads(ended.stdout)][-1] == "subject 2999"
    for share in (0.6, 0.7, 0.8, 0.9):  # of these, some hold lines: indexes have pages too
        damage(hub.data / "hub.db", share)

    ended = subprocess.run(line, capture_output=True, text=True, timeout=60)

    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "the store is damaged: stop the process" in ended.stderr


async def test_d03_the_nodes_doctor_names_a_damaged_page(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as running:
        data = await joined_node(running, tmp_path / "fire")
    with OpenNode(data) as opened:
        for available in range(300):
            WRITING["capacity"](opened, {"available": available})
    page = damage(data / "node.db")

    [line] = doctor("node", data)

    assert line.startswith(f"LOOK  store: DAMAGED (HMAC verification failed for page {page}): stop the node")


async def test_d03_the_doctor_of_a_running_node_reads_its_store(tmp_path: Path) -> None:
    async with running_hub(tmp_path) as running:
        data = await joined_node(running, tmp_path / "fire")
        async with Node(data) as node:
            assert await node.do("store_check", {}) == {"damage": ""}
            damage(data / "node.db")
            assert "HMAC verification failed" in (await node.do("store_check", {}))["damage"]
