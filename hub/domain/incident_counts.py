"""What is counted of one incident, row by row: its agencies, and its follow-ups.

Source: DOMAIN.md 4, last paragraph.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from common.errors import WrongState
from hub.domain.activation import Activation
from hub.domain.incident import Incident


class Row(IntEnum):
    """What one count is of. A hub stores it with each: never renumber, only add. Outcomes follow (`outcome_row`)."""

    AGENCIES = 1  # that took part
    ACTIVATED = 2  # whose team was active
    NOT_ACTIVATED = 3
    OPENED = 4  # follow-ups
    CLOSED = 5
    OPEN = 6
    ESCALATED = 7
    NOT_ESCALATED = 8
    HANDED_OVER = 9
    NOT_HANDED_OVER = 10
    CONTACTED = 11  # had a first contact
    NOT_CONTACTED = 12


FIRST_OUTCOME = 100


@dataclass(frozen=True)
class FollowUpFacts:
    """What is counted of one follow-up."""

    accountable: bytes  # agency id
    origin: bytes  # agency id
    opened_at: datetime
    first_contact_at: datetime | None
    closed_at: datetime | None
    outcome: int | None  # wire FollowUpOutcome, of a closed one
    escalations: int  # steps
    hand_overs: int


def outcome_row(outcome: int) -> int:
    """Give the row of the follow-ups that were closed with a wire FollowUpOutcome."""
    return FIRST_OUTCOME + outcome


def outcomes_in(rows: Iterable[int]) -> list[int]:
    """Give the outcomes among some rows, in order."""
    return sorted(row - FIRST_OUTCOME for row in rows if row >= FIRST_OUTCOME)


def counts_of(
    incident: Incident, lines: Collection[Activation], facts: Collection[FollowUpFacts], outcomes: Iterable[int]
) -> Mapping[int, int]:
    """Count every row that an after-action report has.

    Args:
        incident: a closed one.
        lines: its board.
        facts: one for each of its follow-ups.
        outcomes: every wire FollowUpOutcome; a row each, whether or not one was closed so.

    Raises:
        WrongState: the incident is not closed.
    """
    if not incident.is_closed:
        raise WrongState("the incident is not closed: its after-action report comes afterwards")
    closed = Counter(outcome_row(fact.outcome or 0) for fact in facts if fact.closed_at is not None)
    return {
        Row.AGENCIES: len(lines),
        Row.ACTIVATED: sum(line.first_active_at is not None for line in lines),
        Row.OPENED: len(facts),
        Row.CLOSED: closed.total(),
        Row.OPEN: len(facts) - closed.total(),
        Row.ESCALATED: sum(fact.escalations > 0 for fact in facts),
        Row.HANDED_OVER: sum(fact.hand_overs > 0 for fact in facts),
        Row.CONTACTED: sum(fact.first_contact_at is not None for fact in facts),
        **{row: closed[row] for row in sorted({*map(outcome_row, outcomes), *closed})},
    }


def first_contact(facts: Iterable[FollowUpFacts]) -> datetime | None:
    """Tell when somebody was first reached; None when nobody was."""
    return min((fact.first_contact_at for fact in facts if fact.first_contact_at is not None), default=None)
