"""Whatever is sealed in the store: what is altered, moved or put back there is flagged, and the others stay readable.

The tables are those that `node.persistence.erasing` lists: a new one without its case fails.
"""

from pathlib import Path

import pytest
from sqlalchemy import text

from node.opened import OpenNode
from tests.local_node import local_node
from tests.sealed_tables import BODIES, CASES

FORGED = {
    "altered": "zeroblob(90)",
    "emptied": "x''",
    "moved here from another": "(SELECT body FROM {table} WHERE {subject} = :second)",
    "put back": ":before",
}


def test_every_table_with_a_sealed_body_is_looked_at() -> None:
    assert set(CASES) == set(BODIES)


@pytest.mark.parametrize(
    ("table", "forged"),
    [(table, forged) for table, case in CASES.items() for forged in FORGED if case.change or forged != "put back"],
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
        said = {"first": first, "second": second, "before": before}
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


ONE_VERSION = ("member", "supporter", "check_in_plan", "first_session_notice")


def _bodies(node: OpenNode, table: str, id_: bytes) -> list[bytes]:
    query = f"SELECT body FROM {table} WHERE {BODIES[table]} = :id"  # noqa: S608
    with node.store.read() as connection:
        return [bytes(body) for body in connection.execute(text(query), {"id": id_}).scalars()]
