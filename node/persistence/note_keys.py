"""Which public key notes to a user are sealed with, and the private one as only the user can open it.

Source: DESIGN.md 6, "At rest".
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, Connection, ForeignKey, LargeBinary, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from common.access.roles import Role
from common.access.users import ACTIVE
from common.storage.columns import UtcDateTime
from node.persistence.access import ACCESS
from node.persistence.schema import Base, table_of


class NoteKeyRow(Base):
    __tablename__ = "note_key"
    __table_args__ = (CheckConstraint("length(public_key) = 32", name="public_key_length"),)

    user_id: Mapped[bytes] = mapped_column(LargeBinary, ForeignKey("user_account.id"), primary_key=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    under_password: Mapped[bytes | None] = mapped_column(LargeBinary)  # None since an operator reset the password
    under_recovery: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


_KEY = table_of(NoteKeyRow)


@dataclass(frozen=True)
class NoteKey:
    """A user's key pair, as stored."""

    user_id: bytes
    public_key: bytes
    under_password: bytes | None
    under_recovery: bytes
    made_at: datetime


def find(connection: Connection, user_id: bytes) -> NoteKey | None:
    """Find a user's key pair."""
    row = connection.execute(select(_KEY).where(_KEY.c.user_id == user_id)).one_or_none()
    return None if row is None else NoteKey(**row._mapping)


def find_public(connection: Connection, user_id: bytes) -> bytes | None:
    """Find the public key that notes to a user are sealed with, 32 bytes."""
    return connection.execute(select(_KEY.c.public_key).where(_KEY.c.user_id == user_id)).scalar_one_or_none()


def list_clinical_leads(connection: Connection) -> list[tuple[bytes, bytes]]:
    """List the clinical leads whose key is known, each as (user id, public key): active users who are clinicians."""
    users, roles = ACCESS.users, ACCESS.roles
    joined = _KEY.join(users, users.c.id == _KEY.c.user_id).join(roles, roles.c.user_id == users.c.id)
    query = select(_KEY.c.user_id, _KEY.c.public_key).select_from(joined)
    leads = query.where(roles.c.role == Role.CLINICIAN.value, users.c.state == ACTIVE)
    return [(bytes(user_id), bytes(public)) for user_id, public in connection.execute(leads.order_by(_KEY.c.user_id))]


def put(connection: Connection, key: NoteKey) -> None:
    """Store a user's new key pair, in place of an earlier one."""
    connection.execute(delete(_KEY).where(_KEY.c.user_id == key.user_id))
    connection.execute(insert(_KEY), vars(key))


def rewrap(connection: Connection, user_id: bytes, under_password: bytes | None) -> None:
    """Store a user's private key under another password; None: under none."""
    connection.execute(update(_KEY).where(_KEY.c.user_id == user_id).values(under_password=under_password))
