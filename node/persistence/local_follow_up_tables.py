"""The tables of local follow-ups: what stands clear of each, and every version's sealed body."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.persistence.schema import Base, table_of

TABLE = "local_follow_up"


class LocalFollowUpRow(Base):
    __tablename__ = TABLE
    __table_args__ = (
        CheckConstraint("length(id) = 16", name="id_length"),
        CheckConstraint("state IN ('open', 'done', 'closed')", name="state"),
        CheckConstraint("version >= 1", name="version"),
        UniqueConstraint("member_index", "incident_id", "step"),
        Index(None, "state", "due_at"),
        Index(None, "supporter_id", "state", "due_at"),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, unique=True)
    member_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    supporter_id: Mapped[bytes | None] = mapped_column(LargeBinary, ForeignKey("supporter.id"))  # None: unassigned
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(6))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    encounter_id: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    incident_id: Mapped[bytes | None] = mapped_column(LargeBinary)
    step: Mapped[int | None] = mapped_column(Integer)
    hub_reference: Mapped[str | None] = mapped_column(String(8), index=True)
    version: Mapped[int] = mapped_column(Integer)


class LocalFollowUpVersionRow(Base):
    __tablename__ = "local_follow_up_version"
    __table_args__ = (CheckConstraint("version >= 1", name="version"),)

    follow_up_id: Mapped[bytes] = mapped_column(LargeBinary, ForeignKey("local_follow_up.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    author: Mapped[bytes] = mapped_column(LargeBinary)  # a user's id; zeros: the node itself
    body: Mapped[bytes] = mapped_column(LargeBinary)


FOLLOW_UP, VERSION = table_of(LocalFollowUpRow), table_of(LocalFollowUpVersionRow)
