"""The cheapest set of counts that meets every demand: an integer programme that grows by one row a demand."""

from collections.abc import Mapping

import highspy
import numpy as np

from common.disclosure.attacker import Demand
from common.disclosure.cell import Cell
from common.disclosure.solver import new_solver

_ENOUGH = 1e-6  # demands are sums of rounded numbers


class Cover:
    """Chooses among counts, each at its cost.

    Args:
        cost: what each count that may be withheld costs.
    """

    def __init__(self, cost: Mapping[Cell, float]) -> None:
        self._cells = list(cost)
        self._column = {cell: place for place, cell in enumerate(self._cells)}
        self._solver = new_solver()
        for cell in self._cells:
            self._solver.addVar(0, 1)
            self._solver.changeColCost(self._column[cell], cost[cell])
        columns = np.arange(len(self._cells), dtype=np.int32)
        kinds = np.full(len(columns), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
        self._solver.changeColsIntegrality(len(columns), columns, kinds)

    def add(self, cell: Cell, demand: Demand) -> None:
        """Demand it wherever the cell is withheld; always, where it is not among those that are chosen from."""
        columns = [self._column[named] for named in demand.weights]
        weights = list(demand.weights.values())
        need = demand.need - _ENOUGH
        if cell in self._column:
            columns, weights, need = [*columns, self._column[cell]], [*weights, -need], 0.0
        at, by = np.array(columns, dtype=np.int32), np.array(weights, dtype=np.float64)
        self._solver.addRow(need, highspy.kHighsInf, len(columns), at, by)

    def least(self, within_s: float) -> set[Cell] | None:
        """Give the cheapest choice; None where it is not found in time."""
        self._solver.setOptionValue("time_limit", within_s)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kTimeLimit:
            return None
        assert status == highspy.HighsModelStatus.kOptimal, status
        values = self._solver.getSolution().col_value
        return {cell for cell, value in zip(self._cells, values, strict=True) if value > 0.5}
