"""The audit trail in a store: lines with dense numbers, and the Merkle tree over them.

1. A line is written in the transaction of what it tells, or of the refusal.
2. A tree's frontier is kept beside the lines; whoever commits signs its root (`sign`), once for each transaction.

Each side declares its tables once, on its own metadata.

Source: DOMAIN.md 2; TRUST.md t02.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, LargeBinary, MetaData, String, Table, insert, select, update

from common.audit.entry import Entry, entry_leaf
from common.ledger.merkle import Frontier
from common.storage.columns import UtcDateTime

LONGEST = {"actor": 200, "action": 64, "subject": 200, "outcome": 200}  # characters


@dataclass(frozen=True)
class Trail:
    """One side's trail: where its lines and its tree are kept."""

    entries: Table
    tree: Table

    def record(self, connection: Connection, now: datetime, *entries: Entry) -> None:
        """Add lines to the trail, in the caller's transaction."""
        self.record_all(connection, now, entries)

    def record_all(self, connection: Connection, now: datetime, entries: Iterable[Entry]) -> None:
        """Add many lines at once."""
        frontier = self._frontier(connection)
        is_first = frontier.size == 0
        rows = []
        for sequence, entry in enumerate(entries, frontier.size + 1):
            leaf = entry_leaf(sequence, now, entry)
            frontier.append(leaf)
            rows.append({"sequence": sequence, "at": now, "leaf_hash": leaf} | _columns(entry))
        if not rows:
            return
        connection.execute(insert(self.entries), rows)
        kept = {"size": frontier.size, "frontier": frontier.to_bytes()}
        if is_first:
            connection.execute(insert(self.tree), {"id": 1, "signed_size": 0, "signature": b""} | kept)
        else:
            connection.execute(update(self.tree).values(**kept))

    def read(
        self, connection: Connection, after: int = 0, limit: int | None = None
    ) -> Iterator[tuple[int, datetime, Entry]]:
        """Read lines in order, each as (number, time, line)."""
        table = self.entries
        query = select(table).where(table.c.sequence > after).order_by(table.c.sequence).limit(limit)
        for row in connection.execute(query):
            yield row.sequence, row.at, _entry(row._mapping)

    def last_written(self, connection: Connection, subject: str) -> Entry | None:
        """Find the last line that tells of a version of a subject: what a record that was put back is known by."""
        table = self.entries
        about = select(table).where(table.c.subject == subject, table.c.version > 0)
        row = connection.execute(about.order_by(table.c.sequence.desc()).limit(1)).one_or_none()
        return None if row is None else _entry(row._mapping)

    def _frontier(self, connection: Connection) -> Frontier:
        kept = connection.execute(select(self.tree.c.frontier)).scalar_one_or_none()
        return Frontier() if kept is None else Frontier.from_bytes(bytes(kept))


def declare_trail(metadata: MetaData) -> Trail:
    """Declare the trail's two tables on one side's metadata."""
    entries = Table(
        "audit_entry",
        metadata,
        Column("sequence", BigInteger, primary_key=True, autoincrement=False),
        Column("at", UtcDateTime, nullable=False),
        *(Column(name, String(length), nullable=False, index=name == "subject") for name, length in LONGEST.items()),
        Column("version", BigInteger, nullable=False),
        Column("digest", LargeBinary, nullable=False),
        Column("leaf_hash", LargeBinary, nullable=False),
    )
    tree = Table(
        "audit_tree",
        metadata,
        Column("id", BigInteger, primary_key=True, autoincrement=False),  # one row
        Column("size", BigInteger, nullable=False),
        Column("frontier", LargeBinary, nullable=False),
        Column("signed_size", BigInteger, nullable=False),
        Column("signature", LargeBinary, nullable=False),
    )
    return Trail(entries, tree)


def _columns(entry: Entry) -> dict[str, Any]:
    return {
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "outcome": entry.outcome,
        "version": entry.version,
        "digest": entry.digest,
    }


def _entry(row: Any) -> Entry:
    texts = {name: row[name] for name in LONGEST}
    return Entry(**texts, version=row["version"], digest=bytes(row["digest"]))
