"""What follow-ups need before they are measured: an agreement that every member signed, and many that are open.

Written straight into a store: what opening them one by one costs is not measured.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from common.agreement.terms import DEFAULT_TERMS
from common.followup.ownership import decide
from common.followup.state import Circumstances, FollowUp
from common.wire.v1.codes_pb2 import CohortBand, FollowUpVerb
from common.wire.v1.report_pb2 import FollowUpCommand
from hub.persistence import agreements, follow_ups
from hub.persistence.agreements import AgreementSignature
from hub.persistence.transaction import Transaction
from hub.use_cases.agreements import publish
from hub.use_cases.follow_ups import change_of

_OPEN = FollowUpVerb.FOLLOW_UP_VERB_OPEN


def agree(agency_ids: Sequence[bytes], tx: Transaction) -> None:
    """Publish the agreement, in force at once and signed by these agencies."""
    version = publish("Region agreement", DEFAULT_TERMS, tx.now, tx, tx.now).version
    agreements.add_signatures(
        tx.connection, [AgreementSignature(version, each, 1, bytes(64), tx.now) for each in agency_ids]
    )


def open_many(incident_id: bytes, agency_ids: Sequence[bytes], count: int, tx: Transaction) -> list[FollowUp]:
    """Open this many follow-ups of an incident, in turn by each of these agencies."""
    opened = list(_opened(incident_id, agency_ids, count, Circumstances(tx.now, DEFAULT_TERMS, agreement_version=1)))
    follow_ups.add_follow_ups(tx.connection, opened)
    changes = [change_of(each, _OPEN, each.origin) for each in opened]
    follow_ups.add_changes(tx.connection, changes)
    return opened


def _opened(incident_id: bytes, agency_ids: Sequence[bytes], count: int, given: Circumstances) -> Iterator[FollowUp]:
    cohort = CohortBand.COHORT_BAND_1
    told = FollowUpCommand(verb=_OPEN, follow_up_id=bytes(16), incident_id=incident_id, cohort=cohort)
    for number in range(count):
        told.follow_up_id = os.urandom(16)
        opened = decide(None, told, agency_ids[number % len(agency_ids)], given)
        later = timedelta(milliseconds=number)  # one after the other, as reports come
        assert opened.contact_by is not None
        contact_by = opened.contact_by + later
        yield replace(opened, opened_at=opened.opened_at + later, contact_by=contact_by, escalate_at=contact_by)
