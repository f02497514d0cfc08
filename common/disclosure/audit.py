"""What a reader can work out of withheld counts, from what is shown alone. It never sees a true count.

1. The reader knows every figure that is shown, now and earlier, every relation of `relations.py`, and that a withheld
   count is at least 1 in a window whose zeros are shown. Counts are whole numbers.
2. For each count that is not shown, the lowest and the highest value that fit all of it are found: two integer
   programmes, solved exactly (HiGHS).
3. A withheld count is pinned when fewer than k values are left to it.
4. A count that was not released at all (its table is held, or not due) is pinned when fewer than k values are left and
   one of them is small.

Written apart from the suppression and sharing none of its arithmetic, so that an error in one is seen by the other.

Source: DESIGN.md 7; TRUST.md i02.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

import highspy
import numpy as np

from common.disclosure.cell import LARGEST, Bounds, Cell, Relation, Rule, Shown
from common.disclosure.completion import Contradiction
from common.disclosure.components import connected
from common.disclosure.solver import new_solver

_UNBOUNDED = LARGEST // 2  # a bound beyond it comes from the contract's limit, not from what is shown


def bounds(
    figures: Shown, relations: Sequence[Relation], rule: Rule, cells: Collection[Cell] | None = None
) -> dict[Cell, Bounds]:
    """Find what a reader can suppose for counts that are not shown (1, 2).

    Args:
        figures: everything that is shown or withheld, of all tables and periods.
        relations: of all windows concerned.
        cells: which are asked for; by default every one that is withheld, or named by a relation and not released.

    Raises:
        Contradiction: the figures fit no counts at all.
    """
    unknown = _unknown(figures, relations, rule)
    asked = unknown if cells is None else [cell for cell in cells if cell in unknown]
    found = {cell: unknown[cell] for cell in asked}
    for group in connected(relations, unknown, asked):
        named = {cell for relation in group for cell, _ in relation.terms}
        found |= _Program(group, figures, unknown).bounds([cell for cell in asked if cell in named])
    return found


def pinned(
    figures: Shown, relations: Sequence[Relation], rule: Rule, cells: Collection[Cell] | None = None
) -> dict[Cell, Bounds]:
    """Find the counts that a reader could pin more closely than the rule allows (3, 4)."""
    return {
        cell: found
        for cell, found in bounds(figures, relations, rule, cells).items()
        if found.values < rule.k
        if (figures[cell] is None if cell in figures else _may_be_small(cell, found, rule))
    }


def newly_pinned(new: Shown, known: Shown, relations: Sequence[Relation], rule: Rule) -> dict[Cell, Bounds]:
    """Find the counts that a release would pin: its own, and others that were not pinned as closely before (3, 4).

    Args:
        new: what is to be released.
        known: everything that was released before.

    Raises:
        Contradiction: the figures fit no counts at all.
    """
    figures = {**known, **new}
    narrow = pinned(figures, relations, rule, _concerned(new, figures, relations, rule))
    before = bounds(known, relations, rule, narrow.keys() - new.keys())
    return {cell: found for cell, found in narrow.items() if cell in new or found.values < before[cell].values}


def _concerned(new: Shown, figures: Shown, relations: Sequence[Relation], rule: Rule) -> set[Cell]:
    """Find the counts that are not shown and of which a release could tell something."""
    unknown = _unknown(figures, relations, rule)
    beside = [relation for relation in relations if any(cell in new for cell, _ in relation.terms)]
    start = {cell for relation in beside for cell, _ in relation.terms if cell in unknown}
    groups = connected(relations, unknown, start)
    linked = {cell for group in groups for relation in group for cell, _ in relation.terms if cell in unknown}
    return linked | (new.keys() & unknown.keys())


def _unknown(figures: Shown, relations: Iterable[Relation], rule: Rule) -> dict[Cell, Bounds]:
    """Give what is known of each count that is not shown as one number, before any relation is used (1)."""
    found = {
        cell: count or Bounds(rule.least_withheld(cell.window), None)
        for cell, count in figures.items()
        if count is None or isinstance(count, Bounds)
    }
    for relation in relations:
        for cell, _ in relation.terms:
            if cell not in figures:
                found.setdefault(cell, Bounds(0, None))
    return found


def _may_be_small(cell: Cell, found: Bounds, rule: Rule) -> bool:
    least = max(found.low, rule.least_withheld(cell.window))
    return found.low < rule.k and (found.high is None or found.high >= least)


class _Program:
    """One group of unknown counts and everything that is known of them, as an integer programme."""

    def __init__(self, relations: Sequence[Relation], figures: Shown, unknown: Mapping[Cell, Bounds]) -> None:
        self._column: dict[Cell, int] = {}
        self._solver = solver = new_solver()
        for relation in relations:
            for cell, _ in relation.terms:
                if cell in unknown and cell not in self._column:
                    self._column[cell] = solver.getNumCol()
                    known = unknown[cell]
                    solver.addVar(known.low, LARGEST if known.high is None else known.high)
        for relation in relations:
            self._add(relation, figures)
        columns = np.arange(len(self._column), dtype=np.int32)
        kinds = np.full(len(columns), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
        solver.changeColsIntegrality(len(columns), columns, kinds)

    def _add(self, relation: Relation, figures: Shown) -> None:
        columns, factors, shown = [], [], 0
        for cell, factor in relation.terms:
            if cell in self._column:
                columns.append(self._column[cell])
                factors.append(factor)
            else:
                count = figures[cell]
                assert isinstance(count, int)
                shown += factor * count
        lower = -shown if relation.is_equal else -highspy.kHighsInf
        at, by = np.array(columns, dtype=np.int32), np.array(factors, dtype=np.float64)
        self._solver.addRow(lower, -shown, len(columns), at, by)

    def bounds(self, cells: Collection[Cell]) -> dict[Cell, Bounds]:
        return {cell: Bounds(self._extreme(cell, 1), self._highest(cell)) for cell in cells}

    def _highest(self, cell: Cell) -> int | None:
        found = -self._extreme(cell, -1)
        return None if found > _UNBOUNDED else found

    def _extreme(self, cell: Cell, sign: int) -> int:
        """Minimise a count, or its negative."""
        column = self._column[cell]
        self._solver.changeColCost(column, sign)
        self._solver.run()
        solution, status = self._solver.getSolution(), self._solver.getModelStatus()
        self._solver.changeColCost(column, 0)
        if status != highspy.HighsModelStatus.kOptimal:
            raise Contradiction(f"the figures that bear on {cell} fit no counts: {status.name}")
        return sign * round(solution.col_value[column])
