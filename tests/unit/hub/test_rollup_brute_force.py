"""Small random regions, and everything that fits what is shown of them: what is withheld keeps enough values."""

import random
from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
import numpy.typing as npt
import pytest

from common.disclosure.cell import Bounds
from hub.domain.contribution import bounds_of
from hub.domain.edition import REGION, Part, figures
from hub.domain.table_layout import layout_of
from hub.domain.table_release import WITHHELD, WITHHELD_OR_ZERO
from tests.small_regions import (
    ON_TIME,
    THREE_DISCIPLINES,
    TWO_DISCIPLINES,
    WINDOW,
    K,
    Region,
    SmallAgency,
    contributions,
    mixed_region,
    part_of,
)

SEEDS = range(120)
PLACES = range(4)


def open_region(seed: int, disciplines: Sequence[int] = TWO_DISCIPLINES) -> Region:
    """Three to eight agencies that show all of their counts."""
    dice = random.Random(seed)
    found: Region = []
    for _ in range(dice.randint(3, 5) if seed % 2 else dice.randint(6, 8)):
        rows = [dice.choice((0, 0, 3, 4, 5, 6, 9)) for _ in range(3)]
        found.append(SmallAgency.open(dice.choice(disciplines), {ON_TIME: rows}))
    return found


def truth_of(region: Region) -> dict[int, list[int]]:
    """The true counts of the region and of each discipline."""
    return {
        name: np.sum([each.true[ON_TIME] for each in region if name in (REGION, each.discipline)], axis=0).tolist()
        for name in (REGION, *sorted({each.discipline for each in region}))
    }


def possible(part: Part, truth: dict[int, list[int]]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Give what fits what is shown, near the truth: (group, place, state of affairs); and which figures are shown."""
    groups = [each for each in truth if each != REGION]
    ranges = [range(max(0, truth[name][row] - K), truth[name][row] + K + 1) for name in groups for row in (1, 2, 3)]
    rows = np.array(list(product(*ranges))).T.reshape(len(groups), 3, -1)
    tables = np.concatenate([rows.sum(axis=1, keepdims=True), rows], axis=1)
    every = np.concatenate([tables.sum(axis=0, keepdims=True), tables])
    fits, is_shown = np.ones(every.shape[2], dtype=bool), np.zeros(every.shape[:2], dtype=bool)
    for at, name in enumerate((REGION, *groups)):
        told = figures([part], name, ON_TIME)
        for place, figure in enumerate(told.places if told else ()):
            if isinstance(figure, Bounds):
                is_shown[at, place] = True
                fits &= every[at, place] >= figure.low
                if figure.high is not None:
                    fits &= every[at, place] <= figure.high
    return every[:, :, fits], is_shown


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("region_of", [open_region, mixed_region], ids=["all is shown", "some is withheld"])
def test_i02_no_withheld_figure_of_a_small_region_has_fewer_possible_values_than_k(
    region_of: Callable[[int], Region], seed: int
) -> None:
    region = region_of(seed)
    truth = truth_of(region)

    states, is_shown = possible(part_of(region), truth)

    for at, name in enumerate(truth):
        for place in PLACES:
            if not is_shown[at, place] and truth[name][place]:
                assert len(np.unique(states[at, place])) >= K, (truth, is_shown)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("region_of", [open_region, mixed_region], ids=["all is shown", "some is withheld"])
def test_i02_what_the_region_shows_less_its_disciplines_is_never_the_last_ones_to_a_tenth(
    region_of: Callable[[int, Sequence[int]], Region], seed: int
) -> None:
    """A range's ends add up over disciplines as counts do: what is left is of three agencies, of none nearly all."""
    region = region_of(seed, THREE_DISCIPLINES)
    known, part, kind = contributions(region), part_of(region), layout_of(WINDOW.tables).slices[ON_TIME]
    groups = sorted({each.discipline for each in region})
    told = {name: found.places for name in (REGION, *groups) if (found := figures([part], name, ON_TIME)) is not None}

    for place in PLACES:
        withheld = [name for name in groups if name in told and not isinstance(told[name][place], Bounds)]
        if not withheld or not isinstance(told[REGION][place], Bounds):
            continue
        members = [each.discipline in withheld and ON_TIME in each.shown for each in region]
        left = sorted(known.low[members, kind][:, place].tolist())
        if any(left):
            assert len(left) >= 3, (seed, place)
            assert sum(left[:-2]) >= left[-1] / 10, (seed, place)  # who knows the second largest, being that agency


@pytest.mark.parametrize("withheld", [WITHHELD, WITHHELD_OR_ZERO], ids=["zeros shown", "zeros withheld"])
@pytest.mark.parametrize("seed", range(200))
def test_i02_a_count_that_an_agency_withholds_enters_with_every_value_that_its_release_leaves_open(
    seed: int, withheld: int
) -> None:
    """So a region's figure tells no reader, and no agency that takes its own figures off, more than the release did."""
    dice = random.Random(seed)
    rows = [dice.randint(0, 6) for _ in range(3)]
    least = 1 if withheld == WITHHELD else 0
    shown = [count if dice.random() < 0.4 or count < least else withheld for count in (sum(rows), *rows)]
    fitting = [
        (sum(each), *each)
        for each in product(range(19), repeat=3)
        if all(
            told == count or (told == withheld and count >= least)
            for told, count in zip(shown, (sum(each), *each), strict=True)
        )
    ]

    low, high = bounds_of(np.array([shown]), np.ones((1, 4), dtype=bool), layout_of(frozenset({ON_TIME})).lines)

    for place in range(4):
        values = [each[place] for each in fitting]
        assert low[0, place] <= min(values)
        assert high[0, place] >= max(values)
