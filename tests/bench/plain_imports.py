"""The bare mechanism of an import: the same rows through SQLAlchemy Core on an unencrypted SQLite file.

1. The tables are the node's own, column for column and index for index: `encounter`, `encounter_version` with the body
   as readable JSON, and one line of `audit_entry` for each. `data_key` is left out: without encryption there is none.
2. Nothing is sealed, hashed, signed, looked up or read from a sheet: digests are zeros, the supporters are known.
   New members and supporters are left out too, though the import makes them.
3. WAL with synchronous=FULL, the page cache of a node, and as many rows in a transaction as the import takes.
"""

import json
import os
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import create_engine, event, insert
from sqlalchemy.pool import StaticPool

from node.domain.encounter import Encounter, EncounterState
from node.persistence.audit import TRAIL
from node.persistence.encounter_bodies import content_of
from node.persistence.encounter_tables import ENCOUNTER, VERSION
from node.persistence.schema import Base

_NOTHING, _AUTHOR = bytes(32), bytes(16)


class PlainImport:
    """An unencrypted store with the tables that an import fills."""

    def __init__(self, directory: Path) -> None:
        def connect() -> sqlite3.Connection:
            connection = sqlite3.connect(directory / "plain-import.db", isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -32768"):
                connection.execute(f"PRAGMA {pragma}")
            return connection

        self.engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool)
        event.listen(self.engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        with self.engine.begin() as connection:
            Base.metadata.create_all(connection, tables=[ENCOUNTER, VERSION, TRAIL.entries])
        self._lines = 0

    def add(self, told: Sequence[Encounter], now: datetime, batch: int) -> None:
        """Insert encounters, so many in a transaction."""
        for first in range(0, len(told), batch):
            self._add(told[first : first + batch], now)

    def _add(self, told: Sequence[Encounter], now: datetime) -> None:
        ids = [now.year.to_bytes(6, "big") + os.urandom(10) for _ in told]
        heads = [
            {
                "id": id_,
                "occurred_at": each.occurred_at,
                "supporter_id": each.supporter_id,
                "member_index": each.member_id,
                "incident_id": each.incident_id,
                "version": 1,
                "state": "current",
                "recorded_at": now,
                "import_key": os.urandom(16),
            }
            for id_, each in zip(ids, told, strict=True)
        ]
        versions = [
            {
                "encounter_id": id_,
                "version": 1,
                "written_at": now,
                "author": _AUTHOR,
                "body": json.dumps(content_of(each, EncounterState.CURRENT)).encode(),
            }
            for id_, each in zip(ids, told, strict=True)
        ]
        lines = [
            {
                "sequence": sequence,
                "at": now,
                "actor": "user casey",
                "action": "import records",
                "subject": f"encounter {id_.hex()}",
                "outcome": "done",
                "version": 1,
                "digest": _NOTHING,
                "leaf_hash": _NOTHING,
            }
            for sequence, id_ in enumerate(ids, self._lines + 1)
        ]
        self._lines += len(lines)
        with self.engine.begin() as connection:
            connection.execute(insert(ENCOUNTER), heads)
            connection.execute(insert(VERSION), versions)
            connection.execute(insert(TRAIL.entries), lines)
