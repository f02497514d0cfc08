"""The migrations make exactly the tables that the code declares."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from common.errors import WrongState
from common.storage.migration import migrate, newest_revision, schema_revision
from node import migrations
from node.persistence.tables import METADATA
from tests.nodes import NodeStore


def test_the_migrations_make_the_tables_that_are_declared(node: NodeStore) -> None:
    assert node.read(lambda connection: compare_metadata(MigrationContext.configure(connection), METADATA)) == []


def test_migrating_again_changes_nothing(node: NodeStore) -> None:
    assert migrate(node.store, migrations.FOLDER) == newest_revision(migrations.FOLDER)
    assert node.read(schema_revision) == newest_revision(migrations.FOLDER)


def test_a_store_of_a_newer_version_is_refused_untouched(node: NodeStore) -> None:
    node.write(lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")))

    with pytest.raises(WrongState, match="schema revision 9999"):
        migrate(node.store, migrations.FOLDER)


def test_migrations_are_numbered_without_a_gap() -> None:
    files = sorted(Path(migrations.FOLDER, "versions").glob("m*.py"))

    assert [file.name[1:5] for file in files] == [f"{number:04}" for number in range(1, len(files) + 1)]
