"""Files that pass through the console: private, sealed, their owner's alone, gone after their time."""

import os
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from common.errors import InvalidRequest, NotFound, TemporarilyUnavailable, TooMuch
from node.operations.imports import import_
from node.operations.passing_files import receive
from node.passing import FOLDER, KEPT_FOR, MOST, PassingFiles
from tests.builders import NOON
from tests.fakes import SetClock
from tests.importing import COORDINATOR, HEADING
from tests.local_node import local_node

ANN, BEN = b"a" * 16, b"b" * 16
CANARY = b"canary-told-in-a-sheet"


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
def passing(tmp_path: Path, clock: SetClock) -> Iterator[PassingFiles]:
    files = PassingFiles(tmp_path, clock)
    yield files
    files.close()


def on_disk(folder: Path) -> list[Path]:
    return sorted((folder / FOLDER).glob("*"))


def test_i01_a_file_lies_sealed_and_private_and_is_its_owners_alone(passing: PassingFiles, tmp_path: Path) -> None:
    kept = passing.keep(ANN, "log.csv", CANARY)

    [path] = on_disk(tmp_path)
    assert CANARY not in path.read_bytes()
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)
    assert passing.get(ANN, kept) == ("log.csv", CANARY)
    for owner, said in ((BEN, kept), (ANN, "../node.toml"), (ANN, "0" * 32)):
        with pytest.raises(NotFound, match="this file is gone"):
            passing.get(owner, said)
    passing.drop(BEN, kept)
    assert passing.get(ANN, kept)
    passing.drop(ANN, kept)
    assert on_disk(tmp_path) == []


def test_a_file_goes_after_its_hour_and_what_a_crash_left_goes_when_the_node_opens(
    passing: PassingFiles, tmp_path: Path, clock: SetClock
) -> None:
    old = passing.keep(ANN, "log.csv", CANARY)
    clock.advance(KEPT_FOR)
    new = passing.keep(ANN, "log.csv", CANARY)
    assert [path.name for path in on_disk(tmp_path)] == [new]
    with pytest.raises(NotFound):
        passing.get(ANN, old)

    PassingFiles(tmp_path, clock)
    assert on_disk(tmp_path) == []


def test_d02_files_that_wait_are_bounded_and_a_full_disk_is_said(
    passing: PassingFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: SetClock
) -> None:
    for _ in range(MOST):
        passing.keep(ANN, "log.csv", b"x")
    with pytest.raises(TooMuch, match="many files wait here"):
        passing.keep(BEN, "log.csv", b"x")
    clock.advance(KEPT_FOR + timedelta(seconds=1))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TemporarilyUnavailable, match="is the disk full"):
        passing.keep(BEN, "log.csv", b"x")
    assert on_disk(tmp_path) == []


def test_an_upload_is_imported_once_and_removed_and_a_try_leaves_it(tmp_path: Path) -> None:
    with local_node(tmp_path) as node:
        content = (HEADING + "10/25/2025,Peer 1,Ann Lee,work\n10/35/2025,Peer 1,Ann Lee,work\n").encode()
        upload = receive(node, COORDINATOR, {"content": content, "name": "log.csv"})["upload"]
        tried = import_(node, COORDINATOR, {"upload": upload, "dry_run": True})
        assert (tried["new"], tried["refused"], tried["refused_rows"][0]["line"]) == (1, 1, 3)
        assert tried["map_text"].startswith("# How this file is read.")
        done = import_(node, COORDINATOR, {"upload": upload, "map_text": tried["map_text"]})
        assert (done["imported"], done["refused"]) == (1, 1)
        _, refused = node.passing.get(COORDINATOR.user_id, done["refused_file"])
        assert b"10/35/2025" in refused
        with pytest.raises(NotFound, match="this file is gone"):
            import_(node, COORDINATOR, {"upload": upload})


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "log.csv", "it is empty"),
        ("a text", "log.csv", "the bytes of a file are needed"),
        (None, "log.csv", "the bytes of a file are needed"),
        (b"a,b\n", "log\n.csv", "holds a sign that cannot be shown"),
    ],
)
def test_t07_what_is_no_upload_is_refused(tmp_path: Path, content: object, name: str, said: str) -> None:
    with local_node(tmp_path) as node, pytest.raises(InvalidRequest, match=f"file: {said}"):
        receive(node, COORDINATOR, {"content": content, "name": name})
