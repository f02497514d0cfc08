"""Empties what is stored of subjects whose keys are destroyed: nothing of them is left but ids, times and states.

Every table with sealed columns or blind indexes stands in one of the lists; a test compares them with the tables.

Source: DESIGN.md 6; TRUST.md i04.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, update

from node.persistence.schema import Base
from node.vault.vault import Vault

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


SEALED = (
    SealedColumns("member", "id", emptied=("body",), replaced=("code_index",)),
    SealedColumns("supporter", "id", emptied=("body",), replaced=("code_index",)),
    SealedColumns("incident_roster", "supporter_id", emptied=("body",)),
    # What an imported row is known by stays: else the next import of the same file would bring the record back.
    SealedColumns("encounter", "id", cleared=("member_index",)),
    SealedColumns("encounter_version", "encounter_id", emptied=("body",)),
    SealedColumns("local_follow_up", "id", cleared=("member_index",)),
    SealedColumns("local_follow_up_version", "follow_up_id", emptied=("body",)),
    SealedColumns("api_check_in", "id", cleared=("asked_index",)),
    SealedColumns("check_in_plan", "id", emptied=("body",), cleared=("member_index",)),
    # No notice is owed any more: nobody could be told whose it was.
    SealedColumns("disclosure", "id", cleared=("member_index", "owed_by")),
    SealedColumns("disclosure_version", "disclosure_id", emptied=("body",)),
    SealedColumns("first_session_notice", "id", emptied=("body",), cleared=("member_index",)),
    SealedColumns("support_request", "id", replaced=("code_index",), cleared=("answer",)),
    SealedColumns("support_request_version", "request_id", emptied=("body",)),
    SealedColumns("drawn_release", "window_id", emptied=("body",)),  # nobody's: no erasure of a person names it
)
# Rows that are nothing but sealed or an index: the table, and its column with the subject's id.
REMOVED = (("member_term", "member_id"), ("note", "encounter_id"), ("support_request_key", "request_id"))
# What is about a member: the table, and the blind index that `member_index` is made by.
ABOUT_MEMBERS = (
    ("encounter", "encounter.member"),
    ("local_follow_up", "local_follow_up.member"),
    ("check_in_plan", "check_in_plan.member"),
    ("disclosure", "disclosure.member"),
    ("first_session_notice", "disclosure.member"),
)


def find_about(connection: Connection, vault: Vault, member_id: bytes) -> dict[str, list[bytes]]:
    """Find everything about a member, by table; tables with nothing are left out."""
    found: dict[str, list[bytes]] = {}
    for name, index in ABOUT_MEMBERS:
        table = Base.metadata.tables.get(name)
        if table is not None:
            query = select(table.c.id).where(table.c.member_index == vault.blind(index, member_id.hex()))
            ids = [bytes(id_) for id_ in connection.execute(query).scalars()]
            found |= {name: ids} if ids else {}
    return found


def empty_records(connection: Connection, subject_ids: Iterable[bytes]) -> int:
    """Empty every sealed column and blind index of some subjects; tell how many rows that changed."""
    ids, changed = list(subject_ids), 0
    for first in range(0, len(ids), _CUT):
        some = ids[first : first + _CUT]
        changed += sum(_emptied(connection, each, some) for each in SEALED)
        for name, column in REMOVED:
            changed += remove_rows(connection, name, column, some)
    return changed


def remove_rows(connection: Connection, name: str, column: str, subject_ids: Iterable[bytes]) -> int:
    """Remove the rows of some subjects from one table; tell how many there were."""
    table = Base.metadata.tables.get(name)
    if table is None:
        return 0
    return connection.execute(delete(table).where(table.c[column].in_(list(subject_ids)))).rowcount


def _emptied(connection: Connection, columns: SealedColumns, ids: list[bytes]) -> int:
    table = Base.metadata.tables.get(columns.table)
    if table is None:
        return 0
    subject = table.c[columns.subject]
    values: dict[str, Any] = dict.fromkeys(columns.emptied, b"") | dict.fromkeys(columns.cleared)
    values |= dict.fromkeys(columns.replaced, subject)
    return connection.execute(update(table).where(subject.in_(ids)).values(values)).rowcount
