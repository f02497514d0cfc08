"""What the owner of a follow-up does and records: steps of `ownership`, whose rule 5 they are.

There is always a next day on which somebody looks: contact-by while it is open, later the next check-in. After the last
one of the cadence that is a week on, by when it is closed or goes on.
"""

from datetime import datetime, timedelta

from common.followup.deadlines import calmed
from common.followup.refusal import Refused
from common.followup.state import ACTIVE, CLOSED, ON_HOLD, OPEN, Circumstances, FollowUp, without_offer
from common.wire.v1.agreement_pb2 import DocumentationMinimum
from common.wire.v1.codes_pb2 import FollowUpOutcome, Outcome
from common.wire.v1.report_pb2 import FollowUpCommand

REOPEN_WITHIN = timedelta(days=30)
LOOK_AGAIN_AFTER = timedelta(days=7)  # where neither the owner nor the cadence says
_TRANSITION = Outcome.OUTCOME_REFUSED_TRANSITION


def first_contact(held: FollowUp, told: FollowUpCommand, given: Circumstances) -> FollowUp:  # 5
    """Record that somebody was reached."""
    if held.work not in (OPEN, ON_HOLD) or held.first_contact_at is not None:
        raise Refused(_TRANSITION)
    return _working(held, ACTIVE, _next_check_in(told, 0, given), given, first_contact_at=given.now)


def check_in(held: FollowUp, told: FollowUpCommand, given: Circumstances) -> FollowUp:  # 5
    """Record a check-in."""
    if held.work not in (ACTIVE, ON_HOLD) or held.first_contact_at is None:
        raise Refused(_TRANSITION)
    made = held.check_ins + 1
    return _working(held, ACTIVE, _next_check_in(told, made, given), given, check_ins=made)


def hold(held: FollowUp, told: FollowUpCommand, given: Circumstances) -> FollowUp:  # 5
    """Let it rest until a day on which it is looked at again."""
    if held.work not in (OPEN, ACTIVE):
        raise Refused(_TRANSITION)
    return _working(held, ON_HOLD, _next_check_in(told, held.check_ins, given), given)


def resume(held: FollowUp, _: FollowUpCommand, given: Circumstances) -> FollowUp:  # 5
    """Take it up again."""
    if held.work != ON_HOLD:
        raise Refused(_TRANSITION)
    return _back_at_work(held, given)


def close(held: FollowUp, told: FollowUpCommand, given: Circumstances) -> FollowUp:  # 5
    """Close it with its outcome."""
    if held.work == CLOSED:
        raise Refused(_TRANSITION)
    if told.outcome == FollowUpOutcome.FOLLOW_UP_OUTCOME_COMPLETED:
        _check_documented(held, given)
    ended = without_offer()  # an offer that nobody could accept any more is none
    return given.next(
        held, work=CLOSED, outcome=told.outcome, closed_at=given.now, next_check_in=None, reclaim_asked=False,
        hub_asked_to_offer=False, **ended, **calmed(CLOSED, None, None),
    )  # fmt: skip


def _check_documented(held: FollowUp, given: Circumstances) -> None:
    """Check that what the agreement wants recorded before a follow-up is completed was recorded."""
    minimum = given.terms.documentation
    if minimum != DocumentationMinimum.DOCUMENTATION_MINIMUM_OUTCOME and held.first_contact_at is None:
        raise Refused(_TRANSITION, "the agreement wants a first contact recorded before it is closed as completed")
    wanted = len(given.terms.check_ins)
    if minimum == DocumentationMinimum.DOCUMENTATION_MINIMUM_CHECK_INS and held.check_ins < wanted:
        raise Refused(_TRANSITION, f"the agreement wants {wanted} check-ins before it is closed as completed")


def reopen(held: FollowUp, _: FollowUpCommand, given: Circumstances) -> FollowUp:  # 7
    """Open it again (7)."""
    if held.work != CLOSED or held.closed_at is None or given.now > held.closed_at + REOPEN_WITHIN:
        raise Refused(_TRANSITION, "only a follow-up that was closed within the last 30 days is reopened")
    return _back_at_work(held, given, outcome=None, closed_at=None)


def _back_at_work(held: FollowUp, given: Circumstances, **changes: object) -> FollowUp:
    if held.first_contact_at is None:
        soonest = given.now + given.terms.accept_within
        contact_by = max(held.contact_by or soonest, soonest)
        return _working(held, OPEN, None, given, contact_by=contact_by, **changes)
    return _working(held, ACTIVE, next_check_in(held.check_ins, given), given, **changes)


def _working(
    held: FollowUp, work: int, next_check_in: datetime | None, given: Circumstances, **changes: object
) -> FollowUp:
    """Give the follow-up after its owner has acted: nothing stays escalated."""
    contact_by = changes.get("contact_by", held.contact_by)
    calm = calmed(work, contact_by, next_check_in)  # type: ignore[arg-type]
    return given.next(held, work=work, next_check_in=next_check_in, **calm, **changes)


def _next_check_in(told: FollowUpCommand, made: int, given: Circumstances) -> datetime:
    if told.HasField("next_check_in_within"):
        return given.now + told.next_check_in_within.ToTimedelta()
    return next_check_in(made, given)


def next_check_in(made: int, given: Circumstances) -> datetime:
    """Give the day of the next check-in by the agreement's cadence, when `made` were made."""
    return given.now + (given.terms.check_in_after(made) or LOOK_AGAIN_AFTER)
