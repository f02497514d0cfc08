"""Who may do what with a follow-up, and what it is afterwards.

1. Opened: accountable = origin. Every change is compare-and-set on the version that it was decided on; a stale one is
   refused. What an offered agency answers was decided on the offer, and holds as long as that very offer stands: two
   agencies that acknowledge one offer do not refuse each other.
2. Only the accountable agency offers, or the hub on its request. One offer is open at a time, to one or several; the
   first acceptance wins. To acknowledge ("a person saw it") is not to accept, and to accept is no first contact.
3. Accepted: the accountable agency changes and the version rises, in one step. A refusal has a coded reason. An offer
   can be withdrawn while it is open, and so can what the hub was asked to do.
4. An acceptance after accept-by, by the hub's clock, is none. All have declined: the owner stays, and escalation rises
   one step (`deadlines`: what happens when nobody answers).
5. The origin sees the status after a hand-over, and may ask to have it offered back. Only the accountable agency
   records contact, check-ins, hold and closing.
6. Identity is no part of it: ids, codes and times. Two coordinators speak its short `reference`.
7. What was done already is not done twice: opening, accepting or declining again changes nothing. A closed one may be
   reopened by its owner within 30 days. (That one command id has one answer is the hub's, which remembers them.)

To an agency that is not concerned, the follow-up does not exist.

Source: DOMAIN.md 4.
"""

from collections.abc import Callable

from common.followup import offers, work
from common.followup.recovery import claimed
from common.followup.refusal import Refused
from common.followup.state import OPEN, Circumstances, FollowUp
from common.versions import version_after
from common.wire.v1.codes_pb2 import FollowUpVerb, Outcome
from common.wire.v1.report_pb2 import FollowUpCommand

_RANGE = Outcome.OUTCOME_REFUSED_RANGE
_V = FollowUpVerb
# Named once: looking a code up in a generated enum costs as much as a rule does.
_OPEN, _CLAIM, _RECLAIM = _V.FOLLOW_UP_VERB_OPEN, _V.FOLLOW_UP_VERB_CLAIM, _V.FOLLOW_UP_VERB_RECLAIM
_ALWAYS = {"verb", "follow_up_id", "version"}
_CLAIM_FIELDS = {
    "incident_id",
    "cohort",
    "outcome",
    "next_check_in_within",
    "work",
    "origin_agency_id",
    "first_contact_at",
}
_FIELDS: dict[int, tuple[set[str], set[str]]] = {  # of each verb: what it needs, what it may have
    _V.FOLLOW_UP_VERB_OPEN: ({"cohort"}, {"incident_id"}),
    _V.FOLLOW_UP_VERB_OFFER: ({"offered_to"}, {"accept_within"}),
    _V.FOLLOW_UP_VERB_ACKNOWLEDGE: (set(), set()),
    _V.FOLLOW_UP_VERB_ACCEPT: (set(), set()),
    _V.FOLLOW_UP_VERB_DECLINE: ({"decline_reason"}, set()),
    _V.FOLLOW_UP_VERB_WITHDRAW: (set(), set()),
    _V.FOLLOW_UP_VERB_RECLAIM: (set(), set()),
    _V.FOLLOW_UP_VERB_FIRST_CONTACT: (set(), {"next_check_in_within"}),
    _V.FOLLOW_UP_VERB_CHECK_IN: (set(), {"next_check_in_within"}),
    _V.FOLLOW_UP_VERB_HOLD: (set(), {"next_check_in_within"}),
    _V.FOLLOW_UP_VERB_RESUME: (set(), set()),
    _V.FOLLOW_UP_VERB_CLOSE: ({"outcome"}, set()),
    _V.FOLLOW_UP_VERB_REOPEN: (set(), set()),
    _V.FOLLOW_UP_VERB_ASK_HUB_TO_OFFER: (set(), set()),
    _V.FOLLOW_UP_VERB_CLAIM: (set(), _CLAIM_FIELDS | {"check_ins"}),
}


def decide(held: FollowUp | None, told: FollowUpCommand, by: bytes, given: Circumstances) -> FollowUp:
    """Give the follow-up after a command; the very same object when the command changes nothing.

    Args:
        held: as it is now; None when there is none with this id.
        told: the command; its fields are in range.
        by: the agency that commands.

    Raises:
        Refused: the rules 1 to 7; its outcome is the code to record.
    """
    needed, optional = _FIELDS[told.verb]
    present = {field.name for field, _ in told.ListFields()} - _ALWAYS
    if needed - present or present - needed - optional:
        raise Refused(_RANGE)
    if told.verb == _OPEN:
        return _opened(held, told, by, given)
    if told.verb == _CLAIM:
        return claimed(held, told, by, given)
    if held is None or by not in held.concerned:
        raise Refused(Outcome.OUTCOME_REFUSED_UNKNOWN_FOLLOW_UP)
    if told.verb in offers.ANSWERS:
        return offers.answer(held, told, by, given)
    if told.verb == _RECLAIM:
        return offers.reclaim(held, told, by, given)
    if by != held.accountable:  # 2, 5
        raise Refused(Outcome.OUTCOME_REFUSED_NOT_ACCOUNTABLE)
    if told.version != held.version:  # 1
        raise Refused(Outcome.OUTCOME_REFUSED_STALE_VERSION)
    return _OWNERS[told.verb](held, told, given)


def _opened(held: FollowUp | None, told: FollowUpCommand, by: bytes, given: Circumstances) -> FollowUp:  # 1, 7
    incident_id = told.incident_id if told.HasField("incident_id") else None
    if told.version:
        raise Refused(_RANGE)
    if held is not None:
        if (held.origin, held.incident_id) == (by, incident_id):
            return held
        raise Refused(Outcome.OUTCOME_REFUSED_DUPLICATE)
    contact_by = given.now + given.terms.contact_within
    return FollowUp(
        id=told.follow_up_id,
        incident_id=incident_id,
        origin=by,
        accountable=by,
        version=version_after(0, given.hub_epoch),
        work=OPEN,
        cohort=told.cohort,
        opened_at=given.now,
        changed_at=given.now,
        agreement_version=given.agreement_version,
        contact_by=contact_by,
        escalate_at=contact_by,
    )


_OWNERS: dict[int, Callable[[FollowUp, FollowUpCommand, Circumstances], FollowUp]] = {
    _V.FOLLOW_UP_VERB_OFFER: offers.offer,
    _V.FOLLOW_UP_VERB_WITHDRAW: offers.withdraw,
    _V.FOLLOW_UP_VERB_FIRST_CONTACT: work.first_contact,
    _V.FOLLOW_UP_VERB_CHECK_IN: work.check_in,
    _V.FOLLOW_UP_VERB_HOLD: work.hold,
    _V.FOLLOW_UP_VERB_RESUME: work.resume,
    _V.FOLLOW_UP_VERB_CLOSE: work.close,
    _V.FOLLOW_UP_VERB_REOPEN: work.reopen,
    _V.FOLLOW_UP_VERB_ASK_HUB_TO_OFFER: offers.ask_hub,
}
