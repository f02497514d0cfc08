"""The embedded store: SQLite through sqlcipher3, for its current SQLite and its encryption of the whole file.

1. WAL with synchronous=FULL: a commit that returned survives a power cut.
2. One connection writes, in `BEGIN IMMEDIATE`; it also checkpoints. SQLite before 3.51.3 can corrupt a WAL
   that several writers reset, and the interpreter's own SQLite is often older than that.
3. An existing store is opened, never made anew in its place: a missing, empty or damaged file is an error that says how
   to restore (TRUST.md d03).
4. A process that ended without closing its store leaves a log and a file that says so. Where the log is gone then, the
   store lacks what was committed last, and is refused.

Source: DESIGN.md 5, 6; TRUST.md, known traps.
"""

import os
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool, StaticPool

from common.errors import NotFound, WrongState
from common.storage.store import Store

READERS = 4
BUSY_S = 10.0
WRITER_CACHE_KIB, READER_CACHE_KIB = 65_536, 32_768  # a page that is not in it is read and decrypted again
KEY_BYTES = 32
STATEMENTS_KEPT = 512  # prepared, of one connection: what many rows are written with has a form for each number of rows

_RESTORE = "Nothing was changed. Restore it from the last backup, or put the right key file back"


def create_sqlite(path: Path, key: bytes) -> Store:
    """Make a new store file. The caller runs the migrations.

    Raises:
        WrongState: the file exists already.
    """
    if path.exists():
        raise WrongState(f"the store {path.name!r} exists already: it is never overwritten")
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    return _open(path, key)


def open_sqlite(path: Path, key: bytes) -> Store:
    """Open an existing store file.

    Raises:
        NotFound: there is no such file.
        WrongState: empty, damaged, or encrypted under another key.
    """
    if not path.exists():
        raise NotFound(f"there is no store {path.name!r} here. {_RESTORE}")
    if path.stat().st_size == 0:
        raise WrongState(f"the store {path.name!r} is empty: it lost its content. {_RESTORE}")
    if _in_use(path).exists() and not path.with_name(path.name + "-wal").exists():  # 4
        raise WrongState(
            f"the log {path.name}-wal is missing, and what was written last is in it: put it back where it was. "
            f"{_RESTORE}. If it is lost for good, remove {_in_use(path).name} to go on without what was in it"
        )
    store = _open(path, key)
    try:
        with store.reading.connect() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
    except Exception as error:
        store.close()
        raise WrongState(f"the store {path.name!r} cannot be read: damaged, or not this key. {_RESTORE}") from error
    return store


def sqlite_version() -> str:
    """Name the SQLite that this process uses."""
    return str(sqlcipher.sqlite_version)


def _open(path: Path, key: bytes) -> Store:
    if len(key) != KEY_BYTES:
        raise WrongState(f"a database key has {KEY_BYTES} bytes, this file holds {len(key)}")
    # StaticPool: the one writing connection lives as long as the process, so that the WAL has one owner.
    writing = _engine(path, key, poolclass=StaticPool, begin="BEGIN IMMEDIATE", read_only=False)
    reading = _engine(
        path, key, poolclass=QueuePool, pool_size=READERS, max_overflow=0, begin="BEGIN DEFERRED", read_only=True
    )
    return Store(writing, reading, _in_use(path))


def _in_use(path: Path) -> Path:
    return path.with_name(path.name + "-in-use")


def _engine(path: Path, key: bytes, *, begin: str, read_only: bool, **pool: Any) -> Engine:
    def connect() -> Any:
        connection = sqlcipher.connect(
            str(path),
            timeout=BUSY_S,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=STATEMENTS_KEPT,
        )
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("PRAGMA cipher_log_level = NONE")  # what it prints is not our log format
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{READER_CACHE_KIB if read_only else WRITER_CACHE_KIB}")
        if read_only:
            connection.execute("PRAGMA query_only = ON")
        else:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")  # what was erased stays on no free page
        return connection

    engine = create_engine("sqlite://", module=sqlcipher, creator=connect, **pool)

    @event.listens_for(engine, "begin")
    def start(connection: Any) -> None:
        # The driver is in autocommit mode: only so does SQLAlchemy, not the driver, decide where a transaction starts.
        connection.exec_driver_sql(begin)

    return engine


def changes_made(connection: Connection) -> int:
    """Count the rows that a connection has changed since it was opened: what changed nothing leaves it as it was."""
    return int(connection.connection.driver_connection.total_changes)  # type: ignore[union-attr]
