"""Small random regions, and everything that fits what is shown of them: what is withheld keeps enough values."""

import random
from datetime import UTC, datetime, timedelta
from itertools import product

import numpy as np
import numpy.typing as npt
import pytest

from common.disclosure.cell import Bounds
from common.wire.v1.codes_pb2 import Discipline, TableKind
from hub.domain.contribution import bounds_of, contributions_of
from hub.domain.edition import REGION, Part, figures
from hub.domain.reporting_window import ReportingWindow
from hub.domain.rollup import make_part
from hub.domain.table_layout import layout_of
from hub.domain.table_release import WITHHELD, WITHHELD_OR_ZERO, packed

ON_TIME = TableKind.TABLE_KIND_ON_TIME_CHECK_INS  # a total and three rows
TABLES = frozenset({ON_TIME})
FIRE, POLICE = Discipline.DISCIPLINE_FIRE, Discipline.DISCIPLINE_LAW_ENFORCEMENT
K = 3
START = datetime(2026, 10, 1, tzinfo=UTC)
END = START + timedelta(days=92)
WINDOW = ReportingWindow(b"w" * 16, START, END, TABLES, K, END + timedelta(days=14), START)
SEEDS = range(200)

Region = list[tuple[int, list[int]]]


def region_of(seed: int) -> Region:
    """Three to five agencies of two disciplines, that show all of their counts."""
    dice = random.Random(seed)
    found: Region = []
    for _ in range(dice.randint(3, 5) if seed % 2 else dice.randint(6, 8)):
        rows = [dice.choice((0, 0, 3, 4, 5, 6, 9)) for _ in range(3)]
        found.append((dice.choice((FIRE, FIRE, POLICE)), [sum(rows), *rows]))
    return found


def part_of(region: Region) -> Part:
    ids = [bytes([place]) * 16 for place in range(len(region))]
    released: dict[bytes, dict[int, bytes]] = {
        id_: {ON_TIME: packed(counts)} for id_, (_, counts) in zip(ids, region, strict=True)
    }
    disciplines = {id_: discipline for id_, (discipline, _) in zip(ids, region, strict=True)}
    return make_part(WINDOW, 1, contributions_of(released, disciplines, layout_of(TABLES)), END)


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
                fits &= (every[at, place] >= figure.low) & (every[at, place] <= (figure.high or 0))
    return every[:, :, fits], is_shown


@pytest.mark.parametrize("seed", SEEDS)
def test_i02_no_withheld_figure_of_a_small_region_has_fewer_possible_values_than_k(seed: int) -> None:
    region = region_of(seed)
    truth = {
        name: np.sum([counts for each, counts in region if name in (REGION, each)], axis=0).tolist()
        for name in (REGION, *sorted({each for each, _ in region}))
    }

    states, is_shown = possible(part_of(region), truth)

    for at, name in enumerate(truth):
        for place in range(4):
            if not is_shown[at, place] and truth[name][place]:
                assert len(np.unique(states[at, place])) >= K, (truth, is_shown)


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

    low, high = bounds_of(np.array([shown]), np.ones((1, 4), dtype=bool), layout_of(TABLES).lines)

    for place in range(4):
        values = [each[place] for each in fitting]
        assert low[0, place] <= min(values)
        assert high[0, place] >= max(values)
