"""Follow-ups for tests of their rules, no store: taken to a state by steps, as agencies would."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from common.agreement.terms import DEFAULT_TERMS, Terms
from common.followup.deadlines import passed
from common.followup.ownership import decide
from common.followup.refusal import Refused
from common.followup.state import Circumstances, FollowUp
from common.wire.times import duration, timestamp
from common.wire.v1.codes_pb2 import CohortBand, DeclineReason, FollowUpOutcome, Outcome
from common.wire.v1.report_pb2 import FollowUpCommand
from tests.builders import NOON

ID, INCIDENT = b"\x01" * 16, b"\x02" * 16
ORIGIN, OWNER, ASKED, DECLINED, OTHER, STRANGER = (bytes([number]) * 16 for number in range(0x10, 0x16))
COMPLETED = FollowUpOutcome.FOLLOW_UP_OUTCOME_COMPLETED
GIVEN = Circumstances(NOON, agreement_version=1)

NEEDED: dict[str, dict[str, Any]] = {  # what a verb cannot go without
    "open": {"cohort": CohortBand.COHORT_BAND_1},
    "offer": {"offered_to": [OTHER]},
    "decline": {"decline_reason": DeclineReason.DECLINE_REASON_NOT_ELIGIBLE},
    "close": {"outcome": FollowUpOutcome.FOLLOW_UP_OUTCOME_REFERRED_ON},
}


def at(moment: datetime, terms: Terms = DEFAULT_TERMS, hub_epoch: int = 1) -> Circumstances:
    """The circumstances at a moment."""
    return replace(GIVEN, now=moment, terms=terms, hub_epoch=hub_epoch)


def after(**later: float) -> Circumstances:
    """The circumstances so much after noon."""
    return at(NOON + timedelta(**later))


def told(verb: str, version: int, **fields: Any) -> FollowUpCommand:
    """A command; `verb` as the contract spells its end. What the verb needs is there, unless it is given as None."""
    values = NEEDED.get(verb, {}) | fields
    command = FollowUpCommand(verb=f"FOLLOW_UP_VERB_{verb.upper()}", follow_up_id=ID, version=version)
    for name, value in values.items():
        if isinstance(value, timedelta):
            getattr(command, name).CopyFrom(duration(value))
        elif isinstance(value, datetime):
            getattr(command, name).CopyFrom(timestamp(value))
        elif isinstance(value, list):
            getattr(command, name).extend(value)
        elif value is not None:
            setattr(command, name, value)
    return command


def step(
    held: FollowUp | None,
    by: bytes,
    verb: str,
    given: Circumstances = GIVEN,
    version: int | None = None,
    **fields: Any,
) -> FollowUp:
    """What is after a command, on the version held unless another one is given."""
    if version is None:
        version = 0 if held is None or verb == "open" else held.version
    return decide(held, told(verb, version, **fields), by, given)


def refusal(held: FollowUp | None, by: bytes, verb: str, given: Circumstances = GIVEN, **fields: Any) -> Outcome:
    """The code that a command is refused with."""
    with pytest.raises(Refused) as refused:
        step(held, by, verb, given, **fields)
    return refused.value.outcome


def opened(by: bytes = OWNER, given: Circumstances = GIVEN, **fields: Any) -> FollowUp:
    """One that an agency opened."""
    return step(None, by, "open", given, **fields)


def offered(*to: bytes, by: bytes = OWNER, given: Circumstances = GIVEN) -> FollowUp:
    """One that an agency opened, and offers."""
    return step(opened(by, given), by, "offer", given, offered_to=list(to or [ASKED]))


def handed_over() -> FollowUp:
    """One that ORIGIN opened and OWNER accepted."""
    return step(offered(OWNER, by=ORIGIN), OWNER, "accept")


def standing(work: str, offer: str) -> FollowUp:
    """One that ORIGIN opened, that OWNER has, and that ASKED and DECLINED were offered, which DECLINED declined.

    Args:
        work: open, active, on_hold or closed.
        offer: none (OWNER took it back), offered or acknowledged.
    """
    held = handed_over()
    for verb in {"open": (), "active": ("first_contact",), "on_hold": ("first_contact", "hold"), "closed": ()}[work]:
        held = step(held, OWNER, verb)
    held = step(held, OWNER, "offer", offered_to=[ASKED, DECLINED])
    held = step(held, DECLINED, "decline")
    if offer == "acknowledged":
        held = step(held, ASKED, "acknowledge")
    if offer == "none":
        held = step(held, OWNER, "withdraw")
    return step(held, OWNER, "close") if work == "closed" else held


def left_alone(held: FollowUp, until: datetime, terms: Terms = DEFAULT_TERMS) -> list[tuple[datetime, FollowUp]]:
    """What the clock makes of one that nobody touches: each moment at which it changes, and what it is then."""
    found = []
    while (due := held.due_at) is not None and due <= until:
        changed = passed(held, at(due, terms))
        assert changed is not None
        held = changed
        found.append((due, held))
    return found
