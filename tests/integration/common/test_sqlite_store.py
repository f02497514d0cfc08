"""The embedded store: durable, encrypted, one writer; what is damaged is refused with advice and left as it is."""

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Column, Connection, Integer, LargeBinary, MetaData, Table, insert, select, text
from sqlalchemy.exc import DatabaseError, OperationalError

from common.errors import HoldfastError, NotFound, WrongState
from common.storage.sqlite import create_sqlite, open_sqlite, sqlite_version
from common.storage.store import Store

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
CANARY = b"canary-of-a-private-note"
ENTRY = Table("entry", MetaData(), Column("id", Integer, primary_key=True), Column("body", LargeBinary))


def add(connection: Connection, *ids: int, body: bytes = CANARY * 40) -> None:
    connection.execute(insert(ENTRY), [{"id": id_, "body": body} for id_ in ids])


def ids(connection: Connection) -> list[int]:
    return list(connection.execute(select(ENTRY.c.id).order_by(ENTRY.c.id)).scalars())


def read_ids(store: Store) -> list[int]:
    with store.read() as connection:
        return ids(connection)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hub.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """A new store with one table."""
    made = create_sqlite(path, KEY)
    with made.begin() as connection:
        ENTRY.create(connection)
    yield made
    made.close()


@pytest.fixture
def closed(store: Store, path: Path) -> Path:
    """The file of a store with 200 entries, which nobody has open: its WAL is in it."""
    with store.begin() as connection:
        add(connection, *range(200))
    store.close()
    return path


