"""The audit trail in a store: lines with dense numbers, and the Merkle tree over them.

1. A line is written in the transaction of what it tells, or of the refusal.
2. Whoever commits signs the tree before (`sign`): once for each transaction that wrote lines, however many.
3. Each signature is kept, so that what was changed later is found to the transaction.

Each side declares its tables once, on its own metadata.

Source: DOMAIN.md 2; TRUST.md t02.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    LargeBinary,
    MetaData,
    Row,
    Select,
    String,
    Table,
    func,
    insert,
    select,
    update,
)

from common.audit.checkpoint import sign_tree
from common.audit.entry import Entry, entry_leaf
from common.ledger.checkpoint import SignedCheckpoint
from common.ledger.merkle import Frontier
from common.storage.bulk import insert_all
from common.storage.columns import UtcDateTime

LONGEST = {"actor": 200, "action": 64, "subject": 200, "outcome": 200}  # characters
_FOUND_BY = ("action", "subject")
_WRITTEN = "audit lines"  # in a connection's notes: this transaction wrote some; a hint, the tables say what is so
_PAGE = 10_000
_CUT = 500  # subjects in one query


@dataclass(frozen=True)
class Trail:
    """One side's trail: where its lines, its tree and the signatures are kept."""

    entries: Table
    tree: Table
    checkpoints: Table

    def record(self, connection: Connection, now: datetime, *entries: Entry) -> None:
        """Add lines to the trail, in the caller's transaction."""
        self.record_all(connection, now, entries)

    def record_all(self, connection: Connection, now: datetime, entries: Iterable[Entry]) -> None:
        """Add many lines at once."""
        last = connection.execute(select(func.coalesce(func.max(self.entries.c.sequence), 0))).scalar_one()
        at = UtcDateTime.number(now)
        rows = [
            (sequence, at, *_values(entry), entry_leaf(sequence, now, entry))
            for sequence, entry in enumerate(entries, last + 1)
        ]
        if rows:
            insert_all(connection, self.entries, rows)
            connection.info[_WRITTEN] = True

    def sign(self, connection: Connection, key: Ed25519PrivateKey, *, whatever_was_written: bool = False) -> None:
        """Take the lines of this transaction into the tree and sign it (2); nothing, when it wrote none.

        Args:
            whatever_was_written: look at the tables, whether this transaction wrote lines or not.
        """
        if not (connection.info.pop(_WRITTEN, False) or whatever_was_written):
            return
        kept = connection.execute(select(self.tree.c.frontier)).scalar_one_or_none()
        tree = Frontier() if kept is None else Frontier.from_bytes(bytes(kept))
        before, table = tree.size, self.entries
        new = select(table.c.leaf_hash).where(table.c.sequence > before).order_by(table.c.sequence)
        tree.extend(map(bytes, connection.execute(new).scalars()))
        if tree.size == before:
            return
        row = {"size": tree.size, "frontier": tree.to_bytes()}
        if kept is None:
            connection.execute(insert(self.tree), {"id": 1} | row)
        else:
            connection.execute(update(self.tree).values(**row))
        root = tree.root()
        signed = {"size": tree.size, "root": root, "signature": sign_tree(key, tree.size, root)}
        connection.execute(insert(self.checkpoints), signed)

    def read(
        self,
        connection: Connection,
        after: int = 0,
        limit: int | None = None,
        **wanted: Any,
    ) -> Iterator[tuple[int, datetime, Entry]]:
        """Read lines in order, each as (number, time, line).

        Args:
            wanted: as `_wanted` has it.
        """
        for row in _pages(connection, _wanted(self.entries, **wanted), self.entries.c.sequence, after, limit):
            yield row.sequence, row.at, _entry(row._mapping)

    def read_back(
        self, connection: Connection, before: int | None, limit: int, **wanted: Any
    ) -> Iterator[tuple[int, datetime, Entry]]:
        """Read the newest lines, or the newest before a number, the newest first.

        Args:
            wanted: as `_wanted` has it.
        """
        number, query = self.entries.c.sequence, _wanted(self.entries, **wanted)
        query = query if before is None else query.where(number < before)
        for row in connection.execute(query.order_by(number.desc()).limit(limit)):
            yield row.sequence, row.at, _entry(row._mapping)

    def read_hashed(self, connection: Connection) -> Iterator[tuple[int, datetime, Entry, bytes]]:
        """Read every line with its stored leaf hash, in order."""
        for row in _pages(connection, select(self.entries), self.entries.c.sequence):
            yield row.sequence, row.at, _entry(row._mapping), bytes(row.leaf_hash)

    def read_checkpoints(self, connection: Connection) -> Iterator[SignedCheckpoint]:
        """Read every signature over the tree, by size."""
        for row in _pages(connection, select(self.checkpoints), self.checkpoints.c.size):
            yield SignedCheckpoint(row.size, bytes(row.root), bytes(row.signature))

    def last_checkpoint(self, connection: Connection) -> SignedCheckpoint | None:
        """Give the newest signature over the tree; None when nothing was recorded yet."""
        row = connection.execute(select(self.checkpoints).order_by(self.checkpoints.c.size.desc()).limit(1)).first()
        return None if row is None else SignedCheckpoint(row.size, bytes(row.root), bytes(row.signature))

    def last_written(self, connection: Connection, subject: str) -> Entry | None:
        """Find the last line that tells of a version of a subject: what a record that was put back is known by."""
        table = self.entries
        about = select(table).where(table.c.subject == subject, table.c.version > 0)
        row = connection.execute(about.order_by(table.c.sequence.desc()).limit(1)).one_or_none()
        return None if row is None else _entry(row._mapping)

    def written_of(self, connection: Connection, subjects: Collection[str]) -> dict[tuple[str, int], bytes]:
        """Give the digest of each version of some subjects, as the trail tells of it last."""
        table, wanted, found = self.entries, sorted(subjects), dict[tuple[str, int], bytes]()
        columns = select(table.c.subject, table.c.version, table.c.digest).where(table.c.version > 0)
        for first in range(0, len(wanted), _CUT):
            some = columns.where(table.c.subject.in_(wanted[first : first + _CUT])).order_by(table.c.sequence)
            found |= {(subject, version): bytes(digest) for subject, version, digest in connection.execute(some)}
        return found


