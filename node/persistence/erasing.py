"""Empties what is stored of subjects whose keys are destroyed: nothing of them is left but ids, times and states.

Every table with sealed columns or blind indexes stands in one of the lists; a test compares them with the tables.

Source: DESIGN.md 6; TRUST.md i04.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, update

from node.persistence.schema import Base

_CUT = 500  # ids in one statement


@dataclass(frozen=True)
class SealedColumns:
    """What of a table is sealed under its subject's key, or finds it blindly.

    Args:
        subject: the column with the subject's id.
        emptied: columns that become empty.
        replaced: blind indexes that must stay unique: they become the subject's id, which finds nothing.
        cleared: columns that become NULL.
    """

    table: str
    subject: str
    emptied: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    cleared: tuple[str, ...] = ()


SEALED: tuple[SealedColumns, ...] = ()
REMOVED: tuple[tuple[str, str], ...] = ()  # tables of index terms, and the column with the subject's id


def empty_records(connection: Connection, subject_ids: Iterable[bytes]) -> int:
    """Empty every sealed column and blind index of some subjects; tell how many rows that changed."""
    ids, changed = list(subject_ids), 0
    for first in range(0, len(ids), _CUT):
        some = ids[first : first + _CUT]
        for each in SEALED:
            table = Base.metadata.tables[each.table]
            subject = table.c[each.subject]
            values = dict.fromkeys(each.emptied, b"") | dict.fromkeys(each.cleared)
            values |= dict.fromkeys(each.replaced, subject)
            changed += connection.execute(update(table).where(subject.in_(some)).values(values)).rowcount
        for name, column in REMOVED:
            table = Base.metadata.tables[name]
            changed += connection.execute(delete(table).where(table.c[column].in_(some))).rowcount
    return changed
