"""`holdfast demo --check`, end to end; and that its comparison of stores can fail."""

import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from common.storage.sqlite import open_sqlite
from deploy.demo.comparison import compare
from deploy.demo.line import LOOPBACK, Line
from deploy.demo.processes import free_port
from deploy.demo.stores import read_stores
from hub.persistence.database import open_embedded
from node.credentials import CredentialFiles
from node.opened import STORE_NAME

pytestmark = pytest.mark.xdist_group("demo")  # one played demo serves every test here

LONGEST_S = 150  # of a demo on a busy machine; 20 are usual
DEMO = [sys.executable, "-c", "from common.command import main; main()", "demo"]


def last_line(printed: str) -> dict[str, Any]:
    """Read the JSON that a command printed last."""
    told: dict[str, Any] = json.loads(printed.strip().splitlines()[-1])
    return told


def processes_on(folder: Path) -> list[str]:
    """List the processes whose command line names something in a folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().decode(errors="replace")
        except OSError:
            continue  # it ended meanwhile
        if str(folder) in words:
            found.append(words.replace("\0", " "))
    return found


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Play the demo once: its folder, kept, and the figures it ended with."""
    folder = tmp_path_factory.mktemp("demo") / "kept"
    command = [*DEMO, "--check", "--seed", "7", "--keep", str(folder)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S)
    assert ended.returncode == 0, ended.stderr
    assert processes_on(folder) == []
    return folder, last_line(ended.stdout)


@pytest.fixture
def copied(played: tuple[Path, dict[str, Any]], tmp_path: Path) -> Path:
    """Copy the stores of the played demo, to be tampered with."""
    return shutil.copytree(played[0], tmp_path / "copy", ignore=shutil.ignore_patterns("*.sock"))


@contextmanager
def hub_store(folder: Path) -> Iterator[Connection]:
    """Write to a copied hub's store, past all of its rules."""
    store = open_embedded(folder / "hub")
    try:
        with store.begin() as connection:
            yield connection
    finally:
        store.close()


@contextmanager
def node_store(folder: Path, key: str) -> Iterator[Connection]:
    """Write to a copied node's store, past all of its rules."""
    data = folder / key
    store = open_sqlite(data / STORE_NAME, CredentialFiles(data).database_key())
    try:
        with store.begin() as connection:
            yield connection
    finally:
        store.close()


def test_nothing_is_lost_or_counted_twice_through_a_cut_a_killed_node_and_a_killed_hub(
    played: tuple[Path, dict[str, Any]],
) -> None:
    _, told = played

    assert told["broken"] == []
    assert (told["agencies"], told["ledgers_verified"], told["ledgers_verified_running"]) == (6, 6, 6)
    assert (told["lost"], told["counted_twice"], told["boards_equal"]) == (0, 0, True)
    assert (told["network_cuts"], told["nodes_killed"], told["hubs_killed"]) == (1, 1, 1)
    # 6 capacities at the opening, 6 activations, 1 and 6 capacities at the two kills, 6 teams standing down
    assert told["reports_written"] == told["reports_acknowledged"] == 25
    assert told["waited_offline"] >= 1  # the sheriff's activation, written while its line was cut


def test_stores_that_were_kept_are_judged_again_with_the_same_verdict(played: tuple[Path, dict[str, Any]]) -> None:
    folder, told = played

    ended = subprocess.run([*DEMO, "--judge", str(folder)], capture_output=True, text=True, timeout=LONGEST_S)

    assert ended.returncode == 0, ended.stderr
    assert last_line(ended.stdout).items() <= told.items()


@pytest.mark.parametrize(
    ("tampering", "figure", "found"),
    [
        ("DELETE FROM report WHERE stream_number = 1 AND sequence = 2", "lost", 1),
        ("UPDATE activation SET version = version + 1 WHERE position = 0", "counted_twice", 1),
    ],
    ids=["a report is gone from the hub", "an effect was applied twice"],
)
def test_the_demo_ends_with_1_when_a_promise_is_broken(copied: Path, tampering: str, figure: str, found: int) -> None:
    with hub_store(copied) as connection:
        connection.exec_driver_sql(tampering)

    ended = subprocess.run([*DEMO, "--judge", str(copied)], capture_output=True, text=True, timeout=LONGEST_S)

    assert ended.returncode == 1, ended.stderr
    told = last_line(ended.stdout)
    assert {name: told[name] for name in ("lost", "counted_twice")} == {"lost": 0, "counted_twice": 0, figure: found}
    assert told["broken"]


