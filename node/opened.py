"""An opened data directory: its lock, its store, its keys. The process and a command on a stopped node work alike.

1. The directory's lock comes first: a second process is refused before it touches the store.
2. A store that should be there and is not, is an error; it is never made anew in its place.
3. One thread writes, each use case in one transaction. A store that cannot be written says so, and nothing leaves.

Source: DESIGN.md 5, 6; TRUST.md d01, d02, d03, d08.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from common.clock import Clock, SystemClock
from common.errors import NotFound, TemporarilyUnavailable, WrongState
from common.failpoint import reach
from common.settings import load_settings
from common.storage.lock import DirectoryLock
from common.storage.migration import migrate
from common.storage.sqlite import changes_made, create_sqlite, open_sqlite
from node import migrations
from node.credentials import CredentialFiles
from node.domain.membership import Membership
from node.keys import NodeKeys
from node.passing import PassingFiles
from node.persistence.audit import TRAIL
from node.persistence.membership import get_membership
from node.settings import SETTINGS_NAME, NodeSettings

STORE_NAME = "node.db"
_NOT_JOINED = "this node has not joined a hub yet: run `holdfast node join` with the string from its operator"
T = TypeVar("T")


class StoreUnwritable(TemporarilyUnavailable):
    """Disk full, read-only or failing. What was to be written is not; it can be tried again."""


UseCase = Callable[[Connection], T]


class OpenNode:
    """One node's data directory, held by this process until closed."""

    def __init__(self, data: Path, clock: Clock | None = None, holder: str = "holdfast node") -> None:
        """Open the directory of a node that joined, or that works without a hub.

        Raises:
            DirectoryHeld: another process works on it.
            NotFound: there is no such node, or a part of it is gone.
            WrongState: the store is damaged, or its key is another.
        """
        self.data = data
        self.clock = clock or SystemClock()
        self.files = CredentialFiles(data)
        _check_there(data)
        with ExitStack() as taken:  # given back when a later part cannot be had
            self._lock = taken.enter_context(DirectoryLock(data, holder))
            self.settings = load_settings(NodeSettings, data / SETTINGS_NAME)
            if not (self.files.is_joined or self.settings.agency_name):
                raise NotFound(_NOT_JOINED)
            self.bound_key = self.files.bound_key()
            self.keys = NodeKeys.open(data, self.settings)
            self.vault = self.keys.vault
            self.store = open_sqlite(data / STORE_NAME, self.keys.database_key)
            taken.callback(self.store.close)
            self.schema_revision = migrate(self.store, migrations.FOLDER)
            with self.store.begin() as connection:
                settled = self.keys.settle(connection)
            settled()
            self.passing = PassingFiles(data, self.clock)
            taken.pop_all()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store")
        self.on_written: Callable[[str], None] = (
            _tell_nobody  # hears of each commit that changed something, on its thread
        )

    def write(self, place: str, use_case: UseCase[T]) -> T:
        """Run a use case in one transaction. Only from the thread that opened a stopped node; else `written`.

        Args:
            place: names the failpoints round the commit, such as `outbox`.

        Raises:
            StoreUnwritable: the store cannot be written: disk full, or read-only.
        """
        try:
            with self.store.begin() as connection:
                before = changes_made(connection)
                result = use_case(connection)
                TRAIL.sign(connection, self.bound_key)
                has_changed = changes_made(connection) != before
                reach(f"node.{place}.before_commit")
        except OperationalError:
            raise StoreUnwritable(
                "the store cannot be written (is the disk full, or read-only?): nothing leaves until it can"
            ) from None
        reach(f"node.{place}.after_commit")
        if has_changed:
            self.on_written(place)
        return result

    def read(self, use_case: UseCase[T]) -> T:
        """Run a use case that only reads, on one consistent picture."""
        with self.store.read() as connection:
            return use_case(connection)

    async def written(self, place: str, use_case: UseCase[T]) -> T:
        """Run a use case in one transaction, on the one thread that writes."""
        return await self.on_writer(lambda: self.write(place, use_case))

    async def on_writer(self, command: Callable[[], T]) -> T:
        """Run a command that may call `write`, on the one thread that writes."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, command)

    async def reading(self, use_case: UseCase[T]) -> T:
        """Run a use case that only reads, on a thread of its own."""
        return await asyncio.to_thread(self.read, use_case)

    @property
    def has_hub(self) -> bool:
        """Tell whether this node joined a region; without a hub everything local works."""
        return self.files.is_joined

    def membership(self) -> Membership:
        """Give which agency this node is."""
        return self.read(get_membership)

    def close(self) -> None:
        """Finish what is being written, close the store (which checkpoints its log), give the directory up."""
        self._writer.shutdown(wait=True)
        self.passing.close()
        self.store.close()
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def _tell_nobody(place: str) -> None:
    pass


def prepare(data: Path) -> CredentialFiles:
    """Make a data directory for a node that is about to join; what is there stays."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings = data / SETTINGS_NAME
    if not settings.exists():  # the first of a node's files
        if any(not part.name.startswith((".", "lost+found")) for part in data.iterdir()):
            raise WrongState(f"{data.name!r} holds something else than a node: name a new directory with --data")
        settings.write_text("# Every setting has a good default; deploy/runbook.md lists them.\n", "utf-8")
    files = CredentialFiles(data)
    files.prepare()
    return files


def make_store(data: Path, files: CredentialFiles, key: bytes) -> None:
    """Make the store of a node that is joining; an unfinished one from an earlier attempt is made again."""
    path = data / STORE_NAME
    if path.exists() and path.stat().st_size == 0 and not files.is_joined:
        path.unlink()
    store = open_sqlite(path, key) if path.exists() else create_sqlite(path, key)
    reach("node.join.after_empty_store")
    try:
        migrate(store, migrations.FOLDER)
    finally:
        store.close()


def _check_there(data: Path) -> None:
    if not (data / SETTINGS_NAME).is_file():
        raise NotFound(
            f"there is no node in {data.name!r}: name its directory with --data; `holdfast node join` makes one that "
            "belongs to a region, `holdfast node init` one that works without a hub"
        )
