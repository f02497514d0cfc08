"""Which store a hub has: the embedded one, or PostgreSQL when it must survive the loss of a machine.

On PostgreSQL several hub processes share one store. Each still has one writer, and the writers take turns by an
advisory lock held for one transaction: what one process decides, it decides on what the others committed.

Source: DESIGN.md 5.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool

from common.errors import TemporarilyUnavailable
from common.storage.files import read_private
from common.storage.sqlite import READERS, create_sqlite, open_sqlite
from common.storage.store import Store

STORE_NAME = "hub.db"
KEY_FILE = "database.key"
_NUMBER = "transaction number"
WRITERS_TURN = 0x486F6C64  # "Hold": the advisory lock that the writers of one database share
# Numbers are given in turn: one that follows another's says that nobody wrote between the two transactions.
_TAKE_TURN = """
    WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(%s))
    SELECT pg_current_xact_id()::text::bigint FROM turn
"""


def create_embedded(data: Path) -> Store:
    """Make a new embedded store in a data directory whose key file exists."""
    return create_sqlite(data / STORE_NAME, read_private(data / "secrets" / KEY_FILE))


def open_embedded(data: Path) -> Store:
    """Open the embedded store of a data directory."""
    return open_sqlite(data / STORE_NAME, read_private(data / "secrets" / KEY_FILE))


def open_postgresql(url: str) -> Store:
    """Open a PostgreSQL database.

    Args:
        url: as SQLAlchemy reads it, such as `postgresql+psycopg://user@host/holdfast`.

    Raises:
        TemporarilyUnavailable: the server does not answer.
    """
    writing = create_engine(url, poolclass=QueuePool, pool_size=1, max_overflow=0, pool_pre_ping=True)
    reading = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=READERS,
        max_overflow=0,
        pool_pre_ping=True,
        isolation_level="REPEATABLE READ",
        connect_args={"options": "-c default_transaction_read_only=on"},
    )

    @event.listens_for(writing, "begin")
    def take_turn(connection: Any) -> None:
        connection.info[_NUMBER] = connection.exec_driver_sql(_TAKE_TURN, (WRITERS_TURN,)).scalar_one()

    store = Store(writing, reading)
    try:
        with store.read() as connection:
            connection.exec_driver_sql("SELECT 1")
    except OperationalError:
        store.close()
        raise TemporarilyUnavailable(
            "the PostgreSQL server does not answer: check its address and that it runs"
        ) from None
    return store


def transaction_number(connection: Connection) -> int | None:
    """Give the number of a write transaction among all of the database; None where only this process writes."""
    number: int | None = connection.info.get(_NUMBER)
    return number
