"""Notes about encounters, sealed to people: one copy for each reader of each version. Nothing of one stands clear."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy import CheckConstraint, Connection, ForeignKey, Integer, LargeBinary, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.persistence.schema import Base, table_of
from node.vault.notes import TABLE


class NoteRow(Base):
    __tablename__ = TABLE
    __table_args__ = (CheckConstraint("version >= 1", name="version"),)

    encounter_id: Mapped[bytes] = mapped_column(LargeBinary, ForeignKey("encounter.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    recipient: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)  # a user's id
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


_NOTE = table_of(NoteRow)


def add_note(
    connection: Connection, encounter_id: bytes, version: int, copies: Mapping[bytes, bytes], now: datetime
) -> None:
    """Store a version of a note, a copy for each reader; one that stands is never written again."""
    rows = [
        {"encounter_id": encounter_id, "version": version, "recipient": reader, "written_at": now, "sealed": sealed}
        for reader, sealed in copies.items()
    ]
    connection.execute(insert(_NOTE), rows)


def last_version(connection: Connection, encounter_id: bytes) -> int:
    """Tell the number of an encounter's newest note; 0 for none."""
    query = select(func.max(_NOTE.c.version)).where(_NOTE.c.encounter_id == encounter_id)
    return connection.execute(query).scalar_one() or 0


def find_copies(connection: Connection, encounter_id: bytes, version: int) -> dict[bytes, bytes]:
    """Give every reader's copy of a version."""
    query = select(_NOTE.c.recipient, _NOTE.c.sealed)
    found = query.where(_NOTE.c.encounter_id == encounter_id, _NOTE.c.version == version)
    return {bytes(reader): bytes(sealed) for reader, sealed in connection.execute(found)}


def list_sealed_to(
    connection: Connection, reader: bytes, before: datetime | None, limit: int
) -> list[tuple[bytes, int, datetime]]:
    """List the encounters whose newest note one reader has a copy of, the newest first; nothing is opened.

    Returns:
        encounter's id, version, and when that was written.
    """
    newest = select(_NOTE.c.encounter_id, func.max(_NOTE.c.version).label("version")).group_by(_NOTE.c.encounter_id)
    last = newest.subquery()
    same = (last.c.encounter_id == _NOTE.c.encounter_id) & (last.c.version == _NOTE.c.version)
    query = select(_NOTE.c.encounter_id, _NOTE.c.version, _NOTE.c.written_at).join(last, same)
    query = query.where(_NOTE.c.recipient == reader)
    query = query if before is None else query.where(_NOTE.c.written_at < before)
    rows = connection.execute(query.order_by(_NOTE.c.written_at.desc(), _NOTE.c.encounter_id).limit(limit))
    return [(bytes(id_), version, at) for id_, version, at in rows]


def digest_of(copies: Mapping[bytes, bytes]) -> bytes:
    """Give what the trail knows a version by: every copy, in the readers' order."""
    return sha256(b"".join(reader + sha256(copies[reader]).digest() for reader in sorted(copies))).digest()
