"""Migrations make exactly the declared tables, on every database, once, whole or not at all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect, text

import hub.migrations
import hub.persistence.tables
import node.migrations
from common.errors import WrongState
from common.storage.migration import migrate, newest_revision, schema_revision
from common.storage.store import Store
from hub.persistence.schema import Base as HubBase
from node.persistence.tables import METADATA as NODE_METADATA
from tests.stores import empty_store


@dataclass(frozen=True)
class Side:
    """One side's tables as they are declared, the steps that make them, and the database they are made in."""

    name: str
    tables: MetaData
    steps: Path
    kind: str


SIDES = [
    Side("hub", HubBase.metadata, hub.migrations.FOLDER, "sqlite"),
    Side("hub", HubBase.metadata, hub.migrations.FOLDER, "postgresql"),
    Side("node", NODE_METADATA, node.migrations.FOLDER, "sqlite"),
]
every_side = pytest.mark.parametrize("side", SIDES, ids=lambda side: f"{side.name}-{side.kind}")


@pytest.fixture
def new_store(tmp_path: Path) -> Iterator[Callable[[str], Store]]:
    """Makes empty stores, and closes them in the end."""
    opened: list[Store] = []

    def make(kind: str) -> Store:
        folder = tmp_path / str(len(opened))
        folder.mkdir()
        opened.append(empty_store(kind, folder))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


def schema(connection: Connection) -> dict[str, Any]:
    """Everything that the database itself says of its tables: the names, the order and the rules in them."""
    inspector = inspect(connection)
    return {
        table: {
            "columns": _said(inspector.get_columns(table)),
            "primary key": _said(inspector.get_pk_constraint(table)),
            "foreign keys": _sorted(inspector.get_foreign_keys(table)),
            "unique": _sorted(inspector.get_unique_constraints(table)),
            "checks": _sorted(inspector.get_check_constraints(table)),
            "indexes": _sorted(inspector.get_indexes(table)),
            "options": inspector.get_table_options(table),
        }
        for table in sorted(inspector.get_table_names())
        if table != "alembic_version"
    }


def _sorted(constraints: Any) -> list[Any]:
    return sorted(map(_said, constraints), key=lambda each: str(each["name"]))


def _said(found: Any) -> Any:
    """Types and conditions as the SQL they stand for: as objects no two are equal."""
    if isinstance(found, dict):
        return {key: _said(value) for key, value in found.items()}
    return [_said(each) for each in found] if isinstance(found, list) else str(found)


def schema_of(store: Store) -> dict[str, Any]:
    with store.read() as connection:
        return schema(connection)


@every_side
def test_the_steps_make_the_tables_that_are_declared(side: Side, new_store: Callable[[str], Store]) -> None:
    migrated, declared = new_store(side.kind), new_store(side.kind)
    migrate(migrated, side.steps)
    with declared.begin() as connection:
        side.tables.create_all(connection)

    assert schema_of(migrated) == schema_of(declared)
    with migrated.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, side.tables) == []


@every_side
def test_migrating_again_changes_nothing(side: Side, new_store: Callable[[str], Store]) -> None:
    store = new_store(side.kind)

    first = migrate(store, side.steps)
    before = schema_of(store)

    assert migrate(store, side.steps) == first == newest_revision(side.steps) >= 1
    assert schema_of(store) == before
    with store.read() as connection:
        assert schema_revision(connection) == first


@every_side
def test_a_store_that_a_newer_version_changed_is_refused_untouched(
    side: Side, new_store: Callable[[str], Store]
) -> None:
    store = new_store(side.kind)
    newest = migrate(store, side.steps)
    with store.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9998'"))
    before = schema_of(store)

    with pytest.raises(WrongState, match=f"has schema revision 9998, this version knows {newest}: install the newer"):
        migrate(store, side.steps)

    assert schema_of(store) == before


@every_side
def test_the_steps_are_numbered_without_a_gap(side: Side) -> None:
    files = sorted(file.name[:5] for file in (side.steps / "versions").glob("m*.py"))

    assert files == [f"m{number:04}" for number in range(1, newest_revision(side.steps) + 1)]
    assert ScriptDirectory(str(side.steps)).get_current_head() == f"{newest_revision(side.steps):04}"


STEP = """
import sqlalchemy as sa
from alembic import op

revision = "{number:04}"
down_revision = {before}


def upgrade() -> None:
{body}
"""


class Steps:
    """A side's folder of steps that grows, as versions follow each other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "versions").mkdir()
        self._count = 0

    def add(self, *lines: str) -> None:
        before = repr(f"{self._count:04}") if self._count else None
        self._count += 1
        body = "".join(f"    {line}\n" for line in lines)
        file = self.folder / "versions" / f"m{self._count:04}.py"
        file.write_text(STEP.format(number=self._count, before=before, body=body))


@pytest.fixture
def steps(tmp_path: Path) -> Steps:
    folder = tmp_path / "migrations"
    folder.mkdir()
    made = Steps(folder)
    made.add('op.create_table("report", sa.Column("sequence", sa.BigInteger(), primary_key=True))')
    return made


every_database = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])


@every_database
def test_a_newer_version_runs_only_the_steps_that_the_store_lacks(
    kind: str, new_store: Callable[[str], Store], steps: Steps
) -> None:
    store = new_store(kind)
    assert migrate(store, steps.folder) == 1
    with store.begin() as connection:
        connection.execute(text("INSERT INTO report VALUES (47)"))
    steps.add('op.add_column("report", sa.Column("outcome", sa.Integer(), nullable=True))')
    steps.add('op.create_table("receipt", sa.Column("size", sa.BigInteger(), primary_key=True))')

    assert migrate(store, steps.folder) == 3

    assert list(schema_of(store)) == ["receipt", "report"]
    with store.read() as connection:
        assert connection.execute(text("SELECT sequence, outcome FROM report")).all() == [(47, None)]


@every_database
def test_d01_a_step_that_fails_leaves_the_form_and_the_content_from_before_all_of_them(
    kind: str, new_store: Callable[[str], Store], steps: Steps
) -> None:
    store = new_store(kind)
    migrate(store, steps.folder)
    with store.begin() as connection:
        connection.execute(text("INSERT INTO report VALUES (47)"))
    before = schema_of(store)
    steps.add('op.create_table("receipt", sa.Column("size", sa.BigInteger(), primary_key=True))')
    steps.add('op.execute("DELETE FROM report")', 'op.drop_table("report")', 'raise OSError("disk full")')

    with pytest.raises(OSError, match="disk full"):
        migrate(store, steps.folder)

    assert schema_of(store) == before
    with store.read() as connection:
        assert schema_revision(connection) == 1
        assert connection.execute(text("SELECT sequence FROM report")).all() == [(47,)]


def test_a_store_before_its_first_step_has_revision_0(new_store: Callable[[str], Store]) -> None:
    with new_store("sqlite").read() as connection:
        assert schema_revision(connection) == 0
