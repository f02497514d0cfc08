"""Every agency's mailbox: notices in a dense order, kept once however many agencies receive them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Connection, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from hub.persistence.agencies import AgencyRow
from hub.persistence.bulk import BulkInsert, BulkSelect, BulkUpdate
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
_SAVE_HEADS = BulkUpdate(_AGENCY, ["id"], ["mailbox_head"])
_ADD_NOTICES = BulkInsert(_NOTICE, "id", "body", "issued_at")
_ADD_MAIL = BulkInsert(_MAIL, "agency_id", "cursor", "notice_id")
# Cursors are dense: a page ends by its last cursor, and needs no LIMIT of its own.
_ONE_PAGE = """
    mail.agency_id = v.column1 AND mail.cursor > v.column2 AND mail.cursor <= v.column3 AND notice.id = mail.notice_id
"""
_PAGES = BulkSelect(
    f"""
    SELECT v.column1, v.column2, mail.cursor, notice.body FROM {{keys}} CROSS JOIN mail CROSS JOIN notice
    WHERE {_ONE_PAGE} ORDER BY mail.cursor
    """,  # noqa: S608
    (b"", 0, 0),
    # Its planner thinks that ranges hold much, and reads the whole table; the OFFSET keeps it to one page at a time.
    postgresql=f"""
    SELECT v.column1, v.column2, page.cursor, page.body FROM {{keys}} CROSS JOIN LATERAL
    (SELECT mail.cursor, notice.body FROM mail CROSS JOIN notice WHERE {_ONE_PAGE} OFFSET 0) AS page
    ORDER BY page.cursor
    """,  # noqa: S608
)
_HEADS = BulkSelect(
    "SELECT agency.id, agency.mailbox_head FROM {keys} CROSS JOIN agency WHERE agency.id = v.column1", (b"",)
)


def load_heads(connection: Connection, agency_ids: Iterable[bytes]) -> dict[bytes, int]:
    """Give the newest cursor of each of these agencies' mailboxes."""
    return dict(_HEADS.run(connection, [(id_,) for id_ in agency_ids]))


def add_notices(connection: Connection, notices: Sequence[tuple[bytes, bytes]], now: datetime) -> None:
    """Store notices, each as (id, body)."""
    _ADD_NOTICES.run(connection, [(id_, body, now) for id_, body in notices])


def add_mail(connection: Connection, mail: Sequence[tuple[bytes, int, bytes]], heads: Mapping[bytes, int]) -> None:
    """Store mail as (agency id, cursor, notice id), and each mailbox's new head."""
    _ADD_MAIL.run(connection, mail)
    _SAVE_HEADS.run(connection, list(heads.items()))


def read_mail(connection: Connection, agency_id: bytes, after: int, limit: int) -> list[tuple[int, bytes]]:
    """Read the next notices of a mailbox as (cursor, body)."""
    return read_pages(connection, [(agency_id, after)], limit)[agency_id, after]


def read_pages(
    connection: Connection, places: Iterable[tuple[bytes, int]], limit: int
) -> dict[tuple[bytes, int], list[tuple[int, bytes]]]:
    """Read the same of several mailboxes.

    Args:
        places: each as (agency id, after).
        limit: notices of one place.
    """
    pages: dict[tuple[bytes, int], list[tuple[int, bytes]]] = {place: [] for place in places}
    for agency_id, after, cursor, body in _PAGES.run(connection, [(*place, place[1] + limit) for place in pages]):
        pages[agency_id, after].append((cursor, body))
    return pages
