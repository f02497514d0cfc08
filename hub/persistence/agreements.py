"""The versions of the region's agreement, and each agency's signature under them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, Connection, ForeignKey, Integer, LargeBinary, String, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from common.agreement.encoding import decode_terms
from common.storage.columns import UtcDateTime
from hub.domain.agreement import Agreement
from hub.persistence.bulk import BulkInsert
from hub.persistence.schema import Base, table_of


class AgreementRow(Base):
    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("length(id) = 16", name="id_length"),
        CheckConstraint("version BETWEEN 1 AND 65535", name="version_range"),
    )

    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    id: Mapped[bytes] = mapped_column(LargeBinary)  # the same for every version
    title: Mapped[str] = mapped_column(String(200))
    terms: Mapped[bytes] = mapped_column(LargeBinary)  # canonical AgreementTerms
    in_force_from: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AgreementSignatureRow(Base):
    __tablename__ = "agreement_signature"
    __table_args__ = (CheckConstraint("length(signature) = 64", name="signature_length"),)

    version: Mapped[int] = mapped_column(ForeignKey("agreement.version"), primary_key=True)
    agency_id: Mapped[bytes] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    node: Mapped[int] = mapped_column(Integer)  # whose bound key signed
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)  # hub clock


@dataclass(frozen=True)
class AgreementSignature:
    """One agency's signature under one version, verified."""

    version: int
    agency_id: bytes
    node: int
    signature: bytes  # 64 bytes
    signed_at: datetime


_AGREEMENT, _SIGNATURE = table_of(AgreementRow), table_of(AgreementSignatureRow)
_SIGNED = ("version", "agency_id", "node", "signature", "signed_at")
_ADD_SIGNATURES = BulkInsert(_SIGNATURE, *_SIGNED)


def add_agreement(connection: Connection, agreement: Agreement) -> None:
    """Store a new version."""
    connection.execute(
        insert(_AGREEMENT),
        {
            "version": agreement.version,
            "id": agreement.id,
            "title": agreement.title,
            "terms": agreement.encoded,
            "in_force_from": agreement.in_force_from,
            "published_at": agreement.published_at,
        },
    )


def load_agreements(connection: Connection) -> dict[int, Agreement]:
    """Fetch every version, with who signed it."""
    signed_by: dict[int, set[bytes]] = {}
    for version, agency_id in connection.execute(select(_SIGNATURE.c.version, _SIGNATURE.c.agency_id)):
        signed_by.setdefault(version, set()).add(bytes(agency_id))
    return {
        row.version: Agreement(
            id=bytes(row.id),
            version=row.version,
            title=row.title,
            encoded=bytes(row.terms),
            terms=decode_terms(bytes(row.terms)),
            in_force_from=row.in_force_from,
            published_at=row.published_at,
            signed_by=frozenset(signed_by.get(row.version, ())),
        )
        for row in connection.execute(select(_AGREEMENT).order_by(_AGREEMENT.c.version))
    }


def add_signatures(connection: Connection, signatures: Iterable[AgreementSignature]) -> None:
    """Store signatures, by a bulk statement."""
    _ADD_SIGNATURES.run(connection, [tuple(getattr(each, name) for name in _SIGNED) for each in signatures])


def list_signatures(connection: Connection, version: int) -> list[AgreementSignature]:
    """List the signatures under one version, in the order in which they came."""
    query = select(_SIGNATURE).where(_SIGNATURE.c.version == version).order_by(_SIGNATURE.c.signed_at)
    return [
        AgreementSignature(row.version, bytes(row.agency_id), row.node, bytes(row.signature), row.signed_at)
        for row in connection.execute(query)
    ]
