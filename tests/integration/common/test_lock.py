"""One process for one data directory (TRUST.md d08)."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from common.storage.lock import LOCK_NAME, DirectoryHeld, DirectoryLock

HOLD = """
import sys
from pathlib import Path
from common.storage.lock import DirectoryLock
lock = DirectoryLock(Path(sys.argv[1]), "hub")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def another_process(directory: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the directory until its input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(directory)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


def test_d08_a_second_process_is_refused_and_told_who_holds_the_directory(tmp_path: Path) -> None:
    with another_process(tmp_path) as holder:
        with pytest.raises(DirectoryHeld) as refusal:
            DirectoryLock(tmp_path, "node")
        said = str(refusal.value)
        assert f"'{tmp_path.name}' is in use by hub, process {holder.pid}: stop it first" in said
        assert str(tmp_path) not in said  # a name, no path

        with pytest.raises(DirectoryHeld, match=f"process {holder.pid}"):  # the refused one has not taken its place
            DirectoryLock(tmp_path, "node")


def test_d08_the_directory_is_free_once_its_holder_was_killed(tmp_path: Path) -> None:
    with another_process(tmp_path) as holder:
        holder.send_signal(signal.SIGKILL)
        holder.wait()

        with DirectoryLock(tmp_path, "node"):
            assert (tmp_path / LOCK_NAME).read_text() == f"node, process {os.getpid()}\n"


def test_d08_the_same_process_cannot_hold_it_twice(tmp_path: Path) -> None:
    with DirectoryLock(tmp_path, "hub"), pytest.raises(DirectoryHeld, match=f"hub, process {os.getpid()}"):
        DirectoryLock(tmp_path, "hub")


def test_a_directory_that_was_given_up_is_free(tmp_path: Path) -> None:
    lock = DirectoryLock(tmp_path, "hub")
    lock.close()
    lock.close()  # twice does no harm

    with another_process(tmp_path):
        pass
    with DirectoryLock(tmp_path, "a much longer name than before"):
        pass
    with DirectoryLock(tmp_path, "hub"):
        assert (tmp_path / LOCK_NAME).read_text() == f"hub, process {os.getpid()}\n"


def test_two_directories_are_held_apart(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with another_process(tmp_path / "one"), DirectoryLock(tmp_path / "two", "hub"):
        pass


def test_e03_a_lock_file_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("kept")
    (tmp_path / LOCK_NAME).symlink_to(target)

    with pytest.raises(OSError, match="symbolic links"):
        DirectoryLock(tmp_path, "hub")

    assert target.read_text() == "kept"


def test_the_lock_does_not_pass_to_a_program_that_its_holder_starts(tmp_path: Path) -> None:
    with DirectoryLock(tmp_path, "hub"):
        started = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=False)
        assert started.stdin is not None
        assert started.stdout is not None
        started.stdin.write(b"it runs\n")
        started.stdin.flush()
        started.stdout.readline()
    with started, DirectoryLock(tmp_path, "hub"):
        assert started.poll() is None
