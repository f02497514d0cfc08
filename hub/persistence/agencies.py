"""Agencies and the heads of their mailboxes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Connection,
    Integer,
    LargeBinary,
    Row,
    String,
    bindparam,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from common.errors import NotFound
from common.storage.columns import UtcDateTime
from hub.domain.agency import Agency, Membership, Standing
from hub.persistence.schema import Base, table_of


class AgencyRow(Base):
    __tablename__ = "agency"
    __table_args__ = (
        CheckConstraint("membership IN ('invited','joined','evicted','banned')", name="membership"),
        CheckConstraint("length(id) = 16", name="id_length"),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    discipline: Mapped[int] = mapped_column(Integer)
    jurisdiction: Mapped[str] = mapped_column(String(32))
    membership: Mapped[str] = mapped_column(String(16))
    quarantined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mailbox_head: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    duty_contact: Mapped[str] = mapped_column(String(200), server_default=text("''"))


TABLE = table_of(AgencyRow)
_STANDINGS = select(TABLE.c.id, TABLE.c.membership, TABLE.c.quarantined_at).where(
    TABLE.c.id.in_(bindparam("ids", expanding=True))
)
_BY_SLUGS = select(TABLE).where(TABLE.c.slug.in_(bindparam("slugs", expanding=True)))
_BY_IDS = select(TABLE).where(TABLE.c.id.in_(bindparam("ids", expanding=True)))


def add_agency(connection: Connection, agency: Agency) -> None:
    """Store a new agency."""
    connection.execute(insert(AgencyRow), _row(agency))


def get_agency(connection: Connection, agency_id: bytes) -> Agency:
    """Fetch an agency by id, or raise NotFound."""
    row = connection.execute(select(TABLE).where(AgencyRow.id == agency_id)).one_or_none()
    if row is None:
        raise NotFound("this hub knows no such agency")
    return _agency(row)


def find_agency_by_slug(connection: Connection, slug: str) -> Agency | None:
    """Fetch an agency by the name that operators type."""
    row = connection.execute(select(TABLE).where(AgencyRow.slug == slug)).one_or_none()
    return None if row is None else _agency(row)


def get_agency_by_slug(connection: Connection, slug: str) -> Agency:
    """Fetch an agency by the name that operators type, or raise NotFound."""
    agency = find_agency_by_slug(connection, slug)
    if agency is None:
        raise NotFound(f"no agency is called {slug!r} here: `holdfast hub agencies` lists them")
    return agency


def get_agencies_by_slugs(connection: Connection, slugs: Sequence[str]) -> list[Agency]:
    """Fetch agencies by the names that operators type, in that order, or raise NotFound for the first unknown one."""
    found = {row.slug: _agency(row) for row in connection.execute(_BY_SLUGS, {"slugs": list(slugs)})}
    return [found.get(slug) or get_agency_by_slug(connection, slug) for slug in slugs]


def load_agencies(connection: Connection, agency_ids: Iterable[bytes]) -> dict[bytes, Agency]:
    """Fetch those of these agencies that the hub knows."""
    return {bytes(row.id): _agency(row) for row in connection.execute(_BY_IDS, {"ids": list(agency_ids)})}


def list_agencies(connection: Connection) -> list[Agency]:
    """List every agency, by slug."""
    return [_agency(row) for row in connection.execute(select(TABLE).order_by(AgencyRow.slug))]


def load_standings(connection: Connection, agency_ids: Iterable[bytes]) -> dict[bytes, Standing]:
    """Give how these agencies stand, for those the hub knows."""
    return {
        bytes(row.id): Standing(Membership(row.membership), row.quarantined_at is not None)
        for row in connection.execute(_STANDINGS, {"ids": list(agency_ids)})
    }


def load_disciplines(connection: Connection) -> dict[bytes, int]:
    """Give every agency that has joined, with its discipline."""
    joined = select(TABLE.c.id, TABLE.c.discipline).where(TABLE.c.membership == Membership.JOINED.value)
    return {bytes(row.id): row.discipline for row in connection.execute(joined)}


def set_membership(connection: Connection, agency_id: bytes, membership: Membership) -> None:
    """Move an agency to another standing."""
    connection.execute(update(AgencyRow).where(AgencyRow.id == agency_id).values(membership=membership.value))


def save_listing(connection: Connection, agency: Agency) -> None:
    """Store what the directory says of an agency."""
    listing = {"name": agency.name, "jurisdiction": agency.jurisdiction, "duty_contact": agency.duty_contact}
    connection.execute(update(AgencyRow).where(AgencyRow.id == agency.id).values(listing))


def set_quarantined(connection: Connection, agency_id: bytes, since: datetime | None) -> None:
    """Mark, or clear, that two histories were seen under this agency's identity."""
    connection.execute(update(AgencyRow).where(AgencyRow.id == agency_id).values(quarantined_at=since))


def _agency(row: Row[Any]) -> Agency:
    return Agency(
        id=bytes(row.id),
        slug=row.slug,
        name=row.name,
        discipline=row.discipline,
        jurisdiction=row.jurisdiction,
        membership=Membership(row.membership),
        quarantined_at=row.quarantined_at,
        mailbox_head=row.mailbox_head,
        created_at=row.created_at,
        duty_contact=row.duty_contact,
    )


def _row(agency: Agency) -> dict[str, Any]:
    return {
        "id": agency.id,
        "slug": agency.slug,
        "name": agency.name,
        "discipline": agency.discipline,
        "jurisdiction": agency.jurisdiction,
        "membership": agency.membership.value,
        "quarantined_at": agency.quarantined_at,
        "mailbox_head": agency.mailbox_head,
        "created_at": agency.created_at,
        "duty_contact": agency.duty_contact,
    }
