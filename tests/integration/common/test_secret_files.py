"""Secrets as files: for their owner alone, never through a link, whole or not there."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from common.errors import NotFound, WrongState
from common.storage.files import read_private, write_private


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.key"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.mark.parametrize("content", [b"", b"\x00\xff\r\n", b"k" * 3_000_000])
def test_a_secret_comes_back_as_it_was_written(path: Path, content: bytes) -> None:
    write_private(path, b"the one before")
    write_private(path, content)

    assert read_private(path) == content
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o377])
def test_a_secret_is_for_its_owner_alone_whatever_the_umask(path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        write_private(path, b"secret")
    finally:
        os.umask(before)

    assert mode(path) == 0o600


def test_a_draft_that_a_crash_left_open_to_others_is_closed_to_them(path: Path) -> None:
    draft = path.with_name("ledger.key.new")
    draft.write_bytes(b"left by a crash, and longer than what comes now")
    draft.chmod(0o644)

    write_private(path, b"secret")

    assert mode(path) == 0o600
    assert read_private(path) == b"secret"


@pytest.mark.parametrize("others", [0o640, 0o604, 0o620, 0o660, 0o601, 0o777])
def test_a_secret_that_others_can_reach_is_refused_with_the_command_that_helps(path: Path, others: int) -> None:
    write_private(path, b"secret")
    path.chmod(others)

    with pytest.raises(WrongState, match=r"'ledger\.key' can be read by others: run chmod 600"):
        read_private(path)


@pytest.mark.parametrize("own", [0o600, 0o400])
def test_a_secret_that_only_its_owner_can_reach_is_read(path: Path, own: int) -> None:
    write_private(path, b"secret")
    path.chmod(own)

    assert read_private(path) == b"secret"


def test_a_missing_secret_is_named_without_its_path(path: Path) -> None:
    with pytest.raises(NotFound, match=r"'ledger\.key' is missing: restore it") as refusal:
        read_private(path)
    assert str(path.parent) not in str(refusal.value)


def test_e03_a_link_is_not_read(path: Path) -> None:
    write_private(path.with_name("elsewhere"), b"another secret")
    path.symlink_to(path.with_name("elsewhere"))

    with pytest.raises(WrongState, match="or is a link"):
        read_private(path)


def test_e03_a_link_is_replaced_and_what_it_points_to_is_left_alone(path: Path) -> None:
    target = path.with_name("elsewhere")
    target.write_bytes(b"kept")
    path.symlink_to(target)

    write_private(path, b"secret")

    assert target.read_bytes() == b"kept"
    assert read_private(path) == b"secret"


def test_e03_a_draft_that_is_a_link_is_not_written_through(path: Path) -> None:
    target = path.with_name("elsewhere")
    target.write_bytes(b"kept")
    path.with_name("ledger.key.new").symlink_to(target)

    with pytest.raises(OSError, match="symbolic links"):
        write_private(path, b"secret")

    assert target.read_bytes() == b"kept"


def test_what_is_no_file_is_refused_at_once(path: Path) -> None:
    path.mkdir()
    with pytest.raises(WrongState, match="no plain file"):
        read_private(path)
    path.rmdir()
    os.mkfifo(path, 0o600)  # a reader that waited for its other end would wait for ever
    with pytest.raises(WrongState, match="no plain file"):
        read_private(path)


SHORT_OF_SPACE = """
import resource, signal, sys
from pathlib import Path
from common.storage.files import write_private
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
try:
    write_private(Path(sys.argv[1]), b"n" * 32)
except OSError as error:
    print(error.strerror)
"""


def test_d02_a_disk_that_takes_only_a_part_leaves_the_old_secret(path: Path) -> None:
    write_private(path, b"o" * 32)

    done = subprocess.run([sys.executable, "-c", SHORT_OF_SPACE, str(path)], capture_output=True, text=True)

    assert done.stdout == "File too large\n"
    assert read_private(path) == b"o" * 32


REWRITE = """
import sys
from pathlib import Path
from common.storage.files import write_private
print("begun", flush=True)
while True:
    for letter in (b"a", b"b"):
        write_private(Path(sys.argv[1]), letter * 200_000)
"""


def test_d01_a_secret_is_the_old_one_or_the_new_one_at_every_moment_of_a_rewrite(path: Path) -> None:
    write_private(path, b"a" * 200_000)
    with subprocess.Popen([sys.executable, "-c", REWRITE, str(path)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        seen = {read_private(path) for _ in range(300)}
        child.send_signal(signal.SIGKILL)
    seen.add(read_private(path))

    assert seen <= {b"a" * 200_000, b"b" * 200_000}
