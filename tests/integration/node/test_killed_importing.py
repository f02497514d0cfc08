"""A running node that is killed in the middle of an import, then started again (TRUST.md d01, d09).

The node, the command and the kill are real: `holdfast node run`, `holdfast node import`, SIGKILL.
"""

import signal
import subprocess
import time
from pathlib import Path

from common.access.roles import Role
from common.errors import HoldfastError
from common.rpc.local import call_local
from node.cli.asking import ask
from node.cli.session import token_file
from node.founding import found
from node.opened import OpenNode
from tests.node_command import line
from tests.people import sign_in_as

ROWS, PEOPLE = 12_000, 300
SOON_S = 60.0


def _sheet(path: Path) -> Path:
    rows = (
        f"2025-{1 + number % 9:02}-{1 + number % 28:02},Peer {number % 20},Ann{number % PEOPLE:03} Lee,work,{number}\n"
        for number in range(ROWS)
    )
    path.write_text("Date,Peer,Employee,Reason,Incident #\n" + "".join(rows))
    return path


def _founded(tmp_path: Path) -> Path:
    data = tmp_path / "node"
    found(data, "Ridgeline Fire District", "UTC", "default")
    with OpenNode(data) as node:
        token_file(data).keep(sign_in_as(node, Role.COORDINATOR))
    return data


def _wait_for_some(data: Path) -> None:
    """Wait until the node that runs has stored some of the file."""
    begun = time.monotonic()
    while not any(run["imported"] for run in ask(data, "imports")):
        assert time.monotonic() - begun < SOON_S, "nothing was imported"
        time.sleep(0.02)


def _running(data: Path) -> "subprocess.Popen[bytes]":
    node = subprocess.Popen(**line("run", data=data), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not _answers(data):  # by its socket: a command would open a store that is stopped
        assert node.poll() is None, "the node ended by itself"
        time.sleep(0.05)
    return node


def _command(*words: str, data: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(**line(*words, data=data), capture_output=True, text=True, timeout=120, check=False)


def _answers(data: Path) -> bool:
    try:
        return bool(call_local(data, "status", {}))
    except HoldfastError:
        return False


def test_d01_a_node_that_is_killed_while_it_imports_loses_and_doubles_no_row(tmp_path: Path) -> None:
    data, sheet = _founded(tmp_path), _sheet(tmp_path / "sheet.csv")
    node = _running(data)
    importing = subprocess.Popen(
        **line("import", str(sheet), data=data), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        _wait_for_some(data)
    finally:
        node.send_signal(signal.SIGKILL)
        assert node.wait() == -signal.SIGKILL
    _, said = importing.communicate()
    assert importing.returncode == 2, said
    assert "Traceback" not in said

    node = _running(data)
    try:
        cut_off = ask(data, "imports")[0]
        assert cut_off["finished_at"] is None
        assert 0 < cut_off["imported"] < ROWS
        for left in (ROWS - cut_off["imported"], 0):
            again = _command("import", str(sheet), data=data)
            assert again.returncode == 0, again.stderr
            assert f"{ROWS:,} rows read: {left:,} imported, {ROWS - left:,} already there" in again.stdout
        for kind, count in (("encounters", ROWS), ("members", PEOPLE), ("supporters", 20)):
            told = _command("export", kind, "-o", str(tmp_path / f"{kind}.csv"), data=data)
            assert told.stdout.startswith(f"{count:,} {kind} are in"), told.stdout
    finally:
        node.terminate()
        node.wait()
    assert "ok    store: every page is whole" in _command("doctor", data=data).stdout


def test_d01_who_stops_an_import_is_told_how_to_go_on_and_no_row_is_lost_or_doubled(tmp_path: Path) -> None:
    data, sheet = _founded(tmp_path), _sheet(tmp_path / "sheet.csv")
    node = _running(data)
    try:
        importing = subprocess.Popen(
            **line("import", str(sheet), data=data), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        _wait_for_some(data)
        importing.send_signal(signal.SIGINT)
        _, said = importing.communicate()
        assert (importing.returncode, said.count("\n")) == (2, 1), said
        assert "stopped before its end" in said
    finally:
        node.terminate()
        node.wait()
    again = _command("import", str(sheet), data=data)
    assert again.returncode == 0, again.stderr
    told = _command("export", "encounters", "-o", str(tmp_path / "encounters.csv"), data=data)
    assert told.stdout.startswith(f"{ROWS:,} encounters are in"), told.stdout
