"""Which counts of a draw are withheld, so that nothing small can be derived, and as little as possible is lost.

1. A count of 1 to k-1 is withheld; so is a zero, in a window whose zeros are withheld. Elsewhere no zero is.
2. More are withheld until every count that is not shown keeps k possible values: those of this draw, those withheld in
   earlier releases, and those that were not released and could be small.
3. What is withheld costs its share of the cells and its share of the events. The least cost is found by an integer
   programme over demands (`attacker.py`): solve, see which counts are not protected, add their demands, solve again.
   Each cost is multiplied by a factor that only the agency knows (`chance.py`): a reader who knows this file, and so
   that the cheapest was chosen, cannot conclude from what was not chosen.
4. When the time is over, the demands are met one by one with the cheapest counts that help: more is withheld than
   need be, nothing less is protected.
5. What cannot be protected by any choice is not this module's to decide: `release.py` refuses it.

Source: DESIGN.md 7; TRUST.md i02.
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from common.disclosure.attacker import Attacker, Demand
from common.disclosure.cell import Cell, Figures, Reason, Relation, Rule
from common.disclosure.completion import completed
from common.disclosure.components import connected
from common.disclosure.cover import Cover

WITHIN_S = 10.0


@dataclass(frozen=True)
class Suppression:
    """What a draw may show.

    Args:
        figures: every cell of the draw; None is withheld.
        reasons: why each withheld one is.
        is_least: nothing less could be withheld at this cost; False where the time was over (4).
    """

    figures: Figures
    reasons: Mapping[Cell, Reason]
    is_least: bool


def suppress(
    counts: Mapping[Cell, int],
    known: Figures,
    relations: Sequence[Relation],
    rule: Rule,
    within_s: float = WITHIN_S,
    chance: Callable[[Cell], float] = lambda _: 1.0,
    clock: Callable[[], float] = time.monotonic,
) -> Suppression:
    """Decide what is withheld of true counts.

    Args:
        counts: the true count of every cell of the draw.
        known: everything that was released before, by anybody who knows these counts.
        relations: of all windows concerned.
        within_s: after which the least cost is given up (4).
        chance: the factor of each cell's cost (3).
        clock: seconds, rising.

    Raises:
        Contradiction: the counts do not fit what was released before.
    """
    small = {cell for cell, count in counts.items() if rule.is_small(count, cell.window)}
    not_released = {cell for relation in relations for cell, _ in relation.terms} - counts.keys() - known.keys()
    always = not_released | {cell for cell, count in known.items() if count is None}
    choosable = {cell for cell, count in counts.items() if count and cell not in small}
    chosen, is_least, until = set(small), True, clock() + within_s
    for group in connected(relations, small | choosable | always, small | choosable):
        problem = _Problem(group, counts, known, rule, small, choosable, always, not_released, chance)
        found, least = problem.solve(lambda: until - clock())
        chosen |= found
        is_least &= least
    figures = {cell: None if cell in chosen else count for cell, count in counts.items()}
    reasons = {cell: Reason.SMALL if cell in small else Reason.PROTECTS_ANOTHER for cell in counts if cell in chosen}
    return Suppression(figures, reasons, is_least)


class _Problem:
    """One group of counts that depend on each other."""

    def __init__(
        self,
        relations: Sequence[Relation],
        counts: Mapping[Cell, int],
        known: Figures,
        rule: Rule,
        small: Collection[Cell],
        choosable: Collection[Cell],
        always: Collection[Cell],
        not_released: Collection[Cell],
        chance: Callable[[Cell], float],
    ) -> None:
        cells = list(dict.fromkeys(cell for relation in relations for cell, _ in relation.terms))
        self._rule = rule
        self._small = [cell for cell in cells if cell in small]
        self._always = [cell for cell in cells if cell in always]
        self._not_released = frozenset(cell for cell in cells if cell in not_released)
        least = {cell: 0 if cell in not_released else rule.least_withheld(cell.window) for cell in cells}
        shown = {**{cell: count for cell, count in known.items() if count is not None}, **counts}
        at = completed(relations, shown, {cell: least[cell] for cell in self._always})
        moving = {*self._small, *self._always, *(cell for cell in cells if cell in choosable)}
        self._attacker = Attacker(relations, at, least, {*self._small, *self._always}, moving, rule.k)
        events = max(1, max((count for cell, count in counts.items() if cell in moving), default=1))
        offered = [cell for cell in cells if cell in choosable]
        self._cost = {cell: (counts[cell] / events + 1 / len(cells)) * chance(cell) for cell in offered}

    def solve(self, left_s: Callable[[], float]) -> tuple[set[Cell], bool]:
        """Give what is withheld, and whether it costs the least; that is given up when no time is left."""
        cover = Cover(self._cost)
        chosen: set[Cell] = set(self._small)
        while demands := self._unmet(chosen):
            for cell, demand in demands.items():
                cover.add(cell, demand)
            time_s = left_s()
            least = cover.least(time_s) if time_s > 0 else None
            if least is None or chosen == least.union(self._small):  # no time is left; met by rounding alone
                return self._greedily(chosen), False
            chosen = least.union(self._small)
        return chosen, True

    def _greedily(self, chosen: set[Cell]) -> set[Cell]:
        while demands := self._unmet(chosen):
            before = len(chosen)
            for demand in demands.values():
                helping = sorted(demand.weights.keys() - chosen, key=self._cost.__getitem__)
                missing = demand.need - sum(demand.weights.get(cell, 0) for cell in chosen)
                while helping and missing > 0:
                    chosen.add(helping[0])
                    missing -= demand.weights[helping.pop(0)]
            if len(chosen) == before:
                return {*chosen, *self._cost}
        return chosen

    def _unmet(self, chosen: set[Cell]) -> dict[Cell, Demand]:
        """Find what is not protected under a choice, with what it lacks (2)."""
        self._attacker.withhold(chosen)
        asked = [*sorted(chosen), *(cell for cell in self._always if self._matters(cell))]
        found = {cell: self._attacker.demand_of(cell) for cell in asked}
        return {cell: demand for cell, demand in found.items() if demand is not None}

    def _matters(self, cell: Cell) -> bool:
        if cell not in self._not_released:
            return True
        low, high = self._attacker.bounds(cell)
        return low < self._rule.k and high >= max(low, self._rule.least_withheld(cell.window))
