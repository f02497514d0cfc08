"""The versions of the region's agreement that the hub told of."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, Integer, LargeBinary, Row, String, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from common.agreement.encoding import decode_terms
from common.storage.columns import UtcDateTime
from node.domain.agreement import Agreement
from node.persistence.schema import Base, table_of


class AgreementRow(Base):
    __tablename__ = "agreement"

    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    id: Mapped[bytes] = mapped_column(LargeBinary)
    title: Mapped[str] = mapped_column(String(300))
    terms: Mapped[bytes] = mapped_column(LargeBinary)  # as the hub told them: what the signatures cover
    in_force_from: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_by: Mapped[list[str]] = mapped_column(JSON)  # hex


_TABLE = table_of(AgreementRow)


def save_agreement(connection: Connection, agreement: Agreement) -> None:
    """Store a version in place of what was held of it."""
    connection.execute(delete(_TABLE).where(_TABLE.c.version == agreement.version))
    connection.execute(
        insert(_TABLE),
        {
            "version": agreement.version,
            "id": agreement.id,
            "title": agreement.title,
            "terms": agreement.encoded,
            "in_force_from": agreement.in_force_from,
            "signed_by": sorted(agency_id.hex() for agency_id in agreement.signed_by),
        },
    )


def find_agreement(connection: Connection, version: int) -> Agreement | None:
    """Find one version."""
    row = connection.execute(select(_TABLE).where(_TABLE.c.version == version)).one_or_none()
    return None if row is None else _agreement(row)


def list_agreements(connection: Connection) -> list[Agreement]:
    """List every version, in order."""
    return [_agreement(row) for row in connection.execute(select(_TABLE).order_by(_TABLE.c.version))]


def _agreement(row: Row[Any]) -> Agreement:
    return Agreement(
        version=row.version,
        id=bytes(row.id),
        title=row.title,
        encoded=bytes(row.terms),
        terms=decode_terms(bytes(row.terms)),
        in_force_from=row.in_force_from,
        signed_by=frozenset(bytes.fromhex(agency_id) for agency_id in row.signed_by),
    )
