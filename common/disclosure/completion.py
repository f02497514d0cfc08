"""A place for counts that nobody here knows any more: those withheld or kept back in earlier releases.

The suppression needs one that fits everything. Any does: they move freely from it.
"""

from collections.abc import Mapping, Sequence

import highspy
import numpy as np

from common.disclosure.cell import LARGEST, Cell, Relation
from common.disclosure.solver import new_solver


class Contradiction(ValueError):
    """The figures fit no counts at all."""


def completed(relations: Sequence[Relation], given: Mapping[Cell, int], least: Mapping[Cell, int]) -> dict[Cell, float]:
    """Give a place for every cell of the relations: the given count, or one that fits, at or above its least.

    Raises:
        Contradiction: nothing fits.
    """
    cells = list(dict.fromkeys(cell for relation in relations for cell, _ in relation.terms))
    column = {cell: place for place, cell in enumerate(cells)}
    solver = new_solver()
    for cell in cells:
        if cell in least:
            solver.addVar(least[cell], LARGEST)
        else:
            solver.addVar(given[cell], given[cell])
    for relation in relations:
        columns = np.array([column[cell] for cell, _ in relation.terms], dtype=np.int32)
        factors = np.array([factor for _, factor in relation.terms], dtype=np.float64)
        solver.addRow(0 if relation.is_equal else -highspy.kHighsInf, 0, len(columns), columns, factors)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise Contradiction("the counts do not fit what was released before")
    return dict(zip(cells, solver.getSolution().col_value, strict=True))
