"""Streams, their reports and the receipts given for them: the hub's mirror of every node's egress ledger."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    Row,
    SmallInteger,
    bindparam,
    false,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from common.ledger.merkle import Frontier
from common.storage.columns import UtcDateTime
from common.wire.v1.codes_pb2 import Outcome
from hub.domain.delivery import Receipt, StoredReport, Stream
from hub.persistence.bulk import BulkInsert, BulkUpdate
from hub.persistence.schema import Base, table_of


class StreamRow(Base):
    __tablename__ = "stream"
    __table_args__ = (CheckConstraint("next_sequence >= 1", name="sequence_from_1"),)

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    stream_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    agency_id: Mapped[bytes] = mapped_column(ForeignKey("agency.id"), index=True)
    node: Mapped[int] = mapped_column(Integer)
    next_sequence: Mapped[int] = mapped_column(BigInteger)
    frontier: Mapped[bytes] = mapped_column(LargeBinary)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    carries: Mapped[bool] = mapped_column(Boolean, server_default=false())


class ReportRow(Base):
    __tablename__ = "report"
    # Clustered by stream: its newest reports lie together, so a store of millions inserts as fast as a new one.
    __table_args__ = ({"sqlite_with_rowid": False},)

    stream_number: Mapped[int] = mapped_column(ForeignKey("stream.number"), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)  # the ledger leaf, byte for byte
    outcome: Mapped[int] = mapped_column(SmallInteger)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReceiptRow(Base):
    __tablename__ = "receipt"
    __table_args__ = ({"sqlite_with_rowid": False},)

    stream_number: Mapped[int] = mapped_column(ForeignKey("stream.number"), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    node_signature: Mapped[bytes] = mapped_column(LargeBinary)
    signed_at_unix_s: Mapped[int] = mapped_column(BigInteger)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    hub_epoch: Mapped[int] = mapped_column(BigInteger)


_STREAM, _REPORT, _RECEIPT = table_of(StreamRow), table_of(ReportRow), table_of(ReceiptRow)
_BY_IDS = select(_STREAM).where(StreamRow.stream_id.in_(bindparam("ids", expanding=True)))
_ADVANCE = BulkUpdate(_STREAM, ["number"], ["next_sequence", "frontier", "node"])
_ADD_REPORTS = BulkInsert(_REPORT, *StoredReport._fields)
_ADD_RECEIPTS = BulkInsert(
    _RECEIPT, "stream_number", "size", "root", "node_signature", "signed_at_unix_s", "signature", "hub_epoch"
)


def load_streams(connection: Connection, stream_ids: Iterable[bytes]) -> dict[bytes, Stream]:
    """Fetch the streams among `stream_ids` that the hub knows."""
    return {bytes(row.stream_id): _stream(row) for row in connection.execute(_BY_IDS, {"ids": list(stream_ids)})}


def start_stream(connection: Connection, stream_id: bytes, agency_id: bytes, node: int, now: datetime) -> Stream:
    """Begin a stream; the node's earlier ones end with it, and it may begin with what they delivered."""
    earlier = (_STREAM.c.agency_id == agency_id) & (_STREAM.c.node == node) & _STREAM.c.ended_at.is_(None)
    carries = connection.execute(update(_STREAM).where(earlier).values(ended_at=now)).rowcount > 0
    values = {
        "stream_id": stream_id,
        "agency_id": agency_id,
        "node": node,
        "next_sequence": 1,
        "frontier": Frontier().to_bytes(),
        "started_at": now,
        "carries": carries,
    }
    number = connection.execute(insert(_STREAM).returning(_STREAM.c.number), values).scalar_one()
    return Stream(number, stream_id, agency_id, node, 1, Frontier(), ended=False, carries=carries)


def list_earlier(connection: Connection, stream: Stream) -> list[int]:
    """List the numbers of the streams that the same node began before this one."""
    same = (_STREAM.c.agency_id == stream.agency_id) & (_STREAM.c.node == stream.node)
    return list(connection.scalars(select(_STREAM.c.number).where(same, _STREAM.c.number < stream.number)))


