"""Every agency's mailbox: notices in a dense order, kept once however many agencies receive them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Connection, ForeignKey, LargeBinary, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from hub.persistence.agencies import AgencyRow
from hub.persistence.bulk import BulkInsert, BulkUpdate
from hub.persistence.schema import Base, table_of


class NoticeRow(Base):
    __tablename__ = "notice"

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)  # a Notice without its cursor, which differs by mailbox
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MailRow(Base):
    __tablename__ = "mail"
    __table_args__ = ({"sqlite_with_rowid": False},)

    agency_id: Mapped[bytes] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    cursor: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    notice_id: Mapped[bytes] = mapped_column(ForeignKey("notice.id"))


_AGENCY, _NOTICE, _MAIL = table_of(AgencyRow), table_of(NoticeRow), table_of(MailRow)
_HEADS = select(_AGENCY.c.id, _AGENCY.c.mailbox_head).where(_AGENCY.c.id.in_(bindparam("ids", expanding=True)))
_SAVE_HEADS = BulkUpdate(_AGENCY, ["id"], ["mailbox_head"])
_ADD_NOTICES = BulkInsert(_NOTICE, "id", "body", "issued_at")
_ADD_MAIL = BulkInsert(_MAIL, "agency_id", "cursor", "notice_id")
_PAGE = (
    select(_MAIL.c.cursor, _NOTICE.c.body)
    .join(_NOTICE, _NOTICE.c.id == _MAIL.c.notice_id)
    .where(_MAIL.c.agency_id == bindparam("b_agency"), _MAIL.c.cursor > bindparam("b_after"))
    .order_by(_MAIL.c.cursor)
    .limit(bindparam("b_limit"))
)


def load_heads(connection: Connection, agency_ids: Iterable[bytes]) -> dict[bytes, int]:
    """Give the newest cursor of each of these agencies' mailboxes."""
    return {bytes(row.id): row.mailbox_head for row in connection.execute(_HEADS, {"ids": list(agency_ids)})}


def add_notices(connection: Connection, notices: Sequence[tuple[bytes, bytes]], now: datetime) -> None:
    """Store notices, each as (id, body)."""
    _ADD_NOTICES.run(connection, [(id_, body, now) for id_, body in notices])


def add_mail(connection: Connection, mail: Sequence[tuple[bytes, int, bytes]], heads: Mapping[bytes, int]) -> None:
    """Store mail as (agency id, cursor, notice id), and each mailbox's new head."""
    _ADD_MAIL.run(connection, mail)
    _SAVE_HEADS.run(connection, list(heads.items()))


def read_mail(connection: Connection, agency_id: bytes, after: int, limit: int) -> list[tuple[int, bytes]]:
    """Read the next notices of a mailbox as (cursor, body)."""
    rows = connection.execute(_PAGE, {"b_agency": agency_id, "b_after": after, "b_limit": limit})
    return [(row.cursor, bytes(row.body)) for row in rows]
