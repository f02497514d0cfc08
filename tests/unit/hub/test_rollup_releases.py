"""What a region shows is made of what its agencies released, so it tells of none of them more than its own release did.

Small random regions, drawn by the nodes' own rules. Of each agency in turn everything is tried that could be true of
it, for a reader who knows every other agency's counts and releases.
"""

import numpy as np
import pytest

from common.disclosure.cell import Bounds
from hub.domain.edition import REGION, Part, figures
from hub.domain.table_layout import layout_of
from hub.domain.table_release import WITHHELD
from tests.small_regions import KINDS, WINDOW, Every, K, Region, contributions, mixed_region, part_of

SEEDS = range(100)
LAYOUT = layout_of(WINDOW.tables)


def left_after(region: Region, part: Part, target: int, kind: int) -> Every:
    """Give what could be true of one agency for a reader of the region's figures who knows all of the others.

    The reader takes off the others' true counts; and of each end of a range what the hub makes of their releases.
    """
    known, agency = contributions(region), region[target]
    left = agency.left_open[kind]
    columns = LAYOUT.slices[kind]
    for group in (REGION, agency.discipline):
        told = figures([part], group, kind)
        assert told is not None
        others = [
            number
            for number, each in enumerate(region)
            if number != target and kind in each.shown and group in (REGION, each.discipline)
        ]
        true = np.sum([region[number].true[kind] for number in others], axis=0, initial=0) * np.ones(4)
        low, high = known.low[others, columns].sum(axis=0), known.high[others, columns].sum(axis=0)
        for place, figure in enumerate(told.places):
            if not isinstance(figure, Bounds):
                continue
            count, most = left[:, place], np.inf if figure.high is None else figure.high
            fits = (
                (count + true[place] >= figure.low) & (count + true[place] <= most) & (count >= figure.low - low[place])
            )
            if np.isfinite(most) and np.isfinite(high[place]):
                fits &= count <= most - high[place]
            left = left[fits]
    return left


@pytest.mark.parametrize("seed", SEEDS)
def test_i02_the_regions_figures_less_all_the_other_agencies_tell_nothing_of_the_last(seed: int) -> None:
    region = mixed_region(seed)
    part = part_of(region)

    for target, agency in enumerate(region):
        for kind, shown in agency.shown.items():
            left = left_after(region, part, target, kind)
            assert len(left) == len(agency.left_open[kind]), "its release left open more than the region's figures do"
            for place in np.flatnonzero(np.array(shown) == WITHHELD):
                assert len(np.unique(left[:, place])) >= K, (seed, target, kind, place)


def test_of_the_regions_that_are_tried_most_withhold_something_and_show_something() -> None:
    regions = [mixed_region(seed) for seed in SEEDS]
    withheld = [any(WITHHELD in counts for each in region for counts in each.shown.values()) for region in regions]
    ranges = [
        any(
            isinstance(figure, Bounds) and figure.low != figure.high
            for kind in KINDS
            for group in (REGION, *{each.discipline for each in region})
            if (told := figures([part], group, kind)) is not None
            for figure in told.places
        )
        for region in regions
        for part in [part_of(region)]
    ]

    assert sum(withheld) > len(regions) * 0.8
    assert sum(ranges) > len(regions) * 0.3
