"""The after-action report of a closed incident: how soon, who, and what became of the follow-ups.

Coordinators see every figure and each agency. The board sees no agency, and counts of people only where they are not
small (hub.domain.withholding). Follow-ups are one table for it, with a total and a subtotal:

    opened = open + closed,  closed = the sum over the outcomes

Escalated and handed-over ones are parts of the same total, each with a rest that is not shown.

Source: DOMAIN.md 4, last paragraph, and 2 (board); TRUST.md i02.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from common.errors import InvalidRequest, WrongState
from hub.domain.activation import Activation
from hub.domain.incident import Incident
from hub.domain.withholding import WITHHELD, Figure, Withheld, gated_part, is_small, withheld_parts

DEFAULT_K = 11
_OPEN = -1  # among the parts of the total, beside the outcomes


class Audience(StrEnum):
    """For whom a report is made."""

    COORDINATORS = "coordinators"
    BOARD = "board"


@dataclass(frozen=True)
class FollowUpFacts:
    """What the report counts of one follow-up."""

    accountable: bytes  # agency id
    origin: bytes  # agency id
    opened_at: datetime
    first_contact_at: datetime | None
    closed_at: datetime | None
    outcome: int | None  # wire FollowUpOutcome, of a closed one
    escalations: int  # steps
    hand_overs: int


@dataclass(frozen=True)
class Timings:
    """How long after the opening, by the hub's clock; None is what did not happen."""

    first_activation: timedelta | None
    first_contact: timedelta | Withheld | None
    closed: timedelta | None


@dataclass(frozen=True)
class AgencyCoverage:
    """What one participant did."""

    agency_id: bytes
    status: int  # wire ActivationStatus
    asked: bool  # to activate
    activated_after: timedelta | None  # None: never active
    follow_ups_opened: int
    follow_ups_owned: int  # accountable for them at the end
    follow_ups_owned_open: int


@dataclass(frozen=True)
class Coverage:
    """How many agencies took part and were active, and which, where the audience may know."""

    agencies: Figure
    activated: Figure
    by_agency: tuple[AgencyCoverage, ...]


@dataclass(frozen=True)
class Completion:
    """What became of the follow-ups."""

    opened: Figure
    closed: Figure
    open: Figure
    closed_percent: Figure | None  # None when there was none
    by_outcome: tuple[tuple[int, Figure], ...]  # wire FollowUpOutcome
    escalated: Figure
    handed_over: Figure
    escalation_steps: int | None  # None: not for this audience
    hand_overs: int | None


@dataclass(frozen=True)
class AfterAction:
    """The report."""

    incident: Incident
    audience: Audience
    k: int
    timings: Timings
    coverage: Coverage
    follow_ups: Completion


def after_action(
    incident: Incident,
    lines: Sequence[Activation],
    facts: Sequence[FollowUpFacts],
    *,
    asked: Collection[bytes],
    outcomes: Sequence[int],
    k: int = DEFAULT_K,
    audience: Audience = Audience.COORDINATORS,
) -> AfterAction:
    """Make the report.

    Args:
        incident: a closed one.
        lines: its board.
        facts: one for each of its follow-ups.
        asked: ids of the agencies that were asked to activate.
        outcomes: every wire FollowUpOutcome, in the order in which they are shown.
        k: counts of 1 to k-1 are withheld from the board; at least 2.
        audience: who reads it.

    Raises:
        WrongState: the incident is not closed.
        InvalidRequest: k is too small.
    """
    if not incident.is_closed:
        raise WrongState("the incident is not closed: its after-action report comes afterwards")
    if k < 2:
        raise InvalidRequest("k: must be at least 2")
    for_board = audience is Audience.BOARD
    return AfterAction(
        incident=incident,
        audience=audience,
        k=k,
        timings=_timings(incident, lines, facts, k if for_board else 1),
        coverage=_board_coverage(lines, k) if for_board else _coverage(incident, lines, facts, asked),
        follow_ups=_board_completion(facts, outcomes, k) if for_board else _completion(facts, outcomes),
    )


