"""One hub on a store of its own, as its process works on it: a group of pushes or one command in a transaction."""

import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from common.errors import HoldfastError, WrongState
from common.storage.sqlite import open_sqlite
from common.storage.store import Store
from hub.domain.agency import Membership
from hub.domain.delivery import Batch
from hub.persistence import agencies, mailbox, streams
from hub.persistence.memory import Memory
from hub.persistence.region import get_region
from hub.persistence.transaction import Transaction
from hub.rpc.uplink import with_cursor
from hub.use_cases.epochs import begin_epoch
from hub.use_cases.intake import Accepted, Intake
from node.use_cases.delivery import HubProgress
from tests.builders import TRUST_DOMAIN

T = TypeVar("T")
HUB_KEY = Ed25519PrivateKey.from_private_bytes(b"\x04" * 32)
STORE_KEY = b"k" * 32


class PowerCut(Exception):
    """The process ended just before the commit."""


class SimulatedHub:
    """A hub process; it can end at any moment, and start again on what is stored."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = opened(path)
        self._restart()

    def _restart(self) -> None:
        with self.store.read() as connection:
            self.epoch = get_region(connection).hub_epoch
        self._read_members()
        self._memory = Memory()
        self._intake = Intake(TRUST_DOMAIN, HUB_KEY, self.epoch)

    def take(
        self, batches: Sequence[Batch], now: datetime, *, ends: bool = False
    ) -> Sequence[Accepted | HoldfastError] | None:
        """Apply a group of pushes; None when the process ends before the commit."""
        return self._write(lambda tx: self._intake.apply(batches, tx, now), now, ends)

    def run(self, command: Callable[[Transaction, datetime], T], now: datetime, *, ends: bool = False) -> T | None:
        """Run one of the hub's own commands, which the memory does not outlive."""
        self._memory.forget()
        done = self._write(lambda tx: command(tx, now), now, ends)
        self._memory.forget()
        self._read_members()
        return done

    def _write(self, work: Callable[[Transaction], T], now: datetime, ends: bool) -> T | None:
        try:
            with self.store.begin() as connection:
                tx = Transaction(connection, now, self._memory, self.epoch)
                done = work(tx)
                tx.deliver()
                if ends:
                    raise PowerCut
        except PowerCut:
            self._restart()
            return None
        except HoldfastError:
            self._memory.forget()
            raise
        return done

    def progress(self, agency_id: bytes, stream_id: bytes) -> HubProgress:
        """Answer a heartbeat."""
        with self.store.read() as connection:
            stream = streams.load_streams(connection, [stream_id]).get(stream_id)
        own = stream is not None and stream.agency_id == agency_id
        return HubProgress(self.epoch, stream.next_sequence if own and stream else 0)

    def mail(self, agency_id: bytes, after: int, asked_epoch: int, limit: int) -> list[bytes]:
        """Give the next notices of a mailbox, as `Uplink.Watch` sends them.

        Raises:
            WrongState: the cursor is of another epoch, or beyond the mailbox's end.
        """
        if after and asked_epoch != self.epoch:
            raise WrongState("this mailbox began anew")
        with self.store.read() as connection:
            page = mailbox.read_mail(connection, agency_id, after, limit)
            if not page and after > mailbox.load_heads(connection, [agency_id])[agency_id]:
                raise WrongState("the agency's mailbox ends before the cursor")
        return [with_cursor(cursor, body) for cursor, body in page]

    def _read_members(self) -> None:
        """Read who may call."""
        with self.store.read() as connection:
            every = agencies.list_agencies(connection)
        self.members = {each.id for each in every if each.membership is Membership.JOINED}

    def copy_to(self, path: Path) -> None:
        """Keep a backup."""
        copy_store(self.store, self.path, path)

    def restore_from(self, path: Path, now: datetime) -> None:
        """Put a backup in place of the store, begin a new epoch, and start again."""
        put_store(path, self.store, self.path)
        self._restart()
        self.run(begin_epoch, now)
        self._restart()


@cache
def opened(path: Path) -> Store:
    """Open a store, once in a process: what its engines have compiled serves every example."""
    return open_sqlite(path, STORE_KEY)


def copy_store(store: Store, path: Path, to: Path) -> None:
    """Copy an open store to another file, whole: its log is written back first."""
    raw = store.writing.raw_connection()
    busy, *_ = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert not busy, "the copy would lack what stands in the log"
    raw.close()
    shutil.copyfile(path, to)


def put_store(copy: Path, store: Store, path: Path) -> None:
    """Put a copy in the place of a store's file. The store goes on with connections of its own to that."""
    for engine in (store.reading, store.writing):
        engine.dispose()
    for leftover in ("-wal", "-shm"):
        path.with_name(path.name + leftover).unlink(missing_ok=True)
    shutil.copyfile(copy, path)
