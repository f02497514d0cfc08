"""Brings a store's tables to this version's form: forward only, at open, in one transaction.

A side keeps its steps in `<side>/migrations/versions/`, numbered `0001`, `0002` ... without a gap. The number of the
last one is the store's schema revision. A store that a newer version has changed is refused, not guessed at.

Source: DESIGN.md 5.
"""

import logging
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from common.errors import WrongState
from common.storage.store import Store

logging.getLogger("alembic").setLevel(logging.WARNING)  # what it tells at each open is not news


def migrate(store: Store, migrations: Path) -> int:
    """Run the steps that the store lacks, and give its schema revision.

    Args:
        store: opened for writing.
        migrations: the side's folder, which holds `versions/`.

    Raises:
        WrongState: a newer version of Holdfast has changed this store.
    """
    script = ScriptDirectory(str(migrations))
    newest = newest_revision(migrations)
    with store.begin() as connection:
        held = schema_revision(connection)
        if held > newest:
            raise WrongState(
                f"the store has schema revision {held}, this version knows {newest}: install the newer version again, "
                "or restore a backup made before it"
            )
        if held < newest:
            _upgrade(connection, script)
    return newest


def schema_revision(connection: Connection) -> int:
    """Tell a store's schema revision; 0 before the first step."""
    revision = MigrationContext.configure(connection).get_current_revision()
    return 0 if revision is None else int(revision)


def newest_revision(migrations: Path) -> int:
    """Tell the schema revision that this version works with."""
    head = ScriptDirectory(str(migrations)).get_current_head()
    return 0 if head is None else int(head)


def _upgrade(connection: Connection, script: ScriptDirectory) -> None:
    def steps(revision: Any, _: MigrationContext) -> Any:
        return script._upgrade_revs("head", revision)

    with EnvironmentContext(Config(), script, fn=steps, destination_rev="head") as environment:
        # The caller's transaction holds all steps: a crash leaves the old form or the new one.
        environment.configure(connection=connection, transactional_ddl=True)
        environment.run_migrations()
