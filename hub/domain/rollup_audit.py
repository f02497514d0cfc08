"""Which of a region's withheld figures could be told too closely from all that is shown together: a rule of thumb.

1. Shown figures stand still, as if each were one number (`rollup.py`, 4). Withheld ones can be any whole number from
   zero up, as far as the relations let them: a sum leaves its withheld figures what they likely sum up to; what is at
   most something leaves them as much as the shown figures do.
2. A figure needs as many possible values as the rules say, unless it is zero.
3. Each solution is a state of affairs that a reader has to reckon with, for every figure at once. So figures are solved
   for one by one only where the solutions found so far do not lie far enough apart for them. HiGHS, exactly.

Where agencies show all of their counts, this is exact: it was tried against every count (test_rollup_audit.py). Where
they withhold some, it is not. A range is no number, so a reader has more to reckon with than (1) says; and what a
withheld figure is, nobody here knows: where it is less than is likely, it has less room below. It is no part of what
is proven of an agency's withheld counts, which rests on the audit of releases (`rollup.py`). It can only withhold more:
what it finds is never shown for it, and it shows nothing that was withheld.

Source: DESIGN.md 7; TRUST.md i02.
"""

from collections.abc import Mapping, Sequence

import highspy
import numpy as np
import numpy.typing as npt

from common.disclosure.cell import LARGEST, Cell
from common.disclosure.cell import Relation as Known
from common.disclosure.components import connected
from common.disclosure.solver import new_solver
from hub.domain.contribution import Mask
from hub.domain.edition import State
from hub.domain.group_figures import Groups, Place, Relation, States

_SHARE = 10  # one in so many of the largest contribution


def pinned(states: States, groups: Groups, relations: Sequence[Relation]) -> list[Place]:
    """Find the withheld figures that have too few possible values (1, 2)."""
    is_withheld = states != State.SHOWN
    places: list[Place] = list(zip(*(each.tolist() for each in np.nonzero(is_withheld)), strict=True))
    at = {_cell(place): int(groups.likely[place]) for place in places}
    least = np.maximum(groups.k, np.ceil(groups.largest / _SHARE))
    needed = {_cell(place): int(least[place]) for place in places if groups.high[place] > 0}
    kept = dict(each for each in (_kept(relation, is_withheld, groups) for relation in relations) if each is not None)
    groups_of = connected(list(kept), at, needed)
    found = [cell for each in groups_of for cell in _Reader({one: kept[one] for one in each}, at).pinned(needed)]
    return [(cell.row, cell.column) for cell in found]


def _kept(relation: Relation, is_withheld: Mask, groups: Groups) -> tuple[Known, float] | None:
    """Give a relation's withheld figures, and the most that they may sum up to; its shown ones stand still."""
    kept = is_withheld[relation.rows, relation.columns]
    if not kept.any():
        return None
    terms = zip(map(_cell, relation.places(kept)), relation.factors[kept].tolist(), strict=True)
    shown = (groups.low[relation.rows, relation.columns] * relation.factors)[~kept].sum()
    return Known(tuple(terms), relation.is_equal), -float(shown)


def _cell(place: Place) -> Cell:
    return Cell(b"", 0, *place)


class _Reader:
    """Withheld figures that hang together, as a reader can suppose them.

    Args:
        relations: each with the most that its figures may sum up to.
        at: a state of affairs that fits: each withheld figure's likely value.
    """

    def __init__(self, relations: Mapping[Known, float], at: Mapping[Cell, int]) -> None:
        self._cells = list(dict.fromkeys(cell for relation in relations for cell, _ in relation.terms))
        self._column = {cell: column for column, cell in enumerate(self._cells)}
        self._lowest = np.array([at[cell] for cell in self._cells], dtype=np.int64)
        self._highest = self._lowest.copy()
        self._solver = new_solver()
        for _ in self._cells:
            self._solver.addVar(0, LARGEST)
        for relation, most in relations.items():
            columns = np.array([self._column[cell] for cell, _ in relation.terms], dtype=np.int32)
            factors = np.array([factor for _, factor in relation.terms], dtype=np.float64)
            stands = float(sum(factor * at[cell] for cell, factor in relation.terms))
            upper = stands if relation.is_equal else max(stands, most)
            lower = stands if relation.is_equal else -highspy.kHighsInf
            self._solver.addRow(lower, upper, len(columns), columns, factors)
        self._every = np.arange(len(self._cells), dtype=np.int32)
        kinds = np.full(len(self._cells), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
        self._solver.changeColsIntegrality(len(kinds), self._every, kinds)

    def pinned(self, needed: Mapping[Cell, int]) -> list[Cell]:
        """Find those of these figures that have fewer possible values than they need (3)."""
        values = np.array([needed.get(cell, 1) for cell in self._cells])
        for weights in (np.ones(len(values)), np.where(self._every % 2, 1.0, -1.0)):
            for sign in (1, -1):
                self._look(sign * weights * self._is_open(values))
        found = []
        for column in range(len(values)):
            for sign in (1, -1):
                if self._is_open(values)[column]:
                    self._look(sign * (self._every == column).astype(np.float64))
            if self._is_open(values)[column]:
                found.append(self._cells[column])
        return found

    def _is_open(self, values: npt.NDArray[np.int64]) -> Mask:
        is_open: Mask = self._highest - self._lowest + 1 < values
        return is_open

    def _look(self, costs: npt.NDArray[np.float64]) -> None:
        """Find a state of affairs at which these costs are least, and remember how far each figure has moved."""
        if not costs.any():
            return
        self._solver.changeColsCost(len(self._every), self._every, costs)
        self._solver.run()
        assert self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal, self._solver.getModelStatus()
        found = np.rint(np.array(self._solver.getSolution().col_value)).astype(np.int64)
        np.minimum(self._lowest, found, out=self._lowest)
        np.maximum(self._highest, found, out=self._highest)
