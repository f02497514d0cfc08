"""The bare mechanism of records: the same rows through SQLAlchemy Core, readable, on an unencrypted SQLite file.

WAL with synchronous=FULL, and the same indexes: what any application that keeps no secret would have.
"""

import json
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Index, LargeBinary, MetaData, String, Table, create_engine, event
from sqlalchemy.pool import StaticPool

from common.storage.columns import UtcDateTime
from node.domain.encounter import Encounter

TABLES = MetaData()
ENCOUNTER = Table(
    "encounter",
    TABLES,
    Column("id", LargeBinary, primary_key=True),
    Column("occurred_at", UtcDateTime, nullable=False),
    Column("supporter_id", LargeBinary, nullable=False),
    Column("member_id", LargeBinary),
    Column("incident_id", LargeBinary),
    *(Column(name, String) for name in ("kind", "activation_type", "recipient_class", "mode", "duration", "referrals")),
    Column("participants", BigInteger),
    Column("follow_up_due", String),
    Column("recorded_at", UtcDateTime),
    Column("import_key", LargeBinary, unique=True),
    Index(None, "occurred_at", "id"),
    Index("by_supporter", "supporter_id", "occurred_at", "id"),
    Index("by_member", "member_id", "occurred_at", "id"),
    Index("by_incident", "incident_id", "occurred_at", "id"),
    sqlite_with_rowid=False,
)
MEMBER = Table(
    "member", TABLES, Column("id", LargeBinary, primary_key=True), Column("name", String), Column("unit", String)
)
TERM = Table(
    "term",
    TABLES,
    Column("term", String, primary_key=True),
    Column("member_id", LargeBinary, primary_key=True),
    sqlite_with_rowid=False,
)


class Plain:
    """An unencrypted store."""

    def __init__(self, directory: Path) -> None:
        def connect() -> sqlite3.Connection:
            connection = sqlite3.connect(directory / "plain.db", isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA cache_size = -32768")
            return connection

        self.engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool)
        event.listen(self.engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        with self.engine.begin() as connection:
            TABLES.create_all(connection)

    def add(self, told: Sequence[Encounter], recorded_at: Any) -> None:
        """Insert encounters in one transaction."""
        with self.engine.begin() as connection:
            add_plain(connection, told, recorded_at)


def add_plain(connection: Connection, told: Sequence[Encounter], recorded_at: Any) -> None:
    """Insert encounters."""
    names = ("occurred_at", "supporter_id", "member_id", "incident_id", "kind", "activation_type", "recipient_class")
    names += ("mode", "duration", "participants")  # type: ignore[assignment]
    rows = [
        {name: getattr(each, name) for name in names}
        | {
            "id": os.urandom(16),
            "referrals": json.dumps(each.referrals),
            "follow_up_due": None if each.follow_up_due is None else each.follow_up_due.isoformat(),
            "recorded_at": recorded_at,
            "import_key": None,
        }
        for each in told
    ]
    connection.execute(ENCOUNTER.insert(), rows)
