"""The figures of a region and of its disciplines, side by side: a row for each group, a column for each place.

A *safe* count of some agencies tells nobody too much of one of them:
1. At least three agencies contribute to it.
2. It is not nearly one agency's: less the largest and the second largest contribution, at least 10 % of the largest
   is left. Whoever knows the second largest, being that agency, learns the largest to 10 % at best. Counts that an
   agency withholds go by their lowest value.
3. All agencies together, it is not one of 1 to k-1.
4. Its upper bound is shown only where the highest values pass (2) too.

Source: DESIGN.md 7; DOMAIN.md 5; TRUST.md i02.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hub.domain.contribution import Contributions, Grid, Mask
from hub.domain.edition import REGION, State
from hub.domain.table_layout import Layout

LEAST_CONTRIBUTORS = 3
_SHARE = 10  # the rest is at least one in so many of the largest

States = npt.NDArray[np.uint8]
Place = tuple[int, int]  # a group's row and a column


@dataclass(frozen=True)
class Relation:
    """Places whose counts, each times its factor, add up to zero, or to at most zero."""

    rows: npt.NDArray[np.intp]
    columns: npt.NDArray[np.intp]
    factors: npt.NDArray[np.int64]
    is_equal: bool

    def places(self, where: Mask) -> list[Place]:
        """Give those of its places for which a mask of its terms is set."""
        return list(zip(self.rows[where].tolist(), self.columns[where].tolist(), strict=True))


@dataclass(frozen=True)
class Groups:
    """Sums over the agencies of each group.

    Args:
        names: REGION, then each wire Discipline that has agencies.
        members: for each group which agencies it has.
        low: lowest values; `high`: highest ones; `largest`: the largest contribution, at its lowest.
        likely: as if each withheld count were k/2, or the middle of its bounds where that is less.
        counted: how many agencies are counted.
    """

    names: tuple[int, ...]
    members: Mask
    low: Grid
    high: Grid
    likely: Grid
    largest: Grid
    counted: npt.NDArray[np.int64]
    of: Contributions
    k: int

    def total(self, places: list[Place]) -> State:
        """Tell whether the sum of some places' counts is safe, agency by agency."""
        low, high = np.zeros(len(self.of.agencies)), np.zeros(len(self.of.agencies))
        counted = np.zeros(len(self.of.agencies), dtype=bool)
        for row, column in places:
            low += self.of.low[:, column] * self.members[row]
            high += np.where(self.members[row], self.of.high[:, column], 0)
            counted |= self.of.is_counted[:, column] & self.members[row]
        return State(int(judged(low[:, None], high[:, None], counted[:, None], self.k)[0]))


def grouped(of: Contributions, k: int) -> Groups:
    """Sum up the contributions of the region's agencies and of each discipline's."""
    names = (REGION, *sorted(set(of.disciplines.tolist())))
    members = np.array([(of.disciplines == name) | (name == REGION) for name in names])
    kept = [(np.where(each[:, None], of.low, 0), np.where(each[:, None], of.high, 0)) for each in members]
    low = np.array([lows.sum(axis=0) for lows, _ in kept])
    high = np.array([highs.sum(axis=0) for _, highs in kept])
    largest = np.array([lows.max(axis=0) for lows, _ in kept])
    middles = np.maximum(of.low, np.minimum((of.low + of.high) / 2, k / 2))
    likely = np.array([np.floor(middles[each].sum(axis=0)) for each in members])
    counted = np.array([of.is_counted[each].sum(axis=0) for each in members])
    return Groups(names, members, low, high, likely, largest, counted, of, k)


def judged_alone(groups: Groups) -> States:
    """Judge every place of every group by itself (1 to 3)."""
    of = groups.of
    return np.array(
        [judged(of.low[each], of.high[each], of.is_counted[each], groups.k) for each in groups.members], dtype=np.uint8
    )


def judged(low: Grid, high: Grid, is_counted: Mask, k: int) -> States:
    """Judge sums over agencies, a row each: for every column whether its sum is safe, or the first reason why not."""
    most = high.sum(axis=0)
    found = np.zeros(low.shape[1], dtype=np.uint8)
    found[(most > 0) & (most < k)] = State.SMALL
    found[is_dominated(low)] = State.DOMINATED
    found[is_counted.sum(axis=0) < LEAST_CONTRIBUTORS] = State.FEW_AGENCIES
    return found


def is_dominated(counts: Grid) -> Mask:
    """Tell for each column whether the rest beside the two largest is too little to hide the largest (2)."""
    if len(counts) < LEAST_CONTRIBUTORS:
        dominated: Mask = counts.sum(axis=0) > 0
        return dominated
    second, largest = np.partition(counts, [-2, -1], axis=0)[-2:]
    finite = np.where(np.isfinite(largest), largest, 0)
    with np.errstate(invalid="ignore"):
        rest = counts.sum(axis=0) - largest - second
    found: Mask = (_SHARE * np.nan_to_num(rest, nan=0.0, posinf=0.0) < finite) | ~np.isfinite(largest)
    return found


def shown_highs(groups: Groups) -> Grid:
    """Give each group's highest values, infinite where they would tell too much of one agency (4)."""
    of = groups.of
    told = [
        np.where(is_dominated(of.high[each]), np.inf, high)
        for each, high in zip(groups.members, groups.high, strict=True)
    ]
    return np.where(groups.low == groups.high, groups.high, np.array(told))


def relations_of(groups: Groups, layout: Layout) -> list[Relation]:
    """Give every relation that holds among the places: inside each group, and of the region with its disciplines.

    One that compares tables of different agencies does not hold.
    """
    found = []
    for row, members in enumerate(groups.members):
        counted = groups.of.is_counted[members]
        for line in layout.lines:
            alike = counted[:, line.columns]
            if (alike == alike[:, :1]).all():
                rows = np.full(len(line.columns), row, dtype=np.intp)
                found.append(Relation(rows, line.columns, line.factors, line.is_equal))
    every = np.arange(len(groups.names), dtype=np.intp)
    factors = np.where(every == 0, 1, -1)
    across = (np.full(len(every), column, dtype=np.intp) for column in range(layout.width))
    return found + [Relation(every, columns, factors, is_equal=True) for columns in across]
