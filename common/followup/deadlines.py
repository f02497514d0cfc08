"""What happens to a follow-up when nobody does anything, by the hub's clock alone.

1. An offer that nobody accepted by accept-by has expired: the owner stays, escalation rises one step.
2. Contact-by passed with no first contact, or the next check-in passed: escalation rises one step.
3. It rises again after each interval, up to the state coordinator, until the owner acts: contact, check-in, hold,
   resume, closing; or another agency accepts.
4. Holding is no way out: a follow-up on hold has a day on which it is looked at again.

Source: DOMAIN.md 4, rule 4.
"""

from dataclasses import replace
from datetime import datetime

from common.followup.state import (
    AT_STATE,
    CLOSED,
    NOT_ESCALATED,
    OPEN,
    Circumstances,
    FollowUp,
    earliest,
    without_offer,
)


def passed(held: FollowUp, given: Circumstances) -> FollowUp | None:
    """Give the follow-up after the deadline that has passed; None when none has.

    One step: where two deadlines have passed, the result still has the other one before it.
    """
    if held.accept_by is not None and given.now >= held.accept_by:  # 1
        return given.next(held, **without_offer(), **risen(held, given))
    if held.escalate_at is not None and given.now >= held.escalate_at:  # 2, 3
        return given.next(held, **risen(replace(held, escalate_at=None), given))
    return None


def risen(held: FollowUp, given: Circumstances) -> dict[str, object]:
    """Give the fields of a follow-up whose escalation rises one step; a deadline still before it stays there."""
    step = min(held.escalation + 1, AT_STATE)
    again = None if step == AT_STATE else earliest((held.escalate_at, given.now + given.terms.escalate_every))  # 3
    return {"escalation": step, "escalate_at": again, "escalations": held.escalations + 1}


def calmed(work: int, contact_by: datetime | None, next_check_in: datetime | None) -> dict[str, object]:
    """Give the fields of a follow-up whose owner has acted: nothing is escalated, and the next deadline is watched."""
    watched = contact_by if work == OPEN else None if work == CLOSED else next_check_in  # 2, 4
    return {"escalation": NOT_ESCALATED, "escalate_at": watched}
