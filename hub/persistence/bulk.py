"""Many rows in few statements, for what every group of pushes writes, and for what many nodes read at once.

`executemany` gives the interpreter's lock away at each row. While the event loop is busy, the writer then waits for
the lock as many times as it has rows. A statement with many rows gives it away once. Rows go in chunks of
a dozen sizes, so that few different statements have to be prepared.

    INSERT INTO t (a, b) VALUES (?, ?), (?, ?)
    UPDATE t SET b = CAST(v.column2 AS INTEGER) FROM (VALUES (?, ?), (?, ?)) AS v WHERE t.a = v.column1
    SELECT t.a, t.b FROM (VALUES (?), (?)) AS v CROSS JOIN t WHERE t.a = v.column1

Both databases read these alike. The casts are for PostgreSQL, which takes a column of nothing but NULL for text.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count, islice, repeat
from typing import Any

from sqlalchemy import Connection, Dialect, Table

from common.storage.columns import UtcDateTime

SIZES = (64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1)  # rows of one statement: most groups then need one or two
MOST_KEYS = 48  # of one statement: with over 50 values, psycopg does not remember how it read it
_PLACE = {"qmark": "?", "pyformat": "%s", "format": "%s"}
_KEY_SIZES = (1, 4, 16, MOST_KEYS)  # a statement is filled up to one of these: a key that finds nothing costs little


class _BulkWrite:
    """Writes rows of these columns, each row a tuple in their order."""

    def __init__(self, table: Table, columns: Sequence[str]) -> None:
        self._table = table
        self._columns = tuple(columns)
        self._times = _times(table, columns)
        self._made: dict[tuple[str, int], str] = {}

    def run(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write the rows; none is nothing to do."""
        for chunk in _chunks(rows):
            key = (connection.dialect.name, len(chunk))
            if key not in self._made:
                self._made[key] = self._statement(connection.dialect, len(chunk))
            execute(connection, self._made[key], _flat(chunk, self._times))

    def _statement(self, dialect: Dialect, row_count: int) -> str:
        raise NotImplementedError


class BulkInsert(_BulkWrite):
    """Inserts rows of these columns, each row a tuple in their order; with `replacing`, in place of such keys' rows."""

    def __init__(self, table: Table, *columns: str, replacing: Sequence[str] = ()) -> None:
        super().__init__(table, columns)
        self._replacing = tuple(replacing)

    def _statement(self, dialect: Dialect, row_count: int) -> str:
        values = _values(_places(dialect), len(self._columns), row_count)
        statement = f"INSERT INTO {self._table.name} ({', '.join(self._columns)}) VALUES {values}"  # noqa: S608
        if self._replacing:
            sets = ", ".join(f"{name} = excluded.{name}" for name in self._columns if name not in self._replacing)
            statement += f" ON CONFLICT ({', '.join(self._replacing)}) DO UPDATE SET {sets}"
        return statement


class BulkUpdate(_BulkWrite):
    """Sets columns of rows found by key columns, each row a tuple of the keys and then the values."""

    def __init__(self, table: Table, keys: Sequence[str], columns: Sequence[str]) -> None:
        super().__init__(table, (*keys, *columns))
        self._key_count = len(keys)

    def _statement(self, dialect: Dialect, row_count: int) -> str:
        name, places = self._table.name, list(enumerate(self._columns, 1))
        found = " AND ".join(f"{name}.{key} = v.column{place}" for place, key in places[: self._key_count])
        sets = ", ".join(
            f"{column} = CAST(v.column{place} AS {self._table.c[column].type.compile(dialect)})"
            for place, column in places[self._key_count :]
        )
        values = _values(_places(dialect), len(self._columns), row_count)
        return f"UPDATE {name} SET {sets} FROM (VALUES {values}) AS v WHERE {found}"  # noqa: S608


class BulkSelect:
    """Reads by many keys, each a tuple: `{keys}` in the statement stands for their rows, named `v`.

    A `CROSS JOIN` after them makes SQLite look each key up, whatever it guesses of the tables' sizes.
    """

    def __init__(self, statement: str, nothing: tuple[Any, ...], *, postgresql: str = "") -> None:
        """Prepare to read.

        Args:
            nothing: a key that finds nothing.
            postgresql: the same in a form for PostgreSQL, where it would take another way.
        """
        self._statement = statement
        self._postgresql = postgresql or statement
        self._nothing = nothing
        self._made: dict[tuple[str, int], str] = {}

    def run(self, connection: Connection, keys: Sequence[tuple[Any, ...]]) -> Sequence[Any]:
        """Read by different keys, any number of them; the statement's order holds within `MOST_KEYS` of them."""
        return [
            row
            for start in range(0, len(keys), MOST_KEYS)
            for row in self._read(connection, keys[start : start + MOST_KEYS])
        ]

    def _read(self, connection: Connection, keys: Sequence[tuple[Any, ...]]) -> Sequence[Any]:
        size = next(size for size in _KEY_SIZES if size >= len(keys))
        made = (connection.dialect.name, size)
        if made not in self._made:
            values = _values(repeat(_PLACE[connection.dialect.paramstyle]), len(self._nothing), size)
            statement = self._postgresql if connection.dialect.name == "postgresql" else self._statement
            self._made[made] = statement.format(keys=f"(VALUES {values}) AS v")
        filled = [*keys, *[self._nothing] * (size - len(keys))]
        return connection.exec_driver_sql(self._made[made], _flat(filled, [])).all()


@contextmanager
def at_once(connection: Connection) -> Iterator[None]:
    """Send the block's bulk statements to PostgreSQL without waiting for each. Nothing else may be executed in it.

    Each wait for the server is a chance for other processes to take the processor: a busy machine then waits long.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    with connection.connection.driver_connection.pipeline():  # type: ignore[union-attr]
        yield


def execute(connection: Connection, statement: str, values: tuple[Any, ...]) -> None:
    """Run a statement on the driver's cursor: SQLAlchemy's way there costs as much as a small statement.

    For PostgreSQL, places for values are the server's own, $1 and on: with the driver's signs for them, psycopg reads a
    long statement character by character each time, and the hub spends a fifth of its time on that.
    """
    cursor: Any
    if connection.dialect.name == "postgresql":
        from psycopg import RawCursor  # most hubs have no use for it

        cursor = RawCursor(connection.connection.driver_connection)  # type: ignore[arg-type]
    else:
        cursor = connection.connection.cursor()
    try:
        cursor.execute(statement, values)
    finally:
        cursor.close()


def _chunks(rows: Sequence[tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    start = 0
    while start < len(rows):
        size = next(size for size in SIZES if size <= len(rows) - start)
        yield rows[start : start + size]
        start += size


def _places(dialect: Dialect) -> Iterator[str]:
    """Give the places for values of a statement that `execute` runs."""
    return (f"${number}" for number in count(1)) if dialect.name == "postgresql" else repeat("?")


def _values(places: Iterator[str], column_count: int, row_count: int) -> str:
    return ", ".join(f"({', '.join(islice(places, column_count))})" for _ in range(row_count))


def _times(table: Table, columns: Sequence[str]) -> list[int]:
    """Give the places of times, which are stored as numbers."""
    return [place for place, column in enumerate(columns) if isinstance(table.c[column].type, UtcDateTime)]


def _flat(rows: Sequence[tuple[Any, ...]], times: list[int]) -> tuple[Any, ...]:
    if not times:
        return tuple(value for row in rows for value in row)
    stored: list[Any] = []
    for row in rows:
        start = len(stored)
        stored += row
        for place in times:
            stored[start + place] = UtcDateTime.number(row[place])
    return tuple(stored)
