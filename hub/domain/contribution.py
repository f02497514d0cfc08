"""What each agency contributes to a window's counts: every count that it shows, and bounds of every one it withholds.

1. An agency is counted in a table that it released. In the tables of encounters, which all have one total, it is
   counted where it released all of them: otherwise one table's total less another's would be its own.
2. A withheld count is at least 1 where the agency shows zeros, and at least 0 where it withholds them too.
3. The bounds follow from what the agency released for this window alone, by going through the relations one by one
   until nothing changes: a total less what is shown of it, less the least of each other withheld row. They are true,
   and not always the tightest: what several relations say together, or other windows, may tell more.

All agencies at once: a row for each agency, a column for each place of the window's tables.

Source: DESIGN.md 7.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from common.disclosure.catalogue import OF_ENCOUNTERS
from common.wire.v1.codes_pb2 import TableKind
from hub.domain.table_layout import Layout, Line
from hub.domain.table_release import LEAST, unpacked

_OF_ONE_TOTAL = (*OF_ENCOUNTERS, TableKind.TABLE_KIND_SUPPORT_KIND_BY_INCIDENT_RELATED)
MOST_PASSES = 8  # a bound moves through a window's few linked tables in fewer

Grid = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Contributions:
    """Each agency's counts of a window.

    Args:
        agencies: ids, in the order of the rows.
        disciplines: wire Discipline of each.
        is_counted: whether the agency is counted in the column's table (1).
        low: the lowest possible count; 0 where it is not counted.
        high: the highest possible count; infinite where nothing limits it.
    """

    agencies: tuple[bytes, ...]
    disciplines: npt.NDArray[np.int64]
    is_counted: Mask
    low: Grid
    high: Grid


def contributions_of(
    released: Mapping[bytes, Mapping[int, bytes]], disciplines: Mapping[bytes, int], layout: Layout
) -> Contributions:
    """Give the contributions of some agencies.

    Args:
        released: agency id -> wire TableKind -> packed counts.
        disciplines: of each of them.
        layout: of the window's tables.
    """
    agencies = tuple(sorted(released))
    shown = np.full((len(agencies), layout.width), 0, dtype=np.int64)
    is_counted = np.zeros(shown.shape, dtype=bool)
    encounters = [kind for kind in OF_ENCOUNTERS if kind in layout.slices]
    for row, agency_id in enumerate(agencies):
        for kind, counts in _counted(released[agency_id], encounters).items():
            at = layout.slices[kind]
            shown[row, at] = unpacked(counts)
            is_counted[row, at] = True
    low, high = bounds_of(shown, is_counted, layout.lines)
    return Contributions(agencies, np.array([disciplines[each] for each in agencies]), is_counted, low, high)


def bounds_of(shown: npt.NDArray[np.int64], is_counted: Mask, lines: Sequence[Line]) -> tuple[Grid, Grid]:
    """Bound every count (2, 3).

    Args:
        shown: a row for each agency; WITHHELD or WITHHELD_OR_ZERO where it is.
        is_counted: only relations whose every column is counted say something of an agency.
    """
    low = np.where(is_counted, shown, 0).astype(np.float64)
    high = low.copy()
    for withheld, least in LEAST.items():  # 2
        low[is_counted & (shown == withheld)] = least
        high[is_counted & (shown == withheld)] = np.inf
    for _ in range(MOST_PASSES):
        moved = False
        for line in lines:
            moved |= _tightened(low, high, is_counted, line)
        if not moved:
            break
    return low, high


def _counted(released: Mapping[int, bytes], encounters: Sequence[int]) -> dict[int, bytes]:
    whole = all(kind in released for kind in encounters)
    return {kind: counts for kind, counts in released.items() if whole or kind not in _OF_ONE_TOTAL}


def _tightened(low: Grid, high: Grid, is_counted: Mask, line: Line) -> bool:
    """Use one relation for every agency that has an open count in it; tell whether a bound moved."""
    named = line.columns
    rows = np.flatnonzero(is_counted[:, named].all(axis=1) & (low[:, named] < high[:, named]).any(axis=1))
    if not len(rows):
        return False
    at = np.ix_(rows, named)
    before_low, before_high, up = low[at], high[at], line.factors > 0
    least, most = np.where(up, before_low, -before_high), np.where(up, before_high, -before_low)
    upper = -_of_the_others(least, -np.inf)
    lower = -_of_the_others(most, np.inf) if line.is_equal else np.full(least.shape, -np.inf)
    after_low = np.maximum(before_low, np.where(up, lower, -upper))
    after_high = np.maximum(np.minimum(before_high, np.where(up, upper, -lower)), after_low)
    low[at], high[at] = after_low, after_high
    return bool((after_low > before_low).any() or (after_high < before_high).any())


def _of_the_others(values: Grid, unlimited: float) -> Grid:
    """Give for each column the sum of the other columns; `unlimited` where one of those is."""
    is_open = ~np.isfinite(values)
    finite = np.where(is_open, 0, values)
    others: Grid = finite.sum(axis=1, keepdims=True) - finite
    return np.where(is_open.sum(axis=1, keepdims=True) - is_open > 0, unlimited, others)
