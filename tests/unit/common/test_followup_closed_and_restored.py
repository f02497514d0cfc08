"""A follow-up that was closed in the backup is not told anew: what the hub knew of it counts all the same."""

from datetime import timedelta

import pytest

from common.followup.ownership import decide
from common.followup.refusal import Refused
from common.followup.state import ACTIVE, CLOSED, Circumstances, FollowUp
from common.wire.v1.codes_pb2 import CohortBand, FollowUpOutcome, FollowUpVerb, Outcome
from common.wire.v1.report_pb2 import FollowUpCommand
from tests.builders import NOON

ORIGIN, OWNER, ID = (bytes([number]) * 16 for number in (1, 2, 3))
CLOSED_AT_4 = FollowUp(
    id=ID,
    incident_id=None,
    origin=ORIGIN,
    accountable=OWNER,
    version=4,
    work=CLOSED,
    cohort=CohortBand.COHORT_BAND_1,
    opened_at=NOON,
    changed_at=NOON,
    outcome=FollowUpOutcome.FOLLOW_UP_OUTCOME_REFERRED_ON,
    closed_at=NOON,
)


def test_t04_an_older_claim_takes_nothing_from_an_owner_who_reopened_it_after_the_restore() -> None:
    restored = Circumstances(NOON + timedelta(days=1), hub_epoch=2)
    reopen = FollowUpCommand(verb=FollowUpVerb.FOLLOW_UP_VERB_REOPEN, follow_up_id=ID, version=4)
    reopened = decide(CLOSED_AT_4, reopen, OWNER, restored)
    claim = FollowUpCommand(
        verb=FollowUpVerb.FOLLOW_UP_VERB_CLAIM,
        follow_up_id=ID,
        version=2,
        cohort=CohortBand.COHORT_BAND_1,
        work=ACTIVE,
        origin_agency_id=ORIGIN,
    )

    with pytest.raises(Refused) as refused:
        decide(reopened, claim, ORIGIN, restored)

    assert refused.value.outcome == Outcome.OUTCOME_REFUSED_STALE_VERSION
