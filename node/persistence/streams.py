"""The lives of this node's database, and how far each has come at the hub."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Connection,
    Integer,
    LargeBinary,
    Row,
    String,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from common.errors import NotFound
from common.ledger.merkle import Frontier
from common.storage.columns import UtcDateTime
from node.domain.delivery import Flow, Stream
from node.persistence.schema import Base, table_of

_FLOWS = ",".join(f"'{flow.value}'" for flow in Flow)


class StreamRow(Base):
    __tablename__ = "stream"
    __table_args__ = (
        CheckConstraint("length(stream_id) = 16", name="stream_id_length"),
        CheckConstraint("next_sequence >= 1 AND sent_through >= next_sequence - 1", name="sent_before_acknowledged"),
        CheckConstraint(f"flow IN ({_FLOWS})", name="flow"),
    )

    stream_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, unique=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    frontier: Mapped[bytes] = mapped_column(LargeBinary)
    next_sequence: Mapped[int] = mapped_column(BigInteger)
    sent_through: Mapped[int] = mapped_column(BigInteger)
    flow: Mapped[str] = mapped_column(String(16))
    flow_reason: Mapped[str] = mapped_column(String(600))
    flow_since: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    doubted_from: Mapped[int | None] = mapped_column(BigInteger)


TABLE = table_of(StreamRow)


def add_stream(connection: Connection, stream_id: bytes, now: datetime) -> Stream:
    """Begin a stream; the one before it ends."""
    earlier = list_streams(connection)
    connection.execute(update(TABLE).where(TABLE.c.ended_at.is_(None)).values(ended_at=now))
    stream = Stream(stream_id, len(earlier) + 1, now, Frontier(), 1, 0, Flow.FLOWING, "", now, None)
    connection.execute(insert(TABLE), vars(stream) | {"frontier": stream.frontier.to_bytes()})
    return stream


def get_current_stream(connection: Connection) -> Stream:
    """Fetch the stream that is written now."""
    row = connection.execute(select(TABLE).where(TABLE.c.ended_at.is_(None))).one_or_none()
    if row is None:
        raise NotFound("this node has not joined a hub yet: run `holdfast node join` with the string from its operator")
    return _stream(row)


def list_streams(connection: Connection) -> list[Stream]:
    """List every stream, the first life first."""
    return [_stream(row) for row in connection.execute(select(TABLE).order_by(TABLE.c.number))]


def set_frontier(connection: Connection, stream_id: bytes, frontier: Frontier) -> None:
    """Store the tree's right edge after an append."""
    connection.execute(_of(stream_id).values(frontier=frontier.to_bytes()))


def set_sent_through(connection: Connection, stream_id: bytes, sequence: int) -> None:
    """Note that everything up to `sequence` is about to be sent."""
    connection.execute(_of(stream_id).where(TABLE.c.sent_through < sequence).values(sent_through=sequence))


def set_next_sequence(connection: Connection, stream_id: bytes, sequence: int) -> None:
    """Set where the next batch starts."""
    connection.execute(_of(stream_id).values(next_sequence=sequence))


def doubt_ended(connection: Connection) -> None:
    """Note that what was acknowledged of ended streams may be lost: the last report of it is to be sent again."""
    ended = TABLE.c.ended_at.is_not(None) & (TABLE.c.next_sequence > 1)
    connection.execute(update(TABLE).where(ended).values(doubted_from=TABLE.c.next_sequence - 1))


def find_doubted(connection: Connection) -> Stream | None:
    """Find the first ended stream of which the hub may lack something that it acknowledged."""
    row = connection.execute(
        select(TABLE).where(TABLE.c.doubted_from.is_not(None)).order_by(TABLE.c.number).limit(1)
    ).one_or_none()
    return None if row is None else _stream(row)


def set_doubted_from(connection: Connection, stream_id: bytes, sequence: int | None) -> None:
    """Set from where an ended stream is sent again; None when the hub has all of it."""
    connection.execute(_of(stream_id).values(doubted_from=sequence))


def set_flow(connection: Connection, stream_id: bytes, flow: Flow, reason: str, now: datetime) -> None:
    """Stop a stream, for a reason that people are shown, or let it flow again."""
    connection.execute(_of(stream_id).values(flow=flow.value, flow_reason=reason[:600], flow_since=now))


def _of(stream_id: bytes) -> Any:
    return update(TABLE).where(TABLE.c.stream_id == stream_id)


def _stream(row: Row[Any]) -> Stream:
    return Stream(
        stream_id=bytes(row.stream_id),
        number=row.number,
        started_at=row.started_at,
        frontier=Frontier.from_bytes(bytes(row.frontier)),
        next_sequence=row.next_sequence,
        sent_through=row.sent_through,
        flow=Flow(row.flow),
        flow_reason=row.flow_reason,
        flow_since=row.flow_since,
        ended_at=row.ended_at,
        doubted_from=row.doubted_from,
    )
