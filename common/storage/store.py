"""An open store: one connection that writes, several that only read.

Both databases are used alike: `begin()` is the unit of work, `read()` never sees half of one.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine


class Store:
    """A database with its two engines. Close it when done."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self._turn = threading.RLock()  # threads that write take turns on the one connection
        self.writing = writing
        self.reading = reading

    @property
    def is_postgresql(self) -> bool:
        """Tell whether several processes may share this store."""
        return self.writing.dialect.name == "postgresql"

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open the one write transaction: committed at the end of the block, rolled back by an exception."""
        with self._turn, self.writing.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a read transaction: one consistent picture for the whole block."""
        with self.reading.connect() as connection:
            yield connection

    def empty_log(self) -> bool:
        """Move all of the embedded store's log into its file and cut it to nothing; outside of a transaction.

        Returns:
            Whether it was done: a reader that is at work for long puts it off.
        """
        with self._turn:
            driver = self.writing.raw_connection()
            try:
                busy, _, _ = driver.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                driver.close()
        return not busy

    def close(self) -> None:
        """Close every connection."""
        self.reading.dispose()
        self.writing.dispose()
