"""Copies a whole store into a new file under another key, while the store is written: one consistent picture of it.

1. The copy is made table by table into an empty file: what is left out was never in it, and no page of it is stale.
2. The store is attached and only read; the copy has no journal: a copy that failed is thrown away.

Source: SQLCipher's ATTACH ... KEY; DESIGN.md 6.
"""

import os
from collections.abc import Callable, Collection
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher

from common.errors import TemporarilyUnavailable, WrongState

_BUSY_S = 10.0
_OPERATIONS_BETWEEN = 200_000  # of SQLite's machine, until the progress is told again
_DAMAGED = "cannot be read: damaged, or not this key"


def copy_store(
    source: Path,
    key: bytes,
    target: Path,
    target_key: bytes,
    *,
    empty: Collection[str] = (),
    told: Callable[[int, int], None] | None = None,
) -> None:
    """Copy a store.

    Args:
        target: does not exist yet.
        empty: tables that are there in the copy, and have no row.
        told: called now and then with bytes written, of about how many.

    Raises:
        TemporarilyUnavailable: the disk of the copy is full.
        WrongState: the store is damaged, or its key is another.
    """
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    connection = sqlcipher.connect(str(target), timeout=_BUSY_S, isolation_level=None)
    try:
        connection.execute(f"PRAGMA key = \"x'{target_key.hex()}'\"")
        for setting in ("cipher_log_level = NONE", "journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute(f"ATTACH DATABASE ? AS source KEY \"x'{key.hex()}'\"", (str(source),))
        if told is not None:
            _tell(connection, source, target, told)
        connection.execute("BEGIN")
        _copy_tables(connection, frozenset(empty))
        connection.execute("COMMIT")
    except sqlcipher.DatabaseError as error:
        if "full" in str(error) or "disk I/O" in str(error) or "unable to open" in str(error):
            raise TemporarilyUnavailable(
                f"{target.name!r} cannot be written (is that disk full, or read-only?): make room and try again"
            ) from None
        raise WrongState(f"the store {source.name!r} {_DAMAGED}") from error
    finally:
        connection.close()
    _sync(target)


def _copy_tables(connection: "sqlcipher.Connection", empty: frozenset[str]) -> None:
    made = connection.execute("SELECT type, name, sql FROM source.sqlite_master WHERE sql IS NOT NULL").fetchall()
    tables = [(name, sql) for kind, name, sql in made if kind == "table" and not name.startswith("sqlite_")]
    for name, sql in tables:
        connection.execute(sql)
        if name not in empty:
            connection.execute(f'INSERT INTO main."{name}" SELECT * FROM source."{name}"')  # noqa: S608  (own names)
    for kind, _, sql in made:
        if kind != "table":
            connection.execute(sql)


def _tell(connection: "sqlcipher.Connection", source: Path, target: Path, told: Callable[[int, int], None]) -> None:
    whole = max(source.stat().st_size, 1)

    def tell() -> int:
        told(min(target.stat().st_size, whole), whole)
        return 0

    connection.set_progress_handler(tell, _OPERATIONS_BETWEEN)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
