"""The streams that this hub mirrors, with the last signature over each: what an auditor is shown before a proof."""

from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from hub.persistence.agencies import AgencyRow
from hub.persistence.streams import ReceiptRow, StreamRow


class Mirror(NamedTuple):
    """One stream as it is held here."""

    agency: str
    node: int
    stream_id: bytes
    reports: int
    began_at: datetime
    ended_at: datetime | None
    signed_at: datetime | None  # when both sides last signed the same tree over it


def list_mirrors(connection: Connection) -> list[Mirror]:
    """List every stream, by agency, the newest first."""
    signed_at = (
        select(ReceiptRow.signed_at_unix_s)
        .where(ReceiptRow.stream_number == StreamRow.number)
        .order_by(ReceiptRow.size.desc())
        .limit(1)
        .scalar_subquery()
        .label("signed_at")
    )
    columns = (StreamRow.node, StreamRow.stream_id, StreamRow.next_sequence, StreamRow.started_at, StreamRow.ended_at)
    rows = connection.execute(
        select(AgencyRow.slug, *columns, signed_at)
        .join(AgencyRow, AgencyRow.id == StreamRow.agency_id)
        .order_by(AgencyRow.slug, StreamRow.number.desc())
    )
    return [
        Mirror(slug, node, bytes(stream_id), wanted - 1, began, ended, signed and datetime.fromtimestamp(signed, UTC))
        for slug, node, stream_id, wanted, began, ended, signed in rows
    ]
