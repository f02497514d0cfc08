"""`holdfast demo --check`, end to end; and that its comparison of stores can fail."""

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from common.clock import SystemClock
from deploy.demo.clock import ScenarioClock
from deploy.demo.line import LOOPBACK, Line
from deploy.demo.processes import free_port
from tests.demo_stores import DEMO, LONGEST_S, hub_store, judged, last_line, node_store, processes_on


def test_nothing_is_lost_or_counted_twice_through_a_cut_a_killed_node_and_a_killed_hub(
    played: tuple[Path, dict[str, Any]],
) -> None:
    _, told = played

    assert told["broken"] == []
    assert (told["agencies"], told["ledgers_verified"], told["ledgers_verified_running"]) == (6, 6, 6)
    assert (told["lost"], told["counted_twice"], told["boards_equal"]) == (0, 0, True)
    assert (told["network_cuts"], told["nodes_killed"], told["hubs_killed"]) == (1, 1, 1)
    # 6 signatures, 6 capacities, 6 activations, 2 about peers; 25 follow-ups opened, 14 offers made, 14 accepted, 2
    # declined, 25 first contacts, 25 closed; at the two kills 7 capacities, and one follow-up of each owner put on hold
    # and resumed: 4, or 5 when the ambulance has won a race; 6 teams standing down
    assert told["reports_written"] == told["reports_acknowledged"]
    assert told["reports_written"] - told["tables_released"] in (146, 148)
    # of six agencies: 24 months of capacity, and eight quarters of the other eleven tables; each period has its figures
    assert (told["tables_released"], told["editions"]) == (6 * (24 + 8 * 11), 24 + 8)
    assert told["events_played"] == 35
    # the five sheets as they are, row by row counted by hand; then 12 and 31 contacts after the incident
    assert (told["encounters_imported"], told["rows_refused"]) == (970 + 1120 + 1480 + 820 + 640, 0)
    assert told["encounters_logged"] == 12 + 31
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
        ("INSERT INTO report SELECT stream_number, 9999, body, outcome, received_at FROM report "
         "WHERE stream_number = 1 AND sequence = 1", "counted_twice", 1),
        ("DELETE FROM receipt WHERE stream_number = 1", "ledgers_verified", 5),
        ("UPDATE activation SET status = 3 WHERE position = 0", "boards_equal", False),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_hubs_store_is_found(copied: Path, tampering: str, figure: str, found: object) -> None:
    with hub_store(copied) as connection:
        connection.exec_driver_sql(tampering)

    verdict = judged(copied)

    assert verdict.figures()[figure] == found
    assert verdict.broken


@pytest.mark.parametrize(
    ("tampering", "figure", "found"),
    [
        ("UPDATE ledger_leaf SET body = CAST(body || x'00' AS BLOB) WHERE sequence = 2", "ledgers_verified", 5),
        ("DELETE FROM board_line WHERE version = (SELECT max(version) FROM board_line)", "boards_equal", False),
        ("UPDATE outbox SET outcome = 6 WHERE sequence = 1", "lost", 0),
        ("UPDATE membership SET mailbox_cursor = mailbox_cursor - 1", "lost", 0),
    ],
)
def test_what_is_wrong_in_a_nodes_store_is_found(copied: Path, tampering: str, figure: str, found: object) -> None:
    with node_store(copied, "sheriff") as connection:
        connection.exec_driver_sql(tampering)

    verdict = judged(copied)

    assert verdict.figures()[figure] == found
    assert verdict.broken


def test_an_answer_that_a_node_never_got_is_missed(copied: Path) -> None:
    with node_store(copied, "sheriff") as connection:
        connection.exec_driver_sql("UPDATE outbox SET outcome = NULL WHERE sequence = 1")

    verdict = judged(copied)

    figures = verdict.figures()
    assert figures["reports_acknowledged"] == figures["reports_written"] - 1
    assert verdict.broken


def test_a_node_whose_store_is_gone_is_missed(copied: Path) -> None:
    shutil.rmtree(copied / "ems")

    verdict = judged(copied)

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


def test_a_line_that_is_held_keeps_what_is_on_the_way_and_its_connections() -> None:
    here = free_port()
    with socket.create_server((LOOPBACK, 0)) as server:
        line = Line([(here, server.getsockname()[1])])
        try:
            with socket.create_connection((LOOPBACK, here)) as caller, server.accept()[0] as answering:
                line.hold()
                caller.sendall(b"late")
                answering.settimeout(0.2)
                with pytest.raises(TimeoutError):
                    answering.recv(100)
                line.release()
                answering.settimeout(LONGEST_S)
                assert answering.recv(100) == b"late"
                line.hold()
                caller.sendall(b"never")
                line.cut()
                assert is_gone(caller)
        finally:
            line.close()


def test_the_scenarios_clock_runs_on_from_where_it_was_moved_and_never_back(tmp_path: Path) -> None:
    clock, machine = ScenarioClock(tmp_path / "clock"), SystemClock()
    assert clock.now() - machine.now() < timedelta(seconds=1)

    clock.move_to(machine.now() + timedelta(days=3))
    moved = ScenarioClock(tmp_path / "clock").now()
    clock.move_to(machine.now() + timedelta(days=1))

    assert moved - machine.now() > timedelta(days=3, seconds=-1)
    assert clock.now() >= moved


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
