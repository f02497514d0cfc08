"""What left, the newest first: picked by kind, day and incident without reading what is not shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, LargeBinary, case, cast, func, or_, select

from common.ledger.receipt import Receipt
from common.ledger.verification import Leaf
from common.wire.v1.codes_pb2 import OUTCOME_APPLIED
from node.domain.delivery import Stream
from node.persistence import follow_ups, ledger, mutual_aid, outbox
from node.persistence.outbox import OutboxEntry, entry_of

_OUT, _LEAF, _RECEIPT = outbox.TABLE, ledger.LEAF, ledger.RECEIPT


@dataclass(frozen=True)
class Wanted:
    """Which reports are looked for; what is None leaves nothing out.

    Args:
        kind: of the contract's oneof, such as `activation`.
        since, until: when they were written; `until` itself is left out.
        incident_id: what they are about, by themselves or by their follow-up or request.
        waiting: only those that the hub has not acknowledged.
    """

    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    incident_id: bytes | None = None
    waiting: bool = False


@dataclass(frozen=True)
class KindLeft:
    """How many reports of one kind were written in one stream, how many of them the hub took, and the newest."""

    stream_id: bytes
    kind: str
    count: int
    applied: int
    newest: int  # sequence


def list_newest(
    connection: Connection, stream: Stream, wanted: Wanted, before: int | None, limit: int
) -> list[tuple[OutboxEntry, Leaf]]:
    """List a stream's reports that are wanted, the newest first.

    Args:
        before: only those of a lower sequence.
    """
    is_wanted = _OUT.c.stream_id == stream.stream_id, *_conditions(wanted)
    older = () if before is None else (_OUT.c.sequence < before,)
    body = cast(_LEAF.c.body, LargeBinary).label("body")
    query = (
        select(_OUT, body, _LEAF.c.leaf_hash)
        .join(_LEAF, (_LEAF.c.stream_id == _OUT.c.stream_id) & (_LEAF.c.sequence == _OUT.c.sequence))
        .where(*is_wanted, *older)
        .order_by(_OUT.c.sequence.desc())
        .limit(limit)
    )
    rows = connection.execute(query)
    return [(entry_of(row), Leaf(row.sequence, bytes(row.body), bytes(row.leaf_hash))) for row in rows]


def count_kinds(connection: Connection) -> list[KindLeft]:
    """Count the reports of each kind in each stream."""
    applied = func.sum(case((_OUT.c.outcome == OUTCOME_APPLIED, 1), else_=0))
    query = select(
        _OUT.c.stream_id, _OUT.c.kind, func.count(), applied, func.max(_OUT.c.sequence)
    ).group_by(_OUT.c.kind, _OUT.c.stream_id)  # fmt: skip
    return [
        KindLeft(bytes(stream_id), kind, int(count), int(taken), int(newest))
        for stream_id, kind, count, taken, newest in connection.execute(query)
    ]


def hashes_through(connection: Connection, stream_id: bytes, size: int) -> Iterator[bytes]:
    """Give the hashes of a stream's first leaves, in order."""
    query = (
        select(_LEAF.c.leaf_hash)
        .where(_LEAF.c.stream_id == stream_id, _LEAF.c.sequence <= size)
        .order_by(_LEAF.c.sequence)
    )
    return (bytes(each) for each in connection.execute(query).scalars())


def find_last_receipt(connection: Connection, stream_id: bytes) -> Receipt | None:
    """Find the hub's countersignature over the most leaves, of its newest epoch; None before the first."""
    query = (
        select(_RECEIPT)
        .where(_RECEIPT.c.stream_id == stream_id)
        .order_by(_RECEIPT.c.size.desc(), _RECEIPT.c.hub_epoch.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else Receipt(row.size, bytes(row.root), row.signed_at_unix_s, bytes(row.signature))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.kind is not None:
        found.append(_OUT.c.kind == wanted.kind)
    if wanted.since is not None:
        found.append(_OUT.c.created_at >= wanted.since)
    if wanted.until is not None:
        found.append(_OUT.c.created_at < wanted.until)
    if wanted.waiting:
        found.append(_OUT.c.outcome.is_(None))
    if wanted.incident_id is not None:
        held, asked = follow_ups.TABLE.c, mutual_aid.TABLE.c
        found.append(
            or_(
                _OUT.c.subject_id == wanted.incident_id,
                _OUT.c.subject_id.in_(select(held.id).where(held.incident_id == wanted.incident_id)),
                _OUT.c.subject_id.in_(select(asked.id).where(asked.incident_id == wanted.incident_id)),
            )
        )
    return found
