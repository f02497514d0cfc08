"""What waits to be acknowledged, and what became of it. A row is written with its leaf, in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Row,
    SmallInteger,
    String,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from common.wire.v1.codes_pb2 import OUTCOME_APPLIED
from node.persistence import streams
from node.persistence.schema import Base, table_of


class OutboxRow(Base):
    __tablename__ = "outbox"
    __table_args__ = (
        ForeignKeyConstraint(["stream_id", "sequence"], ["ledger_leaf.stream_id", "ledger_leaf.sequence"]),
        Index(None, "kind", "stream_id", "sequence", "outcome"),  # counted and listed by kind without the rows
        {"sqlite_with_rowid": False},
    )

    stream_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    command_id: Mapped[bytes] = mapped_column(LargeBinary, index=True)  # comes again in a new stream
    kind: Mapped[str] = mapped_column(String(40))  # of the contract's oneof, such as `activation`
    subject_id: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)  # what it is about, such as an incident
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[int | None] = mapped_column(SmallInteger)  # wire Outcome; none until acknowledged
    reason: Mapped[str] = mapped_column(String(400), default="")  # the hub's sentence, when it refused
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class OutboxEntry:
    """One report that was written to leave."""

    stream_id: bytes
    sequence: int
    command_id: bytes
    kind: str
    subject_id: bytes | None
    created_at: datetime
    outcome: int | None
    reason: str
    acknowledged_at: datetime | None

    @property
    def is_refused(self) -> bool:
        """Tell whether the hub recorded it as refused."""
        return self.outcome is not None and self.outcome != OUTCOME_APPLIED


TABLE = table_of(OutboxRow)
_SOME = 20  # rows fetched at a time, where most often one is enough
_ABOUT = (
    select(TABLE)
    .join(streams.TABLE, streams.TABLE.c.stream_id == TABLE.c.stream_id)
    .where(TABLE.c.kind == bindparam("wanted_kind"), TABLE.c.subject_id == bindparam("wanted_subject"))
    .order_by(streams.TABLE.c.number.desc(), TABLE.c.sequence.desc())
)
_ACKNOWLEDGE = (
    update(TABLE)
    .where(TABLE.c.stream_id == bindparam("b_stream"), TABLE.c.sequence == bindparam("b_sequence"))
    .values(outcome=bindparam("b_outcome"), acknowledged_at=bindparam("b_at"))
)


def add_entries(connection: Connection, entries: Sequence[OutboxEntry]) -> None:
    """Add rows for reports whose leaves were written in this transaction."""
    connection.execute(insert(TABLE), [vars(entry) for entry in entries])


def set_outcomes(connection: Connection, stream_id: bytes, outcomes: Mapping[int, int], now: datetime) -> None:
    """Mark reports as acknowledged, each with what the hub did with it."""
    if outcomes:
        connection.execute(
            _ACKNOWLEDGE,
            [
                {"b_stream": stream_id, "b_sequence": sequence, "b_outcome": outcome, "b_at": now}
                for sequence, outcome in outcomes.items()
            ],
        )


def set_reason(connection: Connection, stream_id: bytes, sequence: int, command_id: bytes, reason: str) -> None:
    """Keep the hub's sentence about a report that it refused; the outcome itself comes with the receipt.

    A database restored from a backup may hold another report at that sequence than the one the hub refused.
    """
    found = (TABLE.c.stream_id == stream_id) & (TABLE.c.sequence == sequence) & (TABLE.c.command_id == command_id)
    connection.execute(update(TABLE).where(found).values(reason=reason))


def list_from(connection: Connection, stream_id: bytes, first: int, limit: int | None = None) -> list[OutboxEntry]:
    """List a stream's rows in order, from sequence `first` on."""
    query = (
        select(TABLE)
        .where(TABLE.c.stream_id == stream_id, TABLE.c.sequence >= first)
        .order_by(TABLE.c.sequence)
        .limit(limit)
    )
    return [entry_of(row) for row in connection.execute(query)]


def list_about(connection: Connection, kind: str, subject_id: bytes) -> list[OutboxEntry]:
    """List the reports of one kind about one subject, the newest first: as written, whatever the clock said then."""
    return list(read_about(connection, kind, subject_id))


def read_about(connection: Connection, kind: str, subject_id: bytes) -> Iterator[OutboxEntry]:
    """Give the same one after the other: of hundreds, most often the newest is wanted."""
    wanted = {"wanted_kind": kind, "wanted_subject": subject_id}
    return map(entry_of, connection.execute(_ABOUT, wanted, execution_options={"yield_per": _SOME}))


def count_about(connection: Connection, kind: str, subject_id: bytes) -> int:
    """Count the reports of one kind about one subject."""
    query = select(func.count()).where(TABLE.c.kind == kind, TABLE.c.subject_id == subject_id)
    return int(connection.execute(query).scalar_one())


def list_of_kind(connection: Connection, kind: str) -> list[OutboxEntry]:
    """List the reports of one kind, the newest first."""
    query = select(TABLE).where(TABLE.c.kind == kind).order_by(TABLE.c.created_at.desc(), TABLE.c.sequence.desc())
    return [entry_of(row) for row in connection.execute(query)]


def list_refused(connection: Connection, limit: int = 500) -> list[OutboxEntry]:
    """List what the hub recorded as refused, the newest first."""
    query = (
        select(TABLE)
        .where(TABLE.c.outcome.is_not(None), TABLE.c.outcome != OUTCOME_APPLIED)
        .order_by(TABLE.c.created_at.desc(), TABLE.c.sequence.desc())
        .limit(limit)
    )
    return [entry_of(row) for row in connection.execute(query)]


def oldest_waiting(connection: Connection, stream_id: bytes, next_sequence: int) -> datetime | None:
    """Tell since when the oldest report waits that the hub does not hold."""
    query = select(func.min(TABLE.c.created_at)).where(
        TABLE.c.stream_id == stream_id, TABLE.c.sequence >= next_sequence
    )
    found: datetime | None = connection.execute(query).scalar_one()
    return found


def entry_of(row: Row[Any]) -> OutboxEntry:
    """Read one row."""
    return OutboxEntry(
        stream_id=bytes(row.stream_id),
        sequence=row.sequence,
        command_id=bytes(row.command_id),
        kind=row.kind,
        subject_id=None if row.subject_id is None else bytes(row.subject_id),
        created_at=row.created_at,
        outcome=row.outcome,
        reason=row.reason,
        acknowledged_at=row.acknowledged_at,
    )
