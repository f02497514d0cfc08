"""The tables of encounters: what stands clear of each, and every version's sealed body."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.persistence.schema import Base, table_of

TABLE = "encounter"


class EncounterRow(Base):
    __tablename__ = TABLE
    __table_args__ = (
        CheckConstraint("length(id) = 16", name="id_length"),
        CheckConstraint("state IN ('current', 'void')", name="state"),
        CheckConstraint("version >= 1", name="version"),
        Index(None, "occurred_at", "id"),
        Index(None, "supporter_id", "occurred_at", "id"),
        Index(None, "member_index", "occurred_at", "id"),
        Index(None, "incident_id", "occurred_at", "id"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    supporter_id: Mapped[bytes] = mapped_column(LargeBinary, ForeignKey("supporter.id"))
    member_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    incident_id: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(8))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    import_key: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)  # blind digest of an imported row


class EncounterVersionRow(Base):
    __tablename__ = "encounter_version"
    __table_args__ = (CheckConstraint("version >= 1", name="version"), {"sqlite_with_rowid": False})

    encounter_id: Mapped[bytes] = mapped_column(LargeBinary, ForeignKey("encounter.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    author: Mapped[bytes] = mapped_column(LargeBinary)  # a user's id
    body: Mapped[bytes] = mapped_column(LargeBinary)


ENCOUNTER, VERSION = table_of(EncounterRow), table_of(EncounterVersionRow)
NEWEST = ENCOUNTER.join(
    VERSION, (VERSION.c.encounter_id == ENCOUNTER.c.id) & (VERSION.c.version == ENCOUNTER.c.version)
)
