"""Regions so small that everything that could be true of them is tried: two tables, three free counts each, k = 3.

What an agency releases is drawn by the node's own rules; what the region shows is made by the hub's.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import product

import numpy as np
import numpy.typing as npt

from common.disclosure.catalogue import TABLES
from common.disclosure.cell import Cell, Rule
from common.disclosure.release import draw
from common.wire.v1.codes_pb2 import Discipline, TableKind
from hub.domain.contribution import Contributions, contributions_of
from hub.domain.edition import Part
from hub.domain.reporting_window import ReportingWindow
from hub.domain.rollup import make_part
from hub.domain.table_layout import layout_of
from hub.domain.table_release import WITHHELD, packed

ON_TIME: int = TableKind.TABLE_KIND_ON_TIME_CHECK_INS  # a total and three rows
CAPACITY: int = TableKind.TABLE_KIND_SUPPORTER_CAPACITY  # designated is available and paused; trained among them
KINDS = (ON_TIME, CAPACITY)
FIRE, POLICE, EMS = Discipline.DISCIPLINE_FIRE, Discipline.DISCIPLINE_LAW_ENFORCEMENT, Discipline.DISCIPLINE_EMS
TWO_DISCIPLINES, THREE_DISCIPLINES = (FIRE, FIRE, POLICE), (FIRE, FIRE, FIRE, POLICE, EMS)  # as often as agencies
K = 3
START = datetime(2026, 10, 1, tzinfo=UTC)
END = START + timedelta(days=92)
WINDOW = ReportingWindow(b"w" * 16, START, END, frozenset(KINDS), K, END + timedelta(days=14), START)
MOST = 14  # of a row that is tried

Counts = Sequence[int]  # of a table's four places
Every = npt.NDArray[np.int64]  # a row for each state of affairs


@dataclass(frozen=True)
class SmallAgency:
    """An agency's discipline, and for each table its true counts and those that it shows, WITHHELD among them."""

    discipline: int
    true: Mapping[int, Counts]
    shown: Mapping[int, Counts]

    @classmethod
    def drawn(cls, discipline: int, rows: Mapping[int, Counts], secret: bytes) -> "SmallAgency":
        """Have an agency release what its node lets go of these rows."""
        true = {kind: whole(kind, counts) for kind, counts in rows.items()}
        cells = {kind: TABLES[kind].cells(WINDOW.id) for kind in true}
        counts = {cell: count for kind in true for cell, count in zip(cells[kind], true[kind], strict=True)}
        figures = draw(counts, {}, [WINDOW.window], Rule(K), secret=secret).figures
        shown = {kind: [_stored(figures, cell) for cell in cells[kind]] for kind in {cell.table for cell in figures}}
        return cls(discipline, true, shown)

    @classmethod
    def open(cls, discipline: int, rows: Mapping[int, Counts]) -> "SmallAgency":
        """Have an agency show all of its counts."""
        true = {kind: whole(kind, counts) for kind, counts in rows.items()}
        return cls(discipline, true, true)

    @cached_property
    def left_open(self) -> dict[int, Every]:
        """Everything that could be true of it for who sees its release, by table."""
        return {kind: _fitting(kind, counts) for kind, counts in self.shown.items()}


Region = list[SmallAgency]


def whole(kind: int, rows: Counts) -> Counts:
    """Give a table of three free counts."""
    one, two, three = rows
    return (one + two + three, one, two, three) if kind == ON_TIME else (one + two, one, two, min(three, one + two))


def mixed_region(seed: int, disciplines: Sequence[int] = TWO_DISCIPLINES) -> Region:
    """Three to seven agencies, some with counts that are withheld."""
    dice = random.Random(seed)
    found = []
    for number in range(dice.randint(3, 5) if seed % 2 else dice.randint(5, 7)):
        few = dice.random() < 0.6
        rows = {kind: [dice.choice((0, 1, 2, 3, 5, 8) if few else (0, 3, 4, 6, 9)) for _ in range(3)] for kind in KINDS}
        found.append(SmallAgency.drawn(dice.choice(disciplines), rows, bytes([number]) * 16))
    return found


def ids_of(region: Region) -> list[bytes]:
    """Give the agencies' ids."""
    return [bytes([place]) * 16 for place in range(len(region))]


def contributions(region: Region) -> Contributions:
    """Give what the hub takes each agency to contribute."""
    ids = ids_of(region)
    released = {
        id_: {kind: packed(list(counts)) for kind, counts in each.shown.items()}
        for id_, each in zip(ids, region, strict=True)
    }
    disciplines = {id_: each.discipline for id_, each in zip(ids, region, strict=True)}
    return contributions_of(released, disciplines, layout_of(WINDOW.tables))


def part_of(region: Region) -> Part:
    """Give what the hub shows of a region."""
    return make_part(WINDOW, 1, contributions(region), END)


def _stored(figures: Mapping[Cell, int | None], cell: Cell) -> int:
    count = figures[cell]
    return WITHHELD if count is None else count


def _fitting(kind: int, shown: Counts) -> Every:
    """Give every table that fits a release, up to a size."""
    every = np.array([whole(kind, rows) for rows in product(range(MOST + 1), repeat=3)])
    told = np.array(shown)
    fits = np.where(told == WITHHELD, every > 0, every == told).all(axis=1)
    return np.unique(every[fits], axis=0)
