"""The tables of disclosures and of notices before a first session: what stands clear of each, and the sealed bodies."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.persistence.schema import Base, table_of

TABLE, FIRST_NOTICE = "disclosure", "first_session_notice"


class DisclosureRow(Base):
    __tablename__ = TABLE
    __table_args__ = (
        CheckConstraint("length(id) = 16", name="id_length"),
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, unique=True)
    state: Mapped[str] = mapped_column(String(6))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    owed_by: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)  # a notice, until when; None: none is
    member_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    version: Mapped[int] = mapped_column(Integer)


class DisclosureVersionRow(Base):
    __tablename__ = "disclosure_version"
    __table_args__ = (CheckConstraint("version >= 1", name="version"),)

    disclosure_id: Mapped[bytes] = mapped_column(LargeBinary, ForeignKey("disclosure.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    author: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class FirstSessionNoticeRow(Base):
    __tablename__ = FIRST_NOTICE
    __table_args__ = (CheckConstraint("length(id) = 16", name="id_length"),)

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    member_index: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)  # None: erased
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[bytes] = mapped_column(LargeBinary)


DISCLOSURE, VERSION = table_of(DisclosureRow), table_of(DisclosureVersionRow)
FIRST = table_of(FirstSessionNoticeRow)
