"""Lifting a quarantine: an operator compared both ledgers and decides that the agency may deliver again."""

from datetime import datetime

from common.errors import WrongState
from hub.domain.agency import Agency
from hub.persistence import agencies, audit
from hub.persistence.transaction import Transaction
from hub.use_cases.notices import quarantine_notice


def lift_quarantine(slug: str, tx: Transaction, now: datetime) -> Agency:
    """Let an agency deliver again, and tell it.

    Raises:
        NotFound: no agency is called that.
        WrongState: it is not quarantined.
    """
    agency = agencies.get_agency_by_slug(tx.connection, slug)
    if agency.quarantined_at is None:
        raise WrongState(f"{slug} is not quarantined")
    agencies.set_quarantined(tx.connection, agency.id, None)
    tx.post([agency.id], quarantine_notice(b"", 0, lifted=True))
    audit.record(tx.connection, now, "operator", "quarantine lift", agency.id.hex(), "done")
    return agencies.get_agency(tx.connection, agency.id)
