"""Whatever is sealed in the store: what is altered, moved or put back there is flagged, and the others stay readable.

The tables are those that `node.persistence.erasing` lists: a new one without its case fails.
"""

from pathlib import Path

import pytest
from sqlalchemy import text

from node.opened import OpenNode
from node.persistence.data_keys import get_key
from node.vault.fields import Place
from tests.local_node import local_node
from tests.nodes import INCIDENT_ID
from tests.sealed_tables import BODIES, CASES

FORGED = {
    "altered": "zeroblob(90)",
    "emptied": "x''",
    "moved here from another": "(SELECT body FROM {table} WHERE {subject} = :second)",
    "the first body under the new number": ":before",
    "sealed anew by whoever has the keys": ":resealed",
}
ONE_VERSION = ("member", "supporter", "check_in_plan", "first_session_notice", "drawn_release")
NEEDS_CHANGE = ("the first body under the new number",)


def test_every_table_with_a_sealed_body_is_looked_at() -> None:
    assert set(CASES) == set(BODIES)


@pytest.mark.parametrize(
    ("table", "forged"),
    [
        (table, forged)
        for table, case in CASES.items()
        for forged in FORGED
        if case.change or forged not in NEEDS_CHANGE
    ],
)
def test_t03_what_was_altered_moved_or_put_back_is_flagged_and_the_other_is_readable(
    tmp_path: Path, table: str, forged: str
) -> None:
    case = CASES[table]
    with local_node(tmp_path, jurisdiction="ca") as node:
        first, second = case.make(node)
        before = _bodies(node, table, first)[-1]
        if case.change is not None:
            case.change(node, first)
        assert not case.is_flagged(node, first)
        body = FORGED[forged].format(table=table, subject=BODIES[table])
        said = {"first": first, "second": second, "before": before, "resealed": _resealed(node, table, first)}
        newest = (
            ""
            if table in ONE_VERSION
            else f"AND version = (SELECT max(version) FROM {table} WHERE {BODIES[table]} = :first)"  # noqa: S608
        )
        statement = f"UPDATE {table} SET body = {body} WHERE {BODIES[table]} = :first {newest}"  # noqa: S608
        with node.store.begin() as connection:
            assert connection.execute(text(statement), said).rowcount == 1

        assert case.is_flagged(node, first)
        assert not case.is_flagged(node, second)


def _bodies(node: OpenNode, table: str, id_: bytes) -> list[bytes]:
    query = f"SELECT body FROM {table} WHERE {BODIES[table]} = :id"  # noqa: S608
    with node.store.read() as connection:
        return [bytes(body) for body in connection.execute(text(query), {"id": id_}).scalars()]


def _resealed(node: OpenNode, table: str, id_: bytes) -> bytes:
    """The newest body, sealed again for its own place by its own key."""
    bodies, key = _bodies(node, table, id_), node.read(lambda connection: get_key(connection, node.vault, id_))
    version = 1 if table == "first_session_notice" else len(bodies)
    if table in ("member", "supporter", "check_in_plan"):
        version = 2  # in place of the first one
    placed = INCIDENT_ID + id_ if table == "incident_roster" else id_
    place = Place(table.removesuffix("_version"), "body", placed, version)
    return key.seal(place, key.open(place, bodies[-1]))


@pytest.mark.parametrize("table", [table for table, case in CASES.items() if case.change is not None])
def test_t03_a_whole_record_that_was_put_back_is_flagged(tmp_path: Path, table: str) -> None:
    case, subject = CASES[table], BODIES[table]
    row_of = table if table in ONE_VERSION else HEADS.get(table)
    with local_node(tmp_path, jurisdiction="ca") as node:
        first, second = case.make(node)
        with node.store.read() as connection:
            query = text(f"SELECT * FROM {row_of} WHERE id = :id")  # noqa: S608
            before = None if row_of is None else dict(connection.execute(query, {"id": first}).one()._mapping)
        assert case.change is not None
        case.change(node, first)
        with node.store.begin() as connection:
            if table not in ONE_VERSION:
                newest = text(f"DELETE FROM {table} WHERE {subject} = :id AND version > 1")  # noqa: S608
                assert connection.execute(newest, {"id": first}).rowcount == 1
            if before is not None:
                columns = ", ".join(f"{name} = :{name}" for name in before)
                connection.execute(text(f"UPDATE {row_of} SET {columns} WHERE id = :id"), before)  # noqa: S608

        assert case.is_flagged(node, first)
        assert not case.is_flagged(node, second)


HEADS = {f"{name}_version": name for name in ("encounter", "local_follow_up", "disclosure", "support_request")}
