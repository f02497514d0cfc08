"""The certificates that this hub issued, and which of them are taken."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Connection,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from hub.domain.credential import Admission, Credential, CredentialStatus, Phase
from hub.persistence.intermediates import IntermediateRow
from hub.persistence.schema import Base, table_of


class CredentialRow(Base):
    __tablename__ = "credential"
    __table_args__ = (
        ForeignKeyConstraint(["agency_id", "node"], ["node.agency_id", "node.node"]),
        ForeignKeyConstraint(["intermediate"], ["intermediate.number"], name="fk_credential_intermediate"),
        CheckConstraint("status IN ('active','superseded','revoked')", name="status"),
        CheckConstraint("length(fingerprint) = 32", name="fingerprint_length"),
        CheckConstraint("(status = 'superseded') = (accepted_until IS NOT NULL)", name="superseded_whole"),
        Index("ix_credential_node", "agency_id", "node"),
    )

    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    agency_id: Mapped[bytes] = mapped_column(LargeBinary)
    node: Mapped[int] = mapped_column(Integer)
    intermediate: Mapped[int] = mapped_column(Integer)
    spki_hash: Mapped[bytes] = mapped_column(LargeBinary)
    certificate: Mapped[bytes] = mapped_column(LargeBinary)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    not_after: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(16))
    accepted_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


TABLE = table_of(CredentialRow)
_ACTIVE, _SUPERSEDED = CredentialStatus.ACTIVE.value, CredentialStatus.SUPERSEDED.value


def add_credential(connection: Connection, credential: Credential) -> None:
    """Store a certificate that was just issued."""
    connection.execute(insert(CredentialRow), _row(credential))


def find_credential(connection: Connection, fingerprint: bytes) -> Credential | None:
    """Fetch a certificate by its fingerprint."""
    row = connection.execute(select(TABLE).where(CredentialRow.fingerprint == fingerprint)).one_or_none()
    return None if row is None else _credential(row)


def list_credentials_of(connection: Connection, agency_id: bytes, node: int) -> list[Credential]:
    """List a node's certificates, the newest first."""
    statement = (
        select(TABLE)
        .where(CredentialRow.agency_id == agency_id, CredentialRow.node == node)
        .order_by(CredentialRow.issued_at.desc(), CredentialRow.not_after.desc(), CredentialRow.fingerprint)
    )
    return [_credential(row) for row in connection.execute(statement)]


def list_accepted(connection: Connection, now: datetime) -> dict[tuple[bytes, int], Credential]:
    """Give the newest certificate that is taken of each node that has one, whether it is still valid or not."""
    is_taken = or_(CredentialRow.status == _ACTIVE, CredentialRow.accepted_until > now)
    statement = select(TABLE).where(is_taken).order_by(CredentialRow.issued_at, CredentialRow.not_after)
    return {(bytes(row.agency_id), row.node): _credential(row) for row in connection.execute(statement)}


def allow_list(connection: Connection, now: datetime) -> dict[bytes, Admission]:
    """Give the whole allow-list: fingerprint -> whose it is. Validity is checked by each call."""
    statement = (
        select(
            TABLE.c.fingerprint,
            TABLE.c.agency_id,
            TABLE.c.node,
            TABLE.c.intermediate,
            TABLE.c.status,
            TABLE.c.accepted_until,
        )
        .join(IntermediateRow, IntermediateRow.number == CredentialRow.intermediate)
        .where(
            IntermediateRow.phase != Phase.RETIRED.value,
            CredentialRow.not_after >= now,
            or_(CredentialRow.status == _ACTIVE, CredentialRow.accepted_until > now),
        )
        .order_by(TABLE.c.issued_at, TABLE.c.not_after, TABLE.c.fingerprint)
    )
    older: set[tuple[bytes, int]] = set()  # nodes that have an active certificate before this one
    entries: dict[bytes, Admission] = {}
    for fingerprint, agency_id, node, intermediate, status, accepted_until in connection.execute(statement):
        whose = (bytes(agency_id), node)
        active = status == _ACTIVE
        entries[bytes(fingerprint)] = Admission(
            *whose, accepted_until, intermediate, replaces=active and whose in older
        )
        if active:
            older.add(whose)
    return entries


def supersede(
    connection: Connection, agency_id: bytes, node: int, keep: tuple[bytes, ...], accepted_until: datetime
) -> int:
    """Let a node's active certificates, but those to keep, run out at `accepted_until`; tell how many these are."""
    statement = update(CredentialRow).where(
        CredentialRow.agency_id == agency_id,
        CredentialRow.node == node,
        CredentialRow.status == _ACTIVE,
        CredentialRow.fingerprint.not_in(keep),
    )
    return connection.execute(statement.values(status=_SUPERSEDED, accepted_until=accepted_until)).rowcount


def revoke_credentials(connection: Connection, agency_id: bytes) -> None:
    """End every certificate of an agency, at once."""
    values = {"status": CredentialStatus.REVOKED.value, "accepted_until": None}
    connection.execute(update(CredentialRow).where(CredentialRow.agency_id == agency_id).values(values))


def _credential(row: Row[Any]) -> Credential:
    return Credential(
        fingerprint=bytes(row.fingerprint),
        agency_id=bytes(row.agency_id),
        node=row.node,
        intermediate=row.intermediate,
        spki_hash=bytes(row.spki_hash),
        certificate=bytes(row.certificate),
        not_before=row.not_before,
        not_after=row.not_after,
        issued_at=row.issued_at,
        status=CredentialStatus(row.status),
        accepted_until=row.accepted_until,
    )


def _row(credential: Credential) -> dict[str, Any]:
    return {
        "fingerprint": credential.fingerprint,
        "agency_id": credential.agency_id,
        "node": credential.node,
        "intermediate": credential.intermediate,
        "spki_hash": credential.spki_hash,
        "certificate": credential.certificate,
        "not_before": credential.not_before,
        "not_after": credential.not_after,
        "issued_at": credential.issued_at,
        "status": credential.status.value,
        "accepted_until": credential.accepted_until,
    }
