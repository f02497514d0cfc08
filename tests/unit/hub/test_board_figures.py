"""The board's figures of an incident: none that is shown is small, and no withheld one follows from them.

What a reader can suppose is found by trying every count there is; nothing is solved here.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from common.disclosure.cell import Cell, Rule
from common.errors import InvalidRequest, WrongState
from common.wire.v1.codes_pb2 import IncidentStatus
from hub.domain.activation import Activation, requested
from hub.domain.board_figures import AFTER_ACTION, BoardFigures, make_board_figures, relations_of, verify
from hub.domain.incident_counts import FollowUpFacts, Row, counts_of, outcome_row
from tests.builders import NOON
from tests.incident_figures import COMPLETED, FIRE, HOUR, INCIDENT, LINES, OUTCOMES, UNABLE, board_figures, fact

K, CAP, SOME = 3, 12, 150
TWO = [COMPLETED, UNABLE]
_PARTS = {Row.ESCALATED: Row.NOT_ESCALATED, Row.HANDED_OVER: Row.NOT_HANDED_OVER, Row.CONTACTED: Row.NOT_CONTACTED}
Tried = Mapping[int, set[int]]


def small_incident(rng: np.random.Generator) -> list[FollowUpFacts]:
    """Follow-ups of which few are open, closed in one of two ways, escalated, handed over, or reached."""
    facts = []
    for outcome in (None, *TWO):
        for _ in range(rng.integers(0, 4)):
            escalated, moved, reached = rng.random(3) < rng.choice([0.1, 0.5, 0.9], 3)
            contact = NOON + HOUR if reached else None
            made = fact(outcome, escalations=int(escalated), hand_overs=int(moved), first_contact_at=contact)
            facts.append(made)
    return facts


def possible(made: BoardFigures) -> Tried:
    """Give every value that each count can have, shown or not, by what is shown."""
    values: dict[int, set[int]] = defaultdict(set)
    for still_open, completed, unable in product(range(CAP), repeat=3):
        opened = still_open + completed + unable
        told = {
            Row.OPENED: opened,
            Row.OPEN: still_open,
            Row.CLOSED: completed + unable,
            outcome_row(COMPLETED): completed,
            outcome_row(UNABLE): unable,
        }
        parts = {part: [each for each in range(opened + 1) if fits(made, part, each)] for part in _PARTS}
        if all(fits(made, row, count) for row, count in told.items()) and all(parts.values()):
            for row, count in told.items():
                values[row].add(count)
            for part, found in parts.items():
                values[part].update(found)
                values[_PARTS[part]].update(opened - each for each in found)
    return values


def fits(made: BoardFigures, row: int, count: int) -> bool:
    """Tell whether a reader can suppose this: what is withheld is not zero."""
    shown = made.figures[row]
    return count > 0 if shown is None else count == shown


def pinned(made: BoardFigures, values: Tried) -> Iterator[int]:
    """Name the withheld counts, and those of the rests that may be small, that have fewer than k values."""
    for row, found in values.items():
        hidden = made.figures[row] is None if row in made.figures else any(0 < count < K for count in found)
        if hidden and len(found) < K:
            yield row


def test_i02_no_count_that_the_board_does_not_see_has_fewer_than_k_possible_values() -> None:
    withheld = 0
    for seed in range(SOME):
        facts = small_incident(np.random.default_rng(seed))
        exact = counts_of(INCIDENT, LINES, facts, TWO)

        made = board_figures(*facts, k=K, outcomes=TWO, secret=seed.to_bytes(16, "big"))

        values = possible(made)
        assert list(pinned(made, values)) == [], (seed, made.figures)
        assert all(exact[row] in values[row] for row in made.figures if row > Row.NOT_ACTIVATED)
        assert all(count in (None, exact[row]) for row, count in made.figures.items())
        assert not any(count is not None and 0 < count < K for count in made.figures.values())
        assert all(made.figures[row] == 0 for row, count in exact.items() if count == 0)  # zero is always shown
        withheld += sum(count is None for count in made.figures.values())
    assert withheld


@pytest.mark.parametrize("closed", [[fact()], [*[fact()] * 3, *[fact(UNABLE)] * 4]])
def test_i02_a_few_closed_ones_are_not_told_by_the_total_and_the_open(closed: list[FollowUpFacts]) -> None:
    figures = board_figures(*closed, *[fact(None)] * 50).figures

    assert (figures[Row.CLOSED], figures[outcome_row(COMPLETED)]) == (None, None)
    assert None in (figures[Row.OPENED], figures[Row.OPEN])


def test_i02_a_share_is_withheld_where_its_rest_is_small() -> None:
    figures = board_figures(*[fact(escalations=1)] * 18, *[fact()] * 2).figures

    assert None in (figures[Row.OPENED], figures[Row.ESCALATED])
    assert figures[Row.HANDED_OVER] == 0


@pytest.mark.parametrize("few", [(3,), (1, 1), (10, 10)], ids=["alone", "all ones", "all the most"])
def test_i02_a_small_outcome_takes_more_with_it_where_the_total_would_give_it_away(few: tuple[int, ...]) -> None:
    counts = dict(zip(OUTCOMES, (*few, 40, 60, 0, 0), strict=False))
    facts = [fact(outcome) for outcome, count in counts.items() for _ in range(count)]

    figures = board_figures(*facts).figures

    shown = {outcome: figures[outcome_row(outcome)] for outcome in OUTCOMES}
    assert [shown[outcome] for outcome in OUTCOMES[: len(few)]] == [None] * len(few)
    hidden = [counts[outcome] for outcome, count in shown.items() if count is None]
    most = sum(hidden) - (len(hidden) - 1)  # of each, the others being one at least
    assert most >= 11 or figures[Row.OPENED] is figures[Row.CLOSED] is None
    assert [shown[outcome] for outcome, count in counts.items() if count == 0] == [0] * (5 - len(few) - 2)


@pytest.mark.parametrize(
    ("agencies", "active", "shown"), [(40, 25, True), (40, 35, False), (40, 5, False), (8, 8, False)]
)
def test_i02_how_many_agencies_were_active_is_shown_where_neither_they_nor_the_rest_are_few(
    agencies: int, active: int, shown: bool
) -> None:
    line = Activation(FIRE, FIRE, requested(FIRE, FIRE, NOON).status, NOON, 1, first_active_at=NOON)
    lines = [line] * active + [replace(line, first_active_at=None)] * (agencies - active)

    figures = board_figures(lines=lines).figures

    both = [figures[Row.AGENCIES], figures[Row.ACTIVATED]]
    assert (None not in both) == shown


def test_the_same_hub_decides_the_same_way_twice_and_another_may_decide_otherwise() -> None:
    facts = [fact(outcome) for outcome, count in zip(OUTCOMES, (4, 12, 12, 12, 12), strict=True) for _ in range(count)]

    first = [board_figures(*facts, secret=bytes([number]) * 16) for number in range(12)]

    assert first == [board_figures(*facts, secret=bytes([number]) * 16) for number in range(12)]
    assert len({tuple(made.figures.values()) for made in first}) > 1


def test_figures_are_not_made_while_the_incident_or_a_follow_up_is_open() -> None:
    still_open = replace(INCIDENT, status=IncidentStatus.INCIDENT_STATUS_MONITORING, closed_at=None)

    def make(incident: object = INCIDENT, k: int = 11, with_open: bool = False) -> BoardFigures:
        return make_board_figures(
            incident,  # type: ignore[arg-type]
            LINES,
            [fact(None)],
            outcomes=OUTCOMES,
            k=k,
            secret=bytes(16),
            now=NOON,
            with_open=with_open,
        )

    with pytest.raises(WrongState, match="the incident is not closed"):
        make(still_open, with_open=True)
    with pytest.raises(WrongState, match="follow-ups of this incident are open"):
        make()
    with pytest.raises(InvalidRequest, match="k: must be at least 2"):
        make(k=1)
    assert make(with_open=True).made_at == NOON


def figures_of(**told: int | None) -> dict[Cell, int | None]:
    """Give figures as the board would see them: zero, but for what is told."""
    rows = {row.name.lower(): int(row) for row in Row if not row.name.startswith("NOT_")}
    rows |= {"completed": outcome_row(COMPLETED), "unable": outcome_row(UNABLE)}
    return {Cell(INCIDENT.id, AFTER_ACTION, row): told.get(name, 0) for name, row in rows.items()}


@pytest.mark.parametrize(
    ("told", "row"),
    [
        ({"opened": 20, "open": 20, "escalated": 3}, "escalated: a count under 11"),
        ({"opened": 20, "open": 20, "escalated": 18}, "not escalated: could be worked out"),
        ({"opened": 11, "open": None, "closed": None, "completed": None}, "closed: could be worked out"),
    ],
)
def test_i02_figures_that_would_tell_a_small_count_are_refused_whoever_made_them(
    told: dict[str, int | None], row: str
) -> None:
    figures = figures_of(**told)

    with pytest.raises(WrongState, match=row):
        verify(figures, relations_of(INCIDENT.id, [cell.row for cell in figures]), Rule(11))
