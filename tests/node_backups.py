"""A node with sealed records and backups of it."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from common.ids import new_id
from node.backups.making import make_backup
from node.backups.restoring import Fetch, restore_backup
from node.opened import OpenNode
from node.persistence.data_keys import KeyKind, find_keys, make_keys
from node.vault.fields import Place
from node.vault.sources import read_key_file
from tests.builders import NOON
from tests.fakes import SetClock

HERE = Place("encounter", "body", b"\x01" * 16)


def say_nothing(done: int, whole: int) -> None:
    """Nobody looks at the bar."""


def add_keys(node: OpenNode, number: int = 3) -> list[bytes]:
    """Data keys of that many subjects."""
    ids = [new_id(NOON) for _ in range(number)]
    node.write("test", lambda c: make_keys(c, node.vault, KeyKind.MEMBER, ids, NOON))
    return ids


def readable(node: OpenNode, ids: Iterable[bytes]) -> set[bytes]:
    """Those subjects whose key opens."""
    return set(node.read(lambda c: find_keys(c, node.vault, ids)))


def back_up(node: OpenNode, folder: Path) -> Path:
    """Make a backup, a minute after whatever was before."""
    folder.mkdir(exist_ok=True)
    assert isinstance(node.clock, SetClock)
    node.clock.advance(timedelta(minutes=1))
    return make_backup(node, folder, say_nothing)


def with_key_of(data: Path) -> Fetch:
    """Fetch the key-encryption key from the file of a node."""
    key = read_key_file(data / "secrets" / "key-encryption.key")
    return lambda _: key


def restored(backup: Path, new: Path, fetch: Fetch) -> OpenNode:
    """Restore a backup and open it."""
    restore_backup(backup, new, fetch, SetClock(NOON), say_nothing)
    return OpenNode(new, SetClock(NOON))


def everything_in(*folders: Path) -> bytes:
    """Every byte of every file."""
    return b"\0".join(path.read_bytes() for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
