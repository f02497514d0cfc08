"""The region's audit against every count: small regions, all of whose possible figures are tried one by one."""

import itertools
from functools import cache

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.contribution import Contributions, bounds_of
from hub.domain.edition import State
from hub.domain.group_figures import Groups, grouped, judged_alone
from hub.domain.rollup import protect
from hub.domain.table_layout import Layout, Line
from hub.domain.table_release import WITHHELD

K, MOST = 3, 15  # of one discipline's row
TOTAL_OF_TWO_ROWS = Line(np.array([0, 1, 2]), np.array([1, -1, -1]), is_equal=True)
LAYOUT = Layout(
    {1: slice(0, 3)}, {(1, row, 0): row for row in range(3)}, (TOTAL_OF_TWO_ROWS,), np.zeros(3, np.intp), {}
)


@cache
def every_region() -> npt.NDArray[np.int16]:
    """All figures of two disciplines with two rows: (region, first, second) x (total, row, row)."""
    atoms = np.array([*itertools.product(range(MOST + 1), repeat=4)], dtype=np.int16).reshape(-1, 2, 2)
    groups = np.concatenate([atoms.sum(axis=1, keepdims=True), atoms], axis=1)
    return np.concatenate([groups.sum(axis=2, keepdims=True), groups], axis=2)


def region_of(agencies: list[tuple[int, int, int]]) -> Groups:
    """Agencies that show everything, each as (discipline, row, row)."""
    shown = np.array([[one + two, one, two] for _, one, two in agencies], dtype=np.int64)
    counted = np.ones(shown.shape, dtype=bool)
    low, high = bounds_of(shown, counted, LAYOUT.lines)
    ids = tuple(bytes([place]) * 16 for place in range(len(agencies)))
    return grouped(Contributions(ids, np.array([each[0] for each in agencies]), counted, low, high), K)


_COUNT = st.sampled_from([0, 0, 3, 4, 5])


@settings(max_examples=200)
@given(
    st.lists(st.tuples(st.just(1), _COUNT, _COUNT), min_size=1, max_size=3),
    st.lists(st.tuples(st.just(2), _COUNT, _COUNT), min_size=1, max_size=3),
)
def test_i02_every_withheld_figure_of_a_region_keeps_enough_possible_values(
    fire: list[tuple[int, int, int]], ems: list[tuple[int, int, int]]
) -> None:
    groups = region_of([*fire, *ems])
    states = judged_alone(groups)
    protect(states, np.zeros(states.shape, dtype=bool), groups, LAYOUT)

    fits = every_region()
    fits = fits[((fits == groups.low) | (states != State.SHOWN)).all(axis=(1, 2))]
    assert len(fits)
    for place in zip(*np.nonzero(states != State.SHOWN), strict=True):
        if groups.low[place]:
            assert len(np.unique(fits[:, *place])) >= K, (states, groups.low, place)


_SHOWN = st.one_of(st.just(0), st.integers(K, 9))


@given(st.lists(st.tuples(_SHOWN, _SHOWN, _SHOWN, st.sets(st.integers(0, 3))), min_size=1, max_size=6))
def test_i02_bounds_hold_the_true_count_and_follow_from_what_is_shown(
    agencies: list[tuple[int, int, int, set[int]]],
) -> None:
    line = Line(np.arange(4), np.array([1, -1, -1, -1]), is_equal=True)
    true = np.array([[sum(rows), *rows] for *rows, _ in agencies], dtype=np.int64)
    hidden = np.array([[place in each[3] for place in range(4)] for each in agencies]) & (true > 0)

    low, high = bounds_of(np.where(hidden, WITHHELD, true), np.ones(true.shape, dtype=bool), (line,))

    assert ((low <= true) & (true <= high)).all()
    assert (low[~hidden] == high[~hidden]).all()
    for at, counts in enumerate(true):
        rows = np.flatnonzero(hidden[at, 1:]) + 1
        if not hidden[at, 0] and len(rows):  # a total less what is shown of it, less one for each other withheld row
            rest = counts[rows].sum()
            assert high[at, rows].tolist() == [rest - len(rows) + 1] * len(rows)
            assert low[at, rows].tolist() == [rest if len(rows) == 1 else 1] * len(rows)