def declare_trail(metadata: MetaData) -> Trail:
    """Declare the trail's tables on one side's metadata."""
    entries = Table(
        "audit_entry",
        metadata,
        Column("sequence", BigInteger, primary_key=True, autoincrement=False),
        Column("at", UtcDateTime, nullable=False),
        *(Column(name, String(length), nullable=False, index=name in _FOUND_BY) for name, length in LONGEST.items()),
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
    )
    checkpoints = Table(
        "audit_checkpoint",
        metadata,
        Column("size", BigInteger, primary_key=True, autoincrement=False),
        Column("root", LargeBinary, nullable=False),
        Column("signature", LargeBinary, nullable=False),
    )
    return Trail(entries, tree, checkpoints)


def _wanted(
    table: Table,
    *,
    actor: str | None = None,
    action: str | None = None,
    subject: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    is_refused: bool | None = None,
) -> Select[Any]:
    """Choose lines.

    Args:
        actor: only what this one did, such as `user casey`.
        action: only what was tried under this word.
        subject: only what was done to this.
        since, until: only from this time on, and before that one.
        is_refused: only what was refused, or only what was done.
    """
    query = select(table)
    for column, wanted in ((table.c.actor, actor), (table.c.action, action), (table.c.subject, subject)):
        query = query if wanted is None else query.where(column == wanted)
    query = query if since is None else query.where(table.c.at >= since)
    query = query if until is None else query.where(table.c.at < until)
    refused = table.c.outcome.like("refused%")
    return query if is_refused is None else query.where(refused if is_refused else ~refused)


def _pages(
    connection: Connection, query: Select[Any], key: Column[Any], after: int = 0, limit: int | None = None
) -> Iterator[Row[Any]]:
    """Read rows by their key, some thousand at a time: any length of trail fits into memory."""
    left = limit
    while left is None or left > 0:
        most = _PAGE if left is None else min(left, _PAGE)
        rows = connection.execute(query.where(key > after).order_by(key).limit(most)).all()
        yield from rows
        if len(rows) < most:
            return
        after, left = rows[-1]._mapping[key], None if left is None else left - most


def _values(entry: Entry) -> tuple[Any, ...]:
    return entry.actor, entry.action, entry.subject, entry.outcome, entry.version, entry.digest


def _entry(row: Any) -> Entry:
    texts = {name: row[name] for name in LONGEST}
    return Entry(**texts, version=row["version"], digest=bytes(row["digest"]))
