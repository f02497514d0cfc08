"""A backup that is damaged, cut short or tampered with is refused, and nothing is made of it."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from common.errors import AlreadyExists, HoldfastError, NotFound, TemporarilyUnavailable, WrongState
from node.backups import form, making
from node.backups.restoring import restore_backup, verify_backup
from node.opened import OpenNode
from node.operations.backups import list_
from node.persistence import copies
from node.vault.keyring import WrongKey
from tests.builders import NOON
from tests.fakes import SetClock
from tests.node_backups import add_keys, back_up, readable, restored, say_nothing, with_key_of
from tests.node_keys import PowerCut


def _cut(name: str) -> Callable[[Path], object]:
    return lambda backup: (backup / name).write_bytes((backup / name).read_bytes()[:-100])


def _flip(name: str) -> Callable[[Path], None]:
    def flip(backup: Path) -> None:
        content = bytearray((backup / name).read_bytes())
        content[len(content) // 2] ^= 1
        (backup / name).write_bytes(bytes(content))

    return flip


def _edit(**changed: object) -> Callable[[Path], None]:
    def edit(backup: Path) -> None:
        path = backup / form.MANIFEST
        path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changed), "utf-8")

    return edit


def _link(name: str) -> Callable[[Path], None]:
    def link(backup: Path) -> None:
        moved = backup.parent.parent / "elsewhere"
        (backup / name).rename(moved)
        (backup / name).symlink_to(moved)

    return link


def _pipe(backup: Path) -> None:
    (backup / "records.db").unlink()
    os.mkfifo(backup / "records.db")


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "records cut off": (_cut("records.db"), r"'records\.db' has .* bytes, .* were written: it was not copied whole"),
    "records flipped": (_flip("records.db"), r"'records\.db' is damaged"),
    "records missing": (lambda backup: (backup / "records.db").unlink(), r"'records\.db' is missing"),
    "never finished": (lambda backup: (backup / "manifest.json").unlink(), r"'manifest\.json' is missing"),
    "manifest cut off": (_cut("manifest.json"), "is damaged"),
    "manifest changed": (_edit(made_at="2020-01-01T00:00:00+00:00"), "was changed after the backup was made"),
    "keys cut off": (_cut("../keys.sealed"), r"'keys\.sealed' is damaged"),
    "keys flipped": (_flip("../keys.sealed"), r"'keys\.sealed' is damaged"),
    "keys missing": (lambda backup: (backup.parent / "keys.sealed").unlink(), r"'keys\.sealed' is missing beside"),
    "a newer version": (_edit(schema_revision=999), "install the newer version"),
    "e03 a link": (_link("records.db"), r"'records\.db' is a link"),
    "e03 a linked manifest": (_link("manifest.json"), r"'manifest\.json' is a link"),
    "e03 a path": (_edit(files={"../../node.db": {"bytes": 1, "sha256": ""}}), "is damaged"),
    "e03 something else": (lambda backup: (backup / "records.db-journal").write_bytes(b"x"), "does not belong"),
    "e03 a pipe": (_pipe, "no plain"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_d03_e03_a_backup_that_is_not_as_it_was_written_is_refused_and_nothing_is_made(
    backed_up: OpenNode, tmp_path: Path, damage: str
) -> None:
    node = backed_up
    add_keys(node)
    backup = back_up(node, tmp_path / "backups")
    harm, told = DAMAGE[damage]
    harm(backup)

    with pytest.raises(HoldfastError, match=told):
        restore_backup(backup, tmp_path / "new", with_key_of(node.data), SetClock(NOON), say_nothing)
    with pytest.raises(HoldfastError, match=told):
        verify_backup(backup, node.keys.unwrapped, say_nothing)

    assert not list(tmp_path.glob("new*"))


def test_d03_the_wrong_key_is_refused_and_nothing_is_made(backed_up: OpenNode, tmp_path: Path) -> None:
    node = backed_up
    backup = back_up(node, tmp_path / "backups")
    with pytest.raises(WrongKey, match="wrong key"):
        restore_backup(backup, tmp_path / "new", lambda _: os.urandom(32), SetClock(NOON), say_nothing)
    assert not list(tmp_path.glob("new*"))


def test_e03_a_restore_goes_only_into_a_new_directory(backed_up: OpenNode, tmp_path: Path) -> None:
    node = backed_up
    backup = back_up(node, tmp_path / "backups")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    for taken in (node.data, tmp_path / "link", tmp_path / "empty"):
        with pytest.raises(AlreadyExists):
            restore_backup(backup, taken, with_key_of(node.data), SetClock(NOON), say_nothing)
    with pytest.raises(NotFound):
        restore_backup(backup, tmp_path / "no" / "new", with_key_of(node.data), SetClock(NOON), say_nothing)
    linked = tmp_path / "backups" / "20200101T000000Z"
    linked.symlink_to(backup)
    with pytest.raises(NotFound):
        restore_backup(linked, tmp_path / "new", with_key_of(node.data), SetClock(NOON), say_nothing)


@pytest.mark.parametrize("place", ["after_copy", "after_keys", "after_manifest", "after_name"])
def test_d01_a_backup_that_is_cut_short_harms_none_and_the_next_one_works(
    backed_up: OpenNode, tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = backed_up
    ids = add_keys(node)
    first = back_up(node, tmp_path / "backups")

    def cut(name: str) -> None:
        if name == f"node.backup.{place}":
            raise PowerCut

    with monkeypatch.context() as patched:
        patched.setattr(making, "reach", cut)
        with pytest.raises(PowerCut):
            back_up(node, tmp_path / "backups")

    verify_backup(first, node.keys.unwrapped, say_nothing)
    assert all(line["wrong"] is None for line in list_(node, {}))
    last = back_up(node, tmp_path / "backups")
    assert not list((tmp_path / "backups").glob("*.partial"))
    with restored(last, tmp_path / "new", with_key_of(node.data)) as new:
        assert readable(new, ids) == set(ids)


@pytest.mark.parametrize("name", ["_copy_tables", "write_private", "write_present_keys"])
def test_d02_a_full_disk_makes_no_backup_and_harms_none(
    backed_up: OpenNode, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = backed_up
    first = back_up(node, tmp_path / "backups")

    def full(*_: object) -> None:
        if name == "_copy_tables":
            raise sqlcipher.OperationalError("database or disk is full")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(copies if name == "_copy_tables" else making, name, full)
        with pytest.raises(TemporarilyUnavailable, match="make room"):
            back_up(node, tmp_path / "backups")

    assert [path.name for path in sorted((tmp_path / "backups").iterdir())] == [first.name, "keys.sealed"]
    verify_backup(first, node.keys.unwrapped, say_nothing)
    back_up(node, tmp_path / "backups")


def test_a_folder_that_is_away_is_told(backed_up: OpenNode, tmp_path: Path) -> None:
    node = backed_up
    shutil.rmtree(tmp_path / "backups")
    with pytest.raises(WrongState, match="is its disk attached"):
        making.make_backup(node, None, say_nothing)
