"""Claims: a hub that was restored from a backup learns again who owns what, from the owners themselves.

1. Only what the hub told in an earlier epoch can be claimed: in its present epoch the hub has forgotten nothing.
2. The highest version wins: a claim at or below what the hub knows already is refused. What the hub did with the
   follow-up since the restore does not outweigh it: the claimant's state is real and newer than the backup.
3. A claim carries the state as the hub told it last; deadlines begin anew, and no offer is open.
4. One that the hub has lost altogether comes into being by its owner's claim.

Source: DESIGN.md 3, "Restores"; TRUST.md t04.
"""

from common.followup import work
from common.followup.deadlines import calmed
from common.followup.refusal import Refused
from common.followup.state import CLOSED, OPEN, Circumstances, FollowUp, without_offer
from common.versions import versions_from
from common.wire.times import moment
from common.wire.v1.codes_pb2 import Outcome
from common.wire.v1.report_pb2 import FollowUpCommand

NEEDED = ("cohort", "work", "origin_agency_id")


def claimed(held: FollowUp | None, told: FollowUpCommand, by: bytes, given: Circumstances) -> FollowUp:
    """Give the follow-up as its claimant owns it.

    Raises:
        Refused: nothing of it was lost, or a newer claim is known.
    """
    if not all(told.HasField(name) for name in NEEDED) or (told.work == CLOSED) != told.HasField("outcome"):
        raise Refused(Outcome.OUTCOME_REFUSED_RANGE)
    if not 0 < told.version <= versions_from(given.hub_epoch):  # 1
        if held is not None and held.accountable == by:
            return held
        raise Refused(Outcome.OUTCOME_REFUSED_NOT_ACCOUNTABLE)
    if held is not None:
        if held.origin != told.origin_agency_id or (held.incident_id or b"") != told.incident_id:
            raise Refused(Outcome.OUTCOME_REFUSED_DUPLICATE)
        if told.version <= _known(held, given):  # 2
            if held.accountable == by:
                return held
            raise Refused(Outcome.OUTCOME_REFUSED_STALE_VERSION)
    return _as_claimed(held or _lost(told, by, given), told, by, given)


def begun_anew(held: FollowUp, given: Circumstances) -> FollowUp:
    """Give a follow-up of the backup as the restored hub tells it to all: with a version of the new epoch."""
    return given.next(held, recovered_version=held.version)


def _known(held: FollowUp, given: Circumstances) -> int:
    """Give the newest version of an earlier epoch that the hub knows of."""
    return held.version if held.version <= versions_from(given.hub_epoch) else held.recovered_version


def _lost(told: FollowUpCommand, by: bytes, given: Circumstances) -> FollowUp:  # 4
    return FollowUp(
        id=told.follow_up_id,
        incident_id=told.incident_id if told.HasField("incident_id") else None,
        origin=told.origin_agency_id,
        accountable=by,
        version=0,
        work=OPEN,
        cohort=told.cohort,
        opened_at=given.now,
        changed_at=given.now,
        agreement_version=given.agreement_version,
        contact_by=given.now + given.terms.contact_within,
    )


def _as_claimed(held: FollowUp, told: FollowUpCommand, by: bytes, given: Circumstances) -> FollowUp:  # 3
    contacted_at = moment(told.first_contact_at) if told.HasField("first_contact_at") else held.first_contact_at
    contact_by = max(held.contact_by or given.now, given.now + given.terms.accept_within)
    due = given.now + told.next_check_in_within.ToTimedelta() if told.HasField("next_check_in_within") else None
    next_check_in = None if told.work in (OPEN, CLOSED) else due or work.next_check_in(told.check_ins, given)
    return given.next(
        held,
        accountable=by,
        work=told.work,
        cohort=told.cohort,
        first_contact_at=contacted_at,
        contact_by=contact_by,
        check_ins=told.check_ins,
        next_check_in=next_check_in,
        outcome=told.outcome if told.work == CLOSED else None,
        closed_at=given.now if told.work == CLOSED else None,
        recovered_version=told.version,
        **without_offer(),
        **calmed(told.work, contact_by, next_check_in),
    )
