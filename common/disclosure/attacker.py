"""How far each withheld count can lie from where it is, for a set of withheld counts: the suppression's own arithmetic.

A count that is shown does not move. A withheld one moves down to the least that a reader can suppose, and up without
limit, as far as the relations let it. It is protected when k whole numbers lie between its lowest and its highest
place, or as many as there would be if everything were withheld.

Where one is not protected, the linear programme's dual says which counts would have to move with it. From that comes a
*demand* that every sufficient choice of withheld counts fulfils: sum(weight * is_withheld) >= need.

Source: the capacity constraints of Fischetti and Salazar for the cell suppression problem, with sliding protection.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt

from common.disclosure.cell import LARGEST, Cell, Relation
from common.disclosure.solver import new_solver

_NOTHING = 1e-7  # a reduced cost below this is rounding
_ROUNDING = 1e-5  # of a place, counts being whole

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Demand:
    """What every sufficient choice fulfils: the weights of the withheld cells add up to the need."""

    weights: Mapping[Cell, float]
    need: float


class Attacker:
    """The counts of one group, as a reader could move them.

    Args:
        at: a place that fits everything, for each cell of the relations: the true count where it is known.
        least: the lowest place of each cell, as a reader supposes when it is withheld.
        always: cells that are not shown whatever is chosen.
        movable: those, and every cell that may be withheld.
        values: how many must be possible for a count that is not shown.
    """

    def __init__(
        self,
        relations: Sequence[Relation],
        at: Mapping[Cell, float],
        least: Mapping[Cell, int],
        always: Collection[Cell],
        movable: Collection[Cell],
        values: int,
    ) -> None:
        self._cells = list(dict.fromkeys(cell for relation in relations for cell, _ in relation.terms))
        self._column = {cell: place for place, cell in enumerate(self._cells)}
        self._always = always
        slack = [-_value(relation, at) for relation in relations if not relation.is_equal]
        moving = frozenset(movable)
        may_move = np.array([cell in moving for cell in self._cells])
        self._places = np.array([at[cell] for cell in self._cells])
        down = (self._places - [least.get(cell, 0) for cell in self._cells]) * may_move
        self._down = np.concatenate([down, slack])
        self._up = np.concatenate([(LARGEST - self._places) * may_move, np.full(len(slack), float(LARGEST))])
        self._moves = np.zeros(len(self._down), dtype=bool)
        self._solver = new_solver()
        for _ in self._down:
            self._solver.addVar(0, 0)
        self._add_rows(relations)
        self.withhold(movable)
        self._needed = {cell: min(values, self.values(cell)) for cell in movable}

    def withhold(self, chosen: Collection[Cell]) -> None:
        """Let these counts move, and those that are never shown; the others stand still."""
        self._moves[:] = False
        self._moves[len(self._cells) :] = True
        for cell in (*chosen, *self._always):
            if cell in self._column:
                self._moves[self._column[cell]] = True
        columns = np.arange(len(self._moves), dtype=np.int32)
        self._solver.changeColsBounds(len(columns), columns, -self._down * self._moves, self._up * self._moves)

    def demand_of(self, cell: Cell) -> Demand | None:
        """Give what the present choice lacks to protect a count; None where it is protected."""
        lowest, weights_down = self._extreme(cell, 1)
        highest, weights_up = self._extreme(cell, -1)
        if highest - lowest + 1 >= self._needed[cell]:
            return None
        own = self._column[cell]
        room = float(self._needed[cell] - 1)
        weights = np.minimum(weights_down + weights_up, room)
        need = room - weights[own]
        weights[own] = 0
        always = [self._column[each] for each in self._always if each in self._column]
        need -= weights[len(self._cells) :].sum() + weights[always].sum()
        weights[always] = 0
        named = np.flatnonzero(weights[: len(self._cells)])
        return Demand({self._cells[place]: min(float(weights[place]), float(need)) for place in named}, float(need))

    def bounds(self, cell: Cell) -> tuple[int, int]:
        """Give the lowest and the highest whole number that a count can be under the present choice."""
        return self._extreme(cell, 1)[0], self._extreme(cell, -1)[0]

    def values(self, cell: Cell) -> int:
        """Tell how many values a count can have under the present choice."""
        low, high = self.bounds(cell)
        return high - low + 1

    def _extreme(self, cell: Cell, sign: int) -> tuple[int, Vector]:
        """Move one count as far down (1) or up (-1) as it goes: where to, and what the room of each is worth to it."""
        column = self._column[cell]
        self._solver.changeColCost(column, sign)
        self._solver.run()
        solution, status = self._solver.getSolution(), self._solver.getModelStatus()
        self._solver.changeColCost(column, 0)
        assert status == highspy.HighsModelStatus.kOptimal, status
        costs = np.array(solution.col_dual)
        costs[np.abs(costs) < _NOTHING] = 0
        weights = np.where(costs > 0, costs * self._down, -costs * self._up)
        reached = self._places[column] + solution.col_value[column]
        return (math.ceil(reached - _ROUNDING) if sign > 0 else math.floor(reached + _ROUNDING)), weights

    def _add_rows(self, relations: Sequence[Relation]) -> None:
        slack = len(self._cells)
        for relation in relations:
            columns = [self._column[cell] for cell, _ in relation.terms]
            factors = [float(factor) for _, factor in relation.terms]
            if not relation.is_equal:
                columns, factors, slack = [*columns, slack], [*factors, 1.0], slack + 1
            self._solver.addRow(0, 0, len(columns), np.array(columns, dtype=np.int32), np.array(factors))


def _value(relation: Relation, at: Mapping[Cell, float]) -> float:
    return sum(factor * at[cell] for cell, factor in relation.terms)
