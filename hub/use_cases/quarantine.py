"""Quarantine: two histories were seen under one identity. Nothing more is taken until an operator looked into it."""

import logging
from datetime import datetime

from common.errors import WrongState
from hub.domain.agency import Agency
from hub.domain.delivery import Batch
from hub.persistence import agencies, audit
from hub.persistence.transaction import Transaction
from hub.use_cases.notices import quarantine_notice

_log = logging.getLogger(__name__)


def quarantine(batch: Batch, sequence: int, tx: Transaction, now: datetime) -> None:
    """Take nothing more of an agency whose batch differs from what this hub holds at `sequence`, and tell people."""
    agencies.set_quarantined(tx.connection, batch.agency_id, now)
    tx.post([batch.agency_id], quarantine_notice(batch.stream_id, sequence, lifted=False))
    actor = f"node {batch.agency_id.hex()}/{batch.node}"
    audit.record(tx.connection, now, actor, "Uplink.Push", batch.stream_id.hex(), "refused: forked, quarantined")
    _log.error(
        "an agency is quarantined: two histories exist under its identity",
        extra={"agency": batch.agency_id, "stream": batch.stream_id, "sequence": sequence},
    )


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
    audit.record(tx.connection, now, tx.actor, "quarantine lift", agency.id.hex(), "done")
    return agencies.get_agency(tx.connection, agency.id)
