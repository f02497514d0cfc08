"""An open store: one connection that writes, several that only read.

Both databases are used alike: `begin()` is the unit of work, `read()` never sees half of one.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

from common.errors import TemporarilyUnavailable


class Store:
    """A database with its two engines. Close it when done."""

    def __init__(self, writing: Engine, reading: Engine, in_use: Path | None = None) -> None:
        """Take the engines.

        Args:
            in_use: a file that lies there from the first commit until the store is closed; None: none does.
        """
        self._in_use = in_use
        self._is_marked = self._is_closed = False
        self._turn = threading.RLock()  # threads that write take turns on the one connection
        self.writing = writing
        self.reading = reading

    @property
    def is_postgresql(self) -> bool:
        """Tell whether several processes may share this store."""
        return self.writing.dialect.name == "postgresql"

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open the one write transaction: committed at the end of the block, rolled back by an exception.

        Raises:
            TemporarilyUnavailable: the store was closed.
        """
        with self._turn:
            if self._is_closed:
                raise TemporarilyUnavailable("this process is ending, and writes nothing more: nothing was done")
            with self.writing.begin() as connection:
                yield connection
            if self._in_use is not None and not self._is_marked:
                self._in_use.touch(0o600)  # only now: from here on there is a log
                self._is_marked = True

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a read transaction: one consistent picture for the whole block."""
        with self.reading.connect() as connection:
            yield connection

    def empty_log(self) -> bool:
        """Move all of the embedded store's log into its file and cut it to nothing; outside of a transaction.

        Returns:
            Whether it was done: a reader that is at work for long puts it off, and a full disk.
        """
        with self._turn:
            driver = self.writing.raw_connection()
            try:
                busy, _, _ = driver.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except self.writing.dialect.loaded_dbapi.OperationalError:
                return False
            finally:
                driver.close()
        return not busy

    def close(self) -> None:
        """Close every connection, once a thread that writes has committed; nothing is written afterwards."""
        with self._turn:
            self._is_closed = True
            if self._in_use is not None:
                self._in_use.unlink(missing_ok=True)  # first: closing takes the log away
            self.reading.dispose()
            self.writing.dispose()
