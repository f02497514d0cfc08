"""Many rows at once, as the database takes them: no type of a column stands between, so each value is as it is stored.

For what is written by the ten thousand (an import, the trail beside it); `insert(table)` is for everything else.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table


def insert_all(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows.

    Args:
        rows: a value for each column, in the table's order: bytes, text, whole numbers (a time: `UtcDateTime.number`).
    """
    if rows:
        mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
        connection.exec_driver_sql(_statement(table, mark), list(rows))


@cache
def _statement(table: Table, mark: str) -> str:
    names = [f'"{column.name}"' for column in table.columns]
    return f'INSERT INTO "{table.name}" ({", ".join(names)}) VALUES ({", ".join([mark] * len(names))})'  # noqa: S608