def find_outcomes(connection: Connection, numbers: Sequence[int], bodies: Sequence[bytes]) -> dict[bytes, Outcome]:
    """Give the outcome of each of these bodies that one of these streams holds, byte for byte."""
    found = select(_REPORT.c.body, _REPORT.c.outcome).where(
        _REPORT.c.stream_number.in_(numbers), _REPORT.c.body.in_(bodies)
    )
    return {bytes(row.body): row.outcome for row in connection.execute(found)}


def end_carrying(connection: Connection, stream: Stream) -> None:
    """Note that whatever a stream brings from now on is new."""
    stream.carries = False
    connection.execute(update(_STREAM).where(_STREAM.c.number == stream.number).values(carries=False))


def save_streams(connection: Connection, streams: Iterable[Stream]) -> None:
    """Store how far each stream has come."""
    _ADVANCE.run(connection, [(s.number, s.next_sequence, s.frontier.to_bytes(), s.node) for s in streams])


def add_reports(connection: Connection, rows: Sequence[StoredReport]) -> None:
    """Store applied and refused reports."""
    _ADD_REPORTS.run(connection, rows)


def read_reports(connection: Connection, stream_number: int, first: int, last: int) -> list[StoredReport]:
    """Read the reports `first` to `last`, both included, in order."""
    rows = connection.execute(
        select(_REPORT)
        .where(_REPORT.c.stream_number == stream_number, _REPORT.c.sequence.between(first, last))
        .order_by(_REPORT.c.sequence)
    )
    return [StoredReport(stream_number, row.sequence, bytes(row.body), row.outcome, row.received_at) for row in rows]


def add_receipts(connection: Connection, receipts: Sequence[tuple[int, Receipt]]) -> None:
    """Store receipts, each with its stream's number."""
    _ADD_RECEIPTS.run(
        connection,
        [
            (number, each.size, each.root, each.node_signature, each.signed_at_unix_s, each.signature, each.hub_epoch)
            for number, each in receipts
        ],
    )


def find_receipt_covering(connection: Connection, stream_number: int, size: int) -> Receipt | None:
    """Find the earliest receipt that covers `size` leaves."""
    row = connection.execute(
        select(_RECEIPT)
        .where(_RECEIPT.c.stream_number == stream_number, _RECEIPT.c.size >= size)
        .order_by(_RECEIPT.c.size)
        .limit(1)
    ).one_or_none()
    return None if row is None else _receipt(row)


def list_receipts(connection: Connection, stream_number: int) -> list[Receipt]:
    """List every receipt of a stream, by size."""
    rows = connection.execute(
        select(_RECEIPT).where(_RECEIPT.c.stream_number == stream_number).order_by(_RECEIPT.c.size)
    )
    return [_receipt(row) for row in rows]


def list_streams(connection: Connection, agency_id: bytes | None = None) -> list[Stream]:
    """List streams in the order they began, of one agency or of all."""
    query = select(_STREAM).order_by(_STREAM.c.number)
    if agency_id is not None:
        query = query.where(_STREAM.c.agency_id == agency_id)
    return [_stream(row) for row in connection.execute(query)]


def _stream(row: Row[Any]) -> Stream:
    return Stream(
        number=row.number,
        stream_id=bytes(row.stream_id),
        agency_id=bytes(row.agency_id),
        node=row.node,
        next_sequence=row.next_sequence,
        frontier=Frontier.from_bytes(bytes(row.frontier)),
        ended=row.ended_at is not None,
        carries=row.carries,
    )


def _receipt(row: Row[Any]) -> Receipt:
    return Receipt(
        size=row.size,
        root=bytes(row.root),
        node_signature=bytes(row.node_signature),
        signed_at_unix_s=row.signed_at_unix_s,
        signature=bytes(row.signature),
        hub_epoch=row.hub_epoch,
    )
