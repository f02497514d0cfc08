"""Invitations: join secrets, stored as hashes."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Connection, ForeignKey, LargeBinary, Row, func, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from hub.domain.credential import Invitation
from hub.persistence.agencies import AgencyRow
from hub.persistence.schema import Base, table_of


class InvitationRow(Base):
    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("length(secret_hash) = 32", name="secret_hash_length"),
        CheckConstraint("(spki_hash IS NULL) = (fingerprint IS NULL)", name="bound_whole"),
    )

    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    agency_id: Mapped[bytes] = mapped_column(LargeBinary, ForeignKey("agency.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    spki_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary, ForeignKey("credential.fingerprint"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    second_key_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


TABLE = table_of(InvitationRow)


def add_invitation(connection: Connection, invitation: Invitation) -> None:
    """Store a new invitation."""
    connection.execute(insert(InvitationRow), _row(invitation))


def find_invitation(connection: Connection, secret_hash: bytes) -> Invitation | None:
    """Fetch an invitation by the hash of its secret."""
    row = connection.execute(select(TABLE).where(InvitationRow.secret_hash == secret_hash)).one_or_none()
    return None if row is None else _invitation(row)


def list_invitations(connection: Connection, agency_id: bytes) -> list[Invitation]:
    """List an agency's invitations, the newest first."""
    statement = select(TABLE).where(InvitationRow.agency_id == agency_id).order_by(InvitationRow.created_at.desc())
    return [_invitation(row) for row in connection.execute(statement)]


def list_newest(connection: Connection, limit: int) -> list[tuple[str, str, Invitation]]:
    """List invitations, the newest first, each with its agency's short name and name."""
    statement = (
        select(TABLE, AgencyRow.slug, AgencyRow.name)
        .join(AgencyRow, AgencyRow.id == InvitationRow.agency_id)
        .order_by(InvitationRow.created_at.desc(), InvitationRow.secret_hash)
        .limit(limit)
    )
    return [(row.slug, row.name, _invitation(row)) for row in connection.execute(statement)]


def count_open(connection: Connection, agency_id: bytes, now: datetime) -> int:
    """Count an agency's invitations that can still be used for the first time."""
    statement = select(func.count()).where(
        InvitationRow.agency_id == agency_id,
        InvitationRow.revoked_at.is_(None),
        InvitationRow.spki_hash.is_(None),
        InvitationRow.expires_at > now,
    )
    return int(connection.execute(statement).scalar_one())


def bind_invitation(connection: Connection, secret_hash: bytes, spki_hash: bytes, fingerprint: bytes) -> None:
    """Bind an invitation to the key that used it, and note what it was answered with."""
    values = {"spki_hash": spki_hash, "fingerprint": fingerprint}
    connection.execute(update(InvitationRow).where(InvitationRow.secret_hash == secret_hash).values(values))


def note_second_key(connection: Connection, secret_hash: bytes, now: datetime) -> None:
    """Note that a second key tried a bound invitation; the first such time is kept."""
    connection.execute(
        update(InvitationRow)
        .where(InvitationRow.secret_hash == secret_hash, InvitationRow.second_key_at.is_(None))
        .values(second_key_at=now)
    )


def count_second_keys(connection: Connection) -> int:
    """Count the invitations that a second key tried."""
    statement = select(func.count()).select_from(InvitationRow).where(InvitationRow.second_key_at.is_not(None))
    return int(connection.execute(statement).scalar_one())


def revoke_invitations(connection: Connection, agency_id: bytes, now: datetime, *, unused_only: bool) -> None:
    """End an agency's invitations."""
    statement = update(InvitationRow).where(InvitationRow.agency_id == agency_id, InvitationRow.revoked_at.is_(None))
    if unused_only:
        statement = statement.where(InvitationRow.spki_hash.is_(None))
    connection.execute(statement.values(revoked_at=now))


def _invitation(row: Row[Any]) -> Invitation:
    return Invitation(
        secret_hash=bytes(row.secret_hash),
        agency_id=bytes(row.agency_id),
        created_at=row.created_at,
        expires_at=row.expires_at,
        spki_hash=_bytes(row.spki_hash),
        fingerprint=_bytes(row.fingerprint),
        revoked_at=row.revoked_at,
        second_key_at=row.second_key_at,
    )


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)


def _row(invitation: Invitation) -> dict[str, Any]:
    return {
        "secret_hash": invitation.secret_hash,
        "agency_id": invitation.agency_id,
        "created_at": invitation.created_at,
        "expires_at": invitation.expires_at,
        "spki_hash": invitation.spki_hash,
        "fingerprint": invitation.fingerprint,
        "revoked_at": invitation.revoked_at,
        "second_key_at": invitation.second_key_at,
    }
