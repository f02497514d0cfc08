"""Offering a follow-up, and answering an offer: steps of `ownership`, whose rules the numbers name."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from common.followup.deadlines import calmed, risen
from common.followup.refusal import Refused
from common.followup.state import (
    ACKNOWLEDGED,
    AT_REGION,
    CLOSED,
    OFFERED,
    Circumstances,
    FollowUp,
    earliest,
    without_offer,
)
from common.versions import version_after
from common.wire.v1.codes_pb2 import FollowUpVerb, Outcome
from common.wire.v1.report_pb2 import FollowUpCommand

_STALE, _TRANSITION = Outcome.OUTCOME_REFUSED_STALE_VERSION, Outcome.OUTCOME_REFUSED_TRANSITION
_NO_OPEN_OFFER = Outcome.OUTCOME_REFUSED_NO_OPEN_OFFER
_ACCEPT, _DECLINE = FollowUpVerb.FOLLOW_UP_VERB_ACCEPT, FollowUpVerb.FOLLOW_UP_VERB_DECLINE


def offer_by_hub(held: FollowUp, to: Sequence[bytes], within: timedelta | None, given: Circumstances) -> FollowUp:
    """Give the follow-up after the hub has offered it on its owner's behalf (2).

    The request stands until another agency accepts, or its owner takes it back: when this offer fails, the hub offers
    on. Else nobody could for an owner that was removed.

    Raises:
        Refused: its owner did not ask for that, or it cannot be offered now.
    """
    if not held.hub_asked_to_offer:
        raise Refused(Outcome.OUTCOME_REFUSED_NOT_ACCOUNTABLE, "its owner has not asked the hub to offer it")
    return _offered(held, tuple(to), within, given, hub_asked_to_offer=True)


def agency_left(held: FollowUp, agency_id: bytes, given: Circumstances) -> FollowUp:
    """Give the follow-up after an agency was removed from the region; the same object when that changes nothing.

    Its owner stays accountable, since nobody else has accepted it. But it cannot act: so the follow-up waits on the
    regional coordinator's queue, who may offer it on.
    """
    if held.work == CLOSED:
        return held
    if agency_id == held.accountable:
        if held.hub_asked_to_offer and held.escalation >= AT_REGION:
            return held
        step = max(held.escalation, AT_REGION)
        again = earliest((held.escalate_at, given.now + given.terms.escalate_every))
        return given.next(held, hub_asked_to_offer=True, escalation=step, escalate_at=again)
    return _declined(held, agency_id, given) if agency_id in held.may_answer else held


def offer(held: FollowUp, told: FollowUpCommand, given: Circumstances) -> FollowUp:
    """Offer it to one or several agencies (2)."""
    within = told.accept_within.ToTimedelta() if told.HasField("accept_within") else None
    return _offered(held, tuple(told.offered_to), within, given)


def _offered(
    held: FollowUp,
    to: tuple[bytes, ...],
    within: timedelta | None,
    given: Circumstances,
    *,
    hub_asked_to_offer: bool = False,
) -> FollowUp:  # 2
    if not to or len(set(to)) != len(to) or held.accountable in to:
        raise Refused(Outcome.OUTCOME_REFUSED_RANGE)
    if held.is_offered or held.work == CLOSED:
        raise Refused(_TRANSITION)
    return given.next(
        held,
        offer=OFFERED,
        offered_to=to,
        declined_by=(),
        offer_version=version_after(held.version, given.hub_epoch),
        accept_by=given.now + (within or given.terms.accept_within),
        reclaim_asked=held.reclaim_asked and held.origin not in to,
        hub_asked_to_offer=hub_asked_to_offer,
    )


def answer(held: FollowUp, told: FollowUpCommand, by: bytes, given: Circumstances) -> FollowUp:
    """Acknowledge, accept or decline an offer (1, 3, 4)."""
    accepts = told.verb == _ACCEPT
    if accepts and by == held.accountable and by in held.offered_to and not held.is_offered:  # 7
        return held
    is_open = held.accept_by is not None and given.now < held.accept_by  # 4
    if not is_open or by not in held.offered_to:
        raise Refused(_NO_OPEN_OFFER if told.version == held.version else _STALE)
    if not held.offer_version <= told.version <= held.version:  # 1
        raise Refused(_STALE)
    if by in held.declined_by:
        if told.verb == _DECLINE:  # 7
            return held
        raise Refused(_NO_OPEN_OFFER)
    return _STEPS[told.verb](held, by, given)


def _acknowledged(held: FollowUp, by: bytes, given: Circumstances) -> FollowUp:  # 2
    return held if held.offer == ACKNOWLEDGED else given.next(held, offer=ACKNOWLEDGED)


def _accepted(held: FollowUp, by: bytes, given: Circumstances) -> FollowUp:  # 3
    """Hand it over. Deadlines stay, but the new owner has at least the time in which offers are accepted."""
    soonest = given.now + given.terms.accept_within
    contact_by = None if held.contact_by is None else max(held.contact_by, soonest)
    next_check_in = None if held.next_check_in is None else max(held.next_check_in, soonest)
    return given.next(
        held,
        accountable=by,
        hand_overs=held.hand_overs + 1,
        contact_by=contact_by,
        next_check_in=next_check_in,
        reclaim_asked=False,
        hub_asked_to_offer=False,
        **without_offer(),
        **calmed(held.work, contact_by, next_check_in),
    )


def _declined(held: FollowUp, by: bytes, given: Circumstances) -> FollowUp:  # 3, 4
    if len(held.may_answer) == 1:
        return given.next(held, **without_offer(), **risen(held, given))
    return given.next(held, declined_by=(*held.declined_by, by))


def withdraw(held: FollowUp, _: FollowUpCommand, given: Circumstances) -> FollowUp:  # 3
    """Take an open offer back, or what the hub was asked to do (3)."""
    if not held.is_offered and not held.hub_asked_to_offer:
        raise Refused(_NO_OPEN_OFFER)
    return given.next(held, hub_asked_to_offer=False, **without_offer())


def reclaim(held: FollowUp, told: FollowUpCommand, by: bytes, given: Circumstances) -> FollowUp:  # 5
    """Ask, as its origin, to have it offered back (5)."""
    if by != held.origin or by == held.accountable or held.work == CLOSED:
        raise Refused(_TRANSITION)
    if told.version != held.version:
        raise Refused(_STALE)
    return held if held.reclaim_asked else given.next(held, reclaim_asked=True)


def ask_hub(held: FollowUp, _: FollowUpCommand, given: Circumstances) -> FollowUp:  # 2
    """Ask the hub to place an offer (2)."""
    if held.is_offered or held.work == CLOSED:
        raise Refused(_TRANSITION)
    return held if held.hub_asked_to_offer else given.next(held, hub_asked_to_offer=True)


_STEPS: dict[int, Callable[[FollowUp, bytes, Circumstances], FollowUp]] = {
    FollowUpVerb.FOLLOW_UP_VERB_ACKNOWLEDGE: _acknowledged,
    _ACCEPT: _accepted,
    _DECLINE: _declined,
}
ANSWERS = frozenset(_STEPS)
