"""The egress ledger: every report that was written to leave, the signed trees over them, the hub's receipts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, CheckConstraint, Connection, ForeignKey, LargeBinary, cast, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from common.ledger.checkpoint import SignedCheckpoint
from common.ledger.receipt import Receipt
from common.ledger.verification import Leaf
from node.persistence.schema import Base, table_of

_PAGE = 2_000  # rows fetched at a time while a whole ledger is read


class LeafRow(Base):
    __tablename__ = "ledger_leaf"
    __table_args__ = (
        CheckConstraint("sequence >= 1", name="sequence_from_1"),
        CheckConstraint("length(leaf_hash) = 32", name="hash_length"),
        {"sqlite_with_rowid": False},  # clustered: a ledger is read and written in order
    )

    stream_id: Mapped[bytes] = mapped_column(ForeignKey("stream.stream_id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)  # canonical bytes of the Report, as sent
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary)


class CheckpointRow(Base):
    __tablename__ = "ledger_checkpoint"
    __table_args__ = ({"sqlite_with_rowid": False},)

    stream_id: Mapped[bytes] = mapped_column(ForeignKey("stream.stream_id"), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)


class ReceiptRow(Base):
    __tablename__ = "ledger_receipt"
    __table_args__ = ({"sqlite_with_rowid": False},)

    stream_id: Mapped[bytes] = mapped_column(ForeignKey("stream.stream_id"), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    hub_epoch: Mapped[int] = mapped_column(BigInteger, primary_key=True)  # a restored hub countersigns anew
    root: Mapped[bytes] = mapped_column(LargeBinary)
    signed_at_unix_s: Mapped[int] = mapped_column(BigInteger)
    signature: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True)
class StoredReceipt:
    """A receipt with the epoch of the hub that gave it."""

    receipt: Receipt
    hub_epoch: int


LEAF, _CHECKPOINT, RECEIPT = table_of(LeafRow), table_of(CheckpointRow), table_of(ReceiptRow)


def add_leaves(connection: Connection, stream_id: bytes, leaves: Sequence[Leaf]) -> None:
    """Add leaves at the end of a stream's ledger."""
    connection.execute(insert(LEAF), [{"stream_id": stream_id} | leaf._asdict() for leaf in leaves])


def add_checkpoint(connection: Connection, stream_id: bytes, checkpoint: SignedCheckpoint) -> None:
    """Add the node's signature over the tree so far."""
    connection.execute(
        insert(_CHECKPOINT),
        {
            "stream_id": stream_id,
            "size": checkpoint.size,
            "root": checkpoint.root,
            "signature": checkpoint.signature,
        },
    )


def add_receipt(connection: Connection, stream_id: bytes, stored: StoredReceipt) -> None:
    """Add the hub's countersignature; one that is held already stays as it is."""
    receipt = stored.receipt
    connection.execute(
        insert(RECEIPT).prefix_with("OR IGNORE"),
        {
            "stream_id": stream_id,
            "size": receipt.size,
            "hub_epoch": stored.hub_epoch,
            "root": receipt.root,
            "signed_at_unix_s": receipt.signed_at_unix_s,
            "signature": receipt.signature,
        },
    )


def read_leaves(connection: Connection, stream_id: bytes, first: int = 1, limit: int | None = None) -> Iterator[Leaf]:
    """Read a stream's leaves in order, from sequence `first` on."""
    query = (
        # Cast: what somebody wrote over the store as text is still read, and then named by `verify`.
        select(LEAF.c.sequence, cast(LEAF.c.body, LargeBinary).label("body"), LEAF.c.leaf_hash)
        .where(LEAF.c.stream_id == stream_id, LEAF.c.sequence >= first)
        .order_by(LEAF.c.sequence)
        .limit(limit)
    )
    for row in connection.execution_options(yield_per=_PAGE).execute(query):
        yield Leaf(row.sequence, bytes(row.body), bytes(row.leaf_hash))


def read_checkpoints(
    connection: Connection, stream_id: bytes, first: int = 1, limit: int | None = None
) -> Iterator[SignedCheckpoint]:
    """Read a stream's checkpoints in order, from size `first` on."""
    query = (
        select(_CHECKPOINT)
        .where(_CHECKPOINT.c.stream_id == stream_id, _CHECKPOINT.c.size >= first)
        .order_by(_CHECKPOINT.c.size)
        .limit(limit)
    )
    for row in connection.execution_options(yield_per=_PAGE).execute(query):
        yield SignedCheckpoint(row.size, bytes(row.root), bytes(row.signature))


def find_checkpoint(connection: Connection, stream_id: bytes, size: int) -> SignedCheckpoint | None:
    """Find the checkpoint that was signed at exactly `size` leaves."""
    return next((found for found in read_checkpoints(connection, stream_id, size, 1) if found.size == size), None)


def read_receipts(connection: Connection, stream_id: bytes) -> Iterator[StoredReceipt]:
    """Read a stream's receipts in order of size, then of epoch."""
    query = select(RECEIPT).where(RECEIPT.c.stream_id == stream_id).order_by(RECEIPT.c.size, RECEIPT.c.hub_epoch)
    for row in connection.execution_options(yield_per=_PAGE).execute(query):
        receipt = Receipt(row.size, bytes(row.root), row.signed_at_unix_s, bytes(row.signature))
        yield StoredReceipt(receipt, row.hub_epoch)