@pytest.mark.parametrize(
    ("tampering", "figure", "found"),
    [
        ("UPDATE report SET body = CAST(body || x'00' AS BLOB) WHERE stream_number = 1 AND sequence = 1", "lost", 1),
        ("UPDATE activation SET version = version - 1 WHERE position = 0", "lost", 1),
        ("UPDATE supporter_capacity SET available = available + 1", "lost", 6),
        ("INSERT INTO report SELECT stream_number, 99, body, outcome, received_at FROM report "
         "WHERE stream_number = 1 AND sequence = 1", "counted_twice", 1),
        ("DELETE FROM receipt WHERE stream_number = 1", "ledgers_verified", 5),
        ("UPDATE activation SET status = 3 WHERE position = 0", "boards_equal", False),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_hubs_store_is_found(copied: Path, tampering: str, figure: str, found: object) -> None:
    with hub_store(copied) as connection:
        connection.exec_driver_sql(tampering)

    verdict = compare(*read_stores(copied))

    assert verdict.figures()[figure] == found
    assert verdict.broken


@pytest.mark.parametrize(
    ("tampering", "figure", "found"),
    [
        ("UPDATE ledger_leaf SET body = CAST(body || x'00' AS BLOB) WHERE sequence = 2", "ledgers_verified", 5),
        ("DELETE FROM board_line WHERE version = (SELECT max(version) FROM board_line)", "boards_equal", False),
        ("UPDATE outbox SET outcome = NULL WHERE sequence = 1", "reports_acknowledged", 24),
        ("UPDATE outbox SET outcome = 6 WHERE sequence = 1", "lost", 0),
        ("UPDATE membership SET mailbox_cursor = mailbox_cursor - 1", "lost", 0),
    ],
)
def test_what_is_wrong_in_a_nodes_store_is_found(copied: Path, tampering: str, figure: str, found: object) -> None:
    with node_store(copied, "sheriff") as connection:
        connection.exec_driver_sql(tampering)

    verdict = compare(*read_stores(copied))

    assert verdict.figures()[figure] == found
    assert verdict.broken


def test_a_node_whose_store_is_gone_is_missed(copied: Path) -> None:
    shutil.rmtree(copied / "ems")

    verdict = compare(*read_stores(copied))

    assert any("Cedar Valley Ambulance" in sentence for sentence in verdict.broken)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_that_is_interrupted_leaves_no_process_and_no_file(tmp_path: Path, number: signal.Signals) -> None:
    with subprocess.Popen(
        [*DEMO, "--check"],
        env={"TMPDIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as demo:
        assert wait_until(lambda: any("node join" in words for words in processes_on(tmp_path)))

        demo.send_signal(number)

        assert demo.wait(30) == 128 + number
    assert processes_on(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_line_carries_until_it_is_cut_and_again_when_it_is_restored() -> None:
    here = free_port()
    with socket.create_server((LOOPBACK, 0)) as server:
        line = Line([(here, server.getsockname()[1])])
        try:
            with socket.create_connection((LOOPBACK, here)) as caller, server.accept()[0] as answering:
                caller.sendall(b"heard")
                assert answering.recv(100) == b"heard"
                line.cut()
                assert is_gone(caller)
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((LOOPBACK, here))
            line.restore()
            with socket.create_connection((LOOPBACK, here)) as caller, server.accept()[0] as answering:
                answering.sendall(b"answered")
                assert caller.recv(100) == b"answered"
        finally:
            line.close()


def is_gone(connection: socket.socket) -> bool:
    """Tell whether a connection was ended from the other side."""
    connection.settimeout(LONGEST_S)
    try:
        return connection.recv(100) == b""
    except ConnectionError:
        return True


def wait_until(holds: Callable[[], bool]) -> bool:
    """Wait until something holds; tell whether it came to that."""
    until = time.monotonic() + LONGEST_S
    while not (held := holds()) and time.monotonic() < until:
        time.sleep(0.05)
    return held