def fingerprints(folder: Path) -> dict[str, str]:
    """What lies in a folder, and that none of it changed."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def test_a_commit_that_returned_is_on_disk(store: Store) -> None:
    for _ in range(2):  # the one writing connection, also after a transaction
        with store.writing.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            assert driver.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
            assert driver.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert driver.execute("PRAGMA foreign_keys").fetchone() == (1,)
        with store.begin() as connection:
            add(connection, os.getpid() + len(ids(connection)))


def test_there_is_one_writing_connection_for_the_whole_process(store: Store) -> None:
    drivers = set()
    for _ in range(3):
        with store.begin() as connection:
            drivers.add(id(connection.connection.driver_connection))
    assert len(drivers) == 1


def test_this_sqlite_has_no_wal_reset_bug() -> None:
    assert tuple(map(int, sqlite_version().split("."))) >= (3, 51, 3)


def test_no_file_of_the_store_holds_plaintext_or_is_readable_by_others(store: Store, path: Path) -> None:
    with store.begin() as connection:
        add(connection, 1, 2, 3)
    files = list(path.parent.iterdir())

    assert {file.name for file in files} >= {"hub.db", "hub.db-wal"}
    for file in files:
        assert file.stat().st_mode & 0o077 == 0
        assert CANARY not in file.read_bytes()
        assert not file.read_bytes().startswith(b"SQLite format")


def add_and_fail(connection: Connection, id_: int) -> None:
    add(connection, id_)
    raise WrongState("no")


def test_what_failed_leaves_nothing(store: Store) -> None:
    with pytest.raises(WrongState), store.begin() as connection:
        add_and_fail(connection, 1)

    assert read_ids(store) == []


def test_a_savepoint_that_failed_leaves_the_rest_of_its_transaction(store: Store) -> None:
    with store.begin() as connection:
        add(connection, 1)
        with pytest.raises(WrongState), connection.begin_nested():
            add_and_fail(connection, 2)
        add(connection, 3)

    assert read_ids(store) == [1, 3]


def test_a_reader_sees_one_picture_and_never_half_a_transaction(store: Store) -> None:
    with store.read() as reading, store.begin() as writing:
        add(writing, 1)
        assert ids(reading) == []
        writing.commit()
        assert ids(reading) == []  # still: its picture is of the moment it began
    assert read_ids(store) == [1]


@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO entry VALUES (1, x'00')", "DELETE FROM entry", "CREATE TABLE other (id INTEGER)", "DROP TABLE entry"],
)
def test_a_reader_cannot_write(store: Store, statement: str) -> None:
    with store.read() as connection, pytest.raises(OperationalError, match="readonly"):
        connection.execute(text(statement))


def test_d03_a_missing_store_is_not_made_anew(path: Path) -> None:
    with pytest.raises(NotFound, match=r"no store 'hub\.db' here.*Restore it from the last backup"):
        open_sqlite(path, KEY)

    assert list(path.parent.iterdir()) == []


def test_d03_an_existing_store_is_never_overwritten(closed: Path) -> None:
    before = fingerprints(closed.parent)

    with pytest.raises(WrongState, match="exists already"):
        create_sqlite(closed, KEY)

    assert fingerprints(closed.parent) == before


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "zero length": lambda whole: b"",
    "first bytes only": lambda whole: whole[:100],
    "one page only": lambda whole: whole[:4096],
    "half of it": lambda whole: whole[: len(whole) // 2],
    "last page lost": lambda whole: whole[:-4096],
    "a bit flipped at its head": lambda whole: whole[:40] + bytes([whole[40] ^ 1]) + whole[41:],
    "zeros": lambda whole: bytes(len(whole)),
    "another kind of file": lambda whole: b"<html>" + whole,
    "not encrypted": lambda whole: b"SQLite format 3\x00" + whole[16:],
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_d03_a_damaged_store_is_refused_with_advice_and_left_as_it_is(closed: Path, damage: str) -> None:
    damaged = DAMAGE[damage](closed.read_bytes())
    closed.write_bytes(damaged)

    with pytest.raises(WrongState, match=r"'hub\.db' (is empty|cannot be read).*Restore it from the last backup"):
        open_sqlite(closed, KEY)

    assert closed.read_bytes() == damaged
    beside = {file.name: file.stat().st_size for file in closed.parent.iterdir() if file != closed}
    assert beside.get("hub.db-wal", 0) == 0  # nothing that would be added to a file that is restored here


def test_d03_the_wrong_key_is_refused_with_advice_and_harms_nothing(closed: Path) -> None:
    before = fingerprints(closed.parent)

    with pytest.raises(WrongState, match="put the right key file back"):
        open_sqlite(closed, OTHER_KEY)

    assert fingerprints(closed.parent) == before
    again = open_sqlite(closed, KEY)
    assert len(read_ids(again)) == 200
    again.close()


@pytest.mark.parametrize("key", [b"", b"k" * 31, b"k" * 33, b"6b" * 32])
def test_a_key_of_another_length_is_refused_before_the_file_is_touched(closed: Path, key: bytes) -> None:
    before = fingerprints(closed.parent)

    with pytest.raises(HoldfastError, match="a database key has 32 bytes"):
        open_sqlite(closed, key)

    assert fingerprints(closed.parent) == before


def test_t02_a_page_changed_on_disk_is_an_error_and_never_other_content(closed: Path) -> None:
    whole = bytearray(closed.read_bytes())
    for page in range(1, len(whole) // 4096):
        whole[page * 4096 + 2000] ^= 1
    closed.write_bytes(bytes(whole))
    store = open_sqlite(closed, KEY)

    with pytest.raises((DatabaseError, sqlcipher.DatabaseError)):
        read_ids(store)
    store.close()


CHILD = """
import sys
from pathlib import Path
from sqlalchemy import text
from common.storage.sqlite import open_sqlite
store = open_sqlite(Path(sys.argv[1]), b"k" * 32)
for number in range(1_000, 1_000_000):
    with store.begin() as connection:
        connection.execute(text("INSERT INTO entry VALUES (:id, zeroblob(500))"), {"id": number})
    print(number, flush=True)
"""


def test_d01_what_was_committed_before_a_kill_is_there_after_it(store: Store, path: Path) -> None:
    store.close()
    with subprocess.Popen([sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        told = [int(child.stdout.readline()) for _ in range(50)]
        child.send_signal(signal.SIGKILL)
        told += [int(line) for line in child.stdout]

    again = open_sqlite(path, KEY)
    stored = read_ids(again)
    again.close()

    assert stored[: len(told)] == told
    assert len(stored) - len(told) in (0, 1)  # committed, and killed before it could say so