def _timings(incident: Incident, lines: Sequence[Activation], facts: Sequence[FollowUpFacts], k: int) -> Timings:
    contacts = [fact.first_contact_at for fact in facts]
    contact = _after(incident, contacts)
    contacted = sum(moment is not None for moment in contacts)
    return Timings(
        first_activation=_after(incident, [line.first_active_at for line in lines]),
        first_contact=WITHHELD if is_small(contacted, k) else contact,  # the time of a few people's contact
        closed=_after(incident, [incident.closed_at]),
    )


def _after(incident: Incident, moments: Iterable[datetime | None]) -> timedelta | None:
    """Give how long after the opening the first of these was; none is negative, whatever a clock did."""
    happened = [moment for moment in moments if moment is not None]
    return max(min(happened) - incident.opened_at, timedelta(0)) if happened else None


def _coverage(
    incident: Incident, lines: Sequence[Activation], facts: Sequence[FollowUpFacts], asked: Collection[bytes]
) -> Coverage:
    opened = Counter(fact.origin for fact in facts)
    owned = Counter(fact.accountable for fact in facts)
    still_open = Counter(fact.accountable for fact in facts if fact.closed_at is None)
    by_agency = tuple(
        AgencyCoverage(
            agency_id=line.agency_id,
            status=line.status,
            asked=line.agency_id in asked,
            activated_after=_after(incident, [line.first_active_at]),
            follow_ups_opened=opened[line.agency_id],
            follow_ups_owned=owned[line.agency_id],
            follow_ups_owned_open=still_open[line.agency_id],
        )
        for line in lines
    )
    return Coverage(len(lines), _activated(lines), by_agency)


def _board_coverage(lines: Sequence[Activation], k: int) -> Coverage:
    activated, total = _activated(lines), len(lines)
    return Coverage(WITHHELD if is_small(total, k) else total, gated_part(activated, total, k), ())


def _activated(lines: Sequence[Activation]) -> int:
    return sum(line.first_active_at is not None for line in lines)


def _parts(facts: Sequence[FollowUpFacts], outcomes: Sequence[int]) -> dict[int, int]:
    """Count the open ones and those of each outcome: together, all."""
    counted = Counter(_OPEN if fact.closed_at is None else fact.outcome or 0 for fact in facts)
    return {_OPEN: counted[_OPEN]} | {each: counted[each] for each in sorted({*outcomes, *counted} - {_OPEN})}


def _completion(facts: Sequence[FollowUpFacts], outcomes: Sequence[int]) -> Completion:
    parts = _parts(facts, outcomes)
    total, still_open = len(facts), parts.pop(_OPEN)
    return Completion(
        opened=total,
        closed=total - still_open,
        open=still_open,
        closed_percent=round(100 * (total - still_open) / total) if total else None,
        by_outcome=tuple(parts.items()),
        escalated=sum(fact.escalations > 0 for fact in facts),
        handed_over=sum(fact.hand_overs > 0 for fact in facts),
        escalation_steps=sum(fact.escalations for fact in facts),
        hand_overs=sum(fact.hand_overs for fact in facts),
    )


def _board_completion(facts: Sequence[FollowUpFacts], outcomes: Sequence[int], k: int) -> Completion:
    parts, exact = _parts(facts, outcomes), _completion(facts, outcomes)
    total, closed = len(facts), len(facts) - parts[_OPEN]
    # Total and open together give the closed: where those are few, the open are withheld too.
    hidden, total_shown = withheld_parts(parts, k, frozenset({_OPEN}) if is_small(closed, k) else frozenset())
    shown = {key: WITHHELD if key in hidden else count for key, count in parts.items()}
    open_shown = total_shown and _OPEN not in hidden
    closed_shown = closed == 0 or (open_shown and not is_small(closed, k))
    percent_shown = total == 0 or (total_shown and closed_shown and open_shown)

    def part(count: Figure) -> Figure:
        if isinstance(count, Withheld) or (not total_shown and count):
            return WITHHELD
        return gated_part(count, total, k)

    return Completion(
        opened=total if total_shown else WITHHELD,
        closed=closed if closed_shown else WITHHELD,
        open=shown.pop(_OPEN),
        closed_percent=exact.closed_percent if percent_shown else WITHHELD,
        by_outcome=tuple(shown.items()),
        escalated=part(exact.escalated),
        handed_over=part(exact.handed_over),
        escalation_steps=None,  # less the follow-ups that escalated, they would tell of the few that did so twice
        hand_overs=None,
    )
