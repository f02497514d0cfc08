"""What the board may see of one closed incident's counts: decided once, and never again.

1. What a reader knows of the counts without seeing them:

       opened = open + closed,  closed = the sum over the outcomes
       opened = escalated + the rest = handed over + the rest = contacted + the rest
       agencies = activated + the rest

   No rest is shown, and none of 1 to k-1 may follow from what is.
2. `common.disclosure` decides what is withheld, and proves from what is shown alone that a withheld count keeps k
   possible values. The hub's own secret keeps the choice from telling.
3. How many had a first contact is not shown; the time of the first one is, where that number could be.
4. The figures are made when they are first asked for, stored, and given the same ever after. Follow-ups are closed,
   opened again and handed over after their incident was closed: of two reports from different days, the difference
   would be the few that changed between them.
5. So they are made once no follow-up is open, or on purpose before.

Source: DESIGN.md 7; DOMAIN.md 5 and 2 (board); TRUST.md i02.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from common.disclosure.audit import pinned
from common.disclosure.cell import Cell, Figures, Relation, Rule
from common.disclosure.chance import chance_of
from common.disclosure.suppression import suppress
from common.errors import InvalidRequest, WrongState
from hub.domain.activation import Activation
from hub.domain.incident import Incident
from hub.domain.incident_counts import FollowUpFacts, Row, counts_of, first_contact, outcome_row, outcomes_in

AFTER_ACTION = -1  # in the place of a wire TableKind, none of which is negative: no table release has these counts
_PARTS: tuple[tuple[Row, Row, Row], ...] = (  # 1
    (Row.AGENCIES, Row.ACTIVATED, Row.NOT_ACTIVATED),
    (Row.OPENED, Row.OPEN, Row.CLOSED),
    (Row.OPENED, Row.ESCALATED, Row.NOT_ESCALATED),
    (Row.OPENED, Row.HANDED_OVER, Row.NOT_HANDED_OVER),
    (Row.OPENED, Row.CONTACTED, Row.NOT_CONTACTED),
)


@dataclass(frozen=True)
class BoardFigures:
    """What the board sees of an incident, whenever it asks.

    Args:
        k: that was in force when they were made.
        figures: by row (`hub.domain.incident_counts.Row`); None is withheld.
        first_contact_at: None where there was none, or where it is withheld with the number of contacted ones (3).
    """

    incident_id: bytes
    made_at: datetime
    k: int
    figures: Mapping[int, int | None]
    first_contact_at: datetime | None


def make_board_figures(
    incident: Incident,
    lines: Collection[Activation],
    facts: Collection[FollowUpFacts],
    *,
    outcomes: Iterable[int],
    k: int,
    secret: bytes,
    now: datetime,
    with_open: bool = False,
) -> BoardFigures:
    """Make the board's figures of an incident; the caller stores them, and never makes them again (4).

    Args:
        incident: a closed one.
        lines: its board.
        facts: one for each of its follow-ups.
        outcomes: every wire FollowUpOutcome.
        k: counts of 1 to k-1 are withheld; at least 2.
        secret: the hub's, at least 16 bytes (2).
        with_open: also while follow-ups are open (5).

    Raises:
        WrongState: the incident is not closed, or a follow-up is open.
        InvalidRequest: k is too small.
    """
    if k < 2:
        raise InvalidRequest("k: must be at least 2")
    counts = counts_of(incident, lines, facts, outcomes)
    if counts[Row.OPEN] and not with_open:
        raise WrongState(
            "follow-ups of this incident are open, and the board's figures are made once: wait until they are closed, "
            "or have a coordinator make them as they are now, for good (--with-open)"
        )
    relations, rule = relations_of(incident.id, counts), Rule(k)
    cells = {Cell(incident.id, AFTER_ACTION, row): count for row, count in counts.items()}
    shown = suppress(cells, {}, relations, rule, chance=chance_of(secret)).figures
    verify(shown, relations, rule)
    figures = {cell.row: count for cell, count in shown.items()}
    contact = None if figures[Row.CONTACTED] is None else first_contact(facts)  # 3
    return BoardFigures(incident.id, now, k, figures, contact)


def relations_of(incident_id: bytes, rows: Iterable[int]) -> list[Relation]:
    """Give what anybody knows of an incident's counts without seeing them (1).

    Args:
        rows: of which those of outcomes are taken.
    """
    outcomes = [outcome_row(outcome) for outcome in outcomes_in(rows)]
    return [
        Relation(tuple((Cell(incident_id, AFTER_ACTION, row), 1 if row == total else -1) for row in (total, *parts)))
        for total, *parts in (*_PARTS, (Row.CLOSED, *outcomes))
    ]


def verify(figures: Figures, relations: Collection[Relation], rule: Rule) -> None:
    """Check, by what is shown alone, that it tells nothing small (2).

    Raises:
        WrongState: names the row.
    """
    for cell, count in figures.items():
        if count is not None and 0 < count < rule.k:
            raise WrongState(f"{_name(cell)}: a count under {rule.k} is to be withheld from the board")
    found = pinned(figures, list(relations), rule)
    if found:
        raise WrongState(f"{_name(min(found))}: could be worked out from what the board would see: nothing is shown")


def _name(cell: Cell) -> str:
    """Name a row in words."""
    if cell.row in list(Row):
        return Row(cell.row).name.lower().replace("_", " ")
    return f"outcome {outcomes_in([cell.row])[0]}"
