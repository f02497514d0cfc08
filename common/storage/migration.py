"""Brings a store's tables to this version's form: forward only, at open, in one transaction.

A side keeps its steps in `<side>/migrations/versions/`, numbered `0001`, `0002` ... without a gap. The number of the
last one is the store's schema revision. A store that a newer version has changed is refused, not guessed at.

Source: DESIGN.md 5.
"""

import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, text

from common.errors import WrongState
from common.storage.store import Store

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

_STEP = re.compile(r"m(\d{4})\w*\.py")
logging.getLogger("alembic").setLevel(logging.WARNING)  # what it tells at each open is not news


def migrate(store: Store, migrations: Path) -> int:
    """Run the steps that the store lacks, and give its schema revision.

    Args:
        store: opened for writing.
        migrations: the side's folder, which holds `versions/`.

    Raises:
        WrongState: a newer version of Holdfast has changed this store.
    """
    newest = newest_revision(migrations)
    with store.begin() as connection:
        held = schema_revision(connection)
        if held > newest:
            raise WrongState(
                f"the store has schema revision {held}, this version knows {newest}: install the newer version again, "
                "or restore a backup made before it"
            )
        if held < newest:
            _upgrade(connection, migrations)
    return newest


def schema_revision(connection: Connection) -> int:
    """Tell a store's schema revision; 0 before the first step."""
    if not inspect(connection).has_table("alembic_version"):
        return 0
    held = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return 0 if held is None else int(held)


def newest_revision(migrations: Path) -> int:
    """Tell the schema revision that this version works with."""
    steps = [step for file in (migrations / "versions").iterdir() if (step := _STEP.fullmatch(file.name))]
    return max((int(step[1]) for step in steps), default=0)


def _upgrade(connection: Connection, migrations: Path) -> None:
    # Loaded where there is a step to run: a start that has none is a tenth shorter without it.
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(migrations))

    def steps(revision: Any, _: "MigrationContext") -> Any:
        return script._upgrade_revs("head", revision)

    with EnvironmentContext(Config(), script, fn=steps, destination_rev="head") as environment:
        # The caller's transaction holds all steps: a crash leaves the old form or the new one.
        environment.configure(connection=connection, transactional_ddl=True)
        environment.run_migrations()
