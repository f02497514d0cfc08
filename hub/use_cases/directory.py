"""The directory: who is in the network. Every joined agency has the whole of it, and gets it again when it changes."""

from dataclasses import dataclass, replace
from datetime import datetime

from common.errors import InvalidRequest
from hub.domain.agency import Agency, Membership
from hub.persistence import agencies, audit, region
from hub.persistence.transaction import Transaction
from hub.use_cases.notices import directory_notice

LONGEST_TEXT = 200  # characters
LONGEST_JURISDICTION = 32


@dataclass(frozen=True)
class Listing:
    """What changes of an agency's entry; None where it stays."""

    duty_contact: str | None = None  # empty: none any more
    name: str | None = None
    jurisdiction: str | None = None

    def __post_init__(self) -> None:
        if self.duty_contact:
            _check_text(self.duty_contact, "duty_contact")
        if self.name is not None:
            _check_text(self.name, "name")
        jurisdiction = self.jurisdiction
        if jurisdiction is not None and (
            not 1 <= len(jurisdiction) <= LONGEST_JURISDICTION
            or not jurisdiction.isascii()
            or not jurisdiction.isprintable()
            or jurisdiction != jurisdiction.strip()
        ):
            raise InvalidRequest("jurisdiction: must be a short code, such as US-CO")


def set_listing(slug: str, listing: Listing, tx: Transaction, now: datetime) -> Agency:
    """Change what the directory says of an agency, and tell every joined agency.

    Raises:
        NotFound: no agency is called that.
    """
    before = agencies.get_agency_by_slug(tx.connection, slug)
    agency = replace(before, **{name: text for name, text in vars(listing).items() if text is not None})
    if agency != before:
        agencies.save_listing(tx.connection, agency)
        publish_directory(tx, now)
    audit.record(tx.connection, now, tx.actor, "directory set", agency.id.hex(), "done")  # and never the text
    return agency


def publish_directory(tx: Transaction, now: datetime) -> None:
    """Tell every joined agency who is in the network. Called when an agency joins, leaves or is listed otherwise.

    The version is the time, unless the clock stands or steps back: it rises all the same.
    """
    everyone = agencies.list_agencies(tx.connection)
    joined = [agency.id for agency in everyone if agency.membership is Membership.JOINED]
    version = region.next_directory_version(tx.connection, int(now.timestamp() * 1_000_000))
    tx.post(joined, directory_notice(everyone, version))


def _check_text(text: str, field: str) -> None:
    if not 1 <= len(text) <= LONGEST_TEXT or not text.isprintable() or not text.strip():
        raise InvalidRequest(f"{field}: 1 to {LONGEST_TEXT} printable characters on one line are needed")
