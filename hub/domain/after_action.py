"""The after-action report of a closed incident: how soon, who, and what became of the follow-ups.

Coordinators see every figure, as it is now, and each agency. The board sees no agency, and the figures that were made
for it once (`board_figures.py`).

Source: DOMAIN.md 4, last paragraph, and 2 (board); TRUST.md i02.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum

from common.disclosure.cell import Bounds
from common.disclosure.gate import rate
from hub.domain.activation import Activation
from hub.domain.board_figures import BoardFigures
from hub.domain.incident import Incident
from hub.domain.incident_counts import FollowUpFacts, Row, counts_of, first_contact, outcome_row, outcomes_in


class Audience(StrEnum):
    """For whom a report is made."""

    COORDINATORS = "coordinators"
    BOARD = "board"


class Withheld(Enum):
    """Stands in the place of a figure that is not shown."""

    WITHHELD = "withheld"


WITHHELD = Withheld.WITHHELD
Figure = int | Withheld


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
    """The report. `made_at` and `k` are those of the board's figures; coordinators see everything as it is."""

    incident: Incident
    audience: Audience
    made_at: datetime | None
    k: int | None
    timings: Timings
    coverage: Coverage
    follow_ups: Completion


def for_coordinators(
    incident: Incident,
    lines: Sequence[Activation],
    facts: Sequence[FollowUpFacts],
    *,
    asked: Collection[bytes],
    outcomes: Iterable[int],
) -> AfterAction:
    """Make the report that shows everything.

    Args:
        incident: a closed one.
        lines: its board.
        facts: one for each of its follow-ups.
        asked: ids of the agencies that were asked to activate.
        outcomes: every wire FollowUpOutcome.

    Raises:
        WrongState: the incident is not closed.
    """
    counts = counts_of(incident, lines, facts, outcomes)
    steps, moves = sum(fact.escalations for fact in facts), sum(fact.hand_overs for fact in facts)
    return AfterAction(
        incident=incident,
        audience=Audience.COORDINATORS,
        made_at=None,
        k=None,
        timings=_timings(incident, lines, _after(incident, first_contact(facts))),
        coverage=Coverage(
            counts[Row.AGENCIES], counts[Row.ACTIVATED], tuple(_by_agency(incident, lines, facts, asked))
        ),
        follow_ups=_completion(counts, steps, moves),
    )


def for_board(incident: Incident, lines: Sequence[Activation], made: BoardFigures) -> AfterAction:
    """Make the report that shows nobody: the figures that were made of this incident for the board.

    How often follow-ups escalated or moved is left out: less those that did, it would tell of the few that did twice.
    """
    shown = {row: WITHHELD if count is None else count for row, count in made.figures.items()}
    contact = WITHHELD if shown[Row.CONTACTED] is WITHHELD else _after(incident, made.first_contact_at)
    return AfterAction(
        incident=incident,
        audience=Audience.BOARD,
        made_at=made.made_at,
        k=made.k,
        timings=_timings(incident, lines, contact),
        coverage=Coverage(shown[Row.AGENCIES], shown[Row.ACTIVATED], ()),
        follow_ups=_completion(shown, None, None),
    )


def _timings(incident: Incident, lines: Iterable[Activation], contact: timedelta | Withheld | None) -> Timings:
    active = min((line.first_active_at for line in lines if line.first_active_at is not None), default=None)
    return Timings(_after(incident, active), contact, _after(incident, incident.closed_at))


def _after(incident: Incident, moment: datetime | None) -> timedelta | None:
    """Give how long after the opening that was; never negative, whatever a clock did."""
    return None if moment is None else max(moment - incident.opened_at, timedelta(0))


def _by_agency(
    incident: Incident, lines: Iterable[Activation], facts: Collection[FollowUpFacts], asked: Collection[bytes]
) -> Iterable[AgencyCoverage]:
    opened = Counter(fact.origin for fact in facts)
    owned = Counter(fact.accountable for fact in facts)
    still_open = Counter(fact.accountable for fact in facts if fact.closed_at is None)
    for line in lines:
        yield AgencyCoverage(
            agency_id=line.agency_id,
            status=line.status,
            asked=line.agency_id in asked,
            activated_after=_after(incident, line.first_active_at),
            follow_ups_opened=opened[line.agency_id],
            follow_ups_owned=owned[line.agency_id],
            follow_ups_owned_open=still_open[line.agency_id],
        )


def _completion(shown: Mapping[int, Figure], steps: int | None, moves: int | None) -> Completion:
    return Completion(
        opened=shown[Row.OPENED],
        closed=shown[Row.CLOSED],
        open=shown[Row.OPEN],
        closed_percent=_percent(shown[Row.CLOSED], shown[Row.OPENED]),
        by_outcome=tuple((outcome, shown[outcome_row(outcome)]) for outcome in outcomes_in(shown)),
        escalated=shown[Row.ESCALATED],
        handed_over=shown[Row.HANDED_OVER],
        escalation_steps=steps,
        hand_overs=moves,
    )


def _percent(part: Figure, whole: Figure) -> Figure | None:
    """Give a share as its parts allow it; None where there is nothing to share."""
    found = rate(_bounds(part), _bounds(whole))
    if found is None:
        return None
    return round(100 * found.low) if found.low == found.high else WITHHELD


def _bounds(figure: Figure) -> Bounds:
    """Give what a figure tells by itself: one that is withheld is not zero."""
    return Bounds(1, None) if isinstance(figure, Withheld) else Bounds(figure, figure)
