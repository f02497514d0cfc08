"""Tables that are small enough to try every count: what a reader can suppose is found by looking at all of it.

A *structure* has atoms, which vary freely, and cells, each the sum of some atoms. Its releases come one after another.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from common.disclosure.cell import Cell, Relation, Rule

Grid = npt.NDArray[np.int16]


def cell(name: str) -> Cell:
    """Give a cell of no declared table, by a name."""
    return Cell(name.encode().ljust(16, b"."), 1, 0)


@dataclass(frozen=True)
class Structure:
    """Cells as sums of atoms.

    Args:
        cells: name -> the atoms that it adds up; `~atom` is subtracted.
        equal: pairs of cells that are the same count.
        releases: names of cells that are released together, one release after another.
        cap: the largest value of an atom that is tried.
    """

    name: str
    atoms: int
    cells: Mapping[str, Sequence[int]]
    relations: Sequence[tuple[str, Sequence[str]]]
    releases: Sequence[Sequence[str]]
    cap: int
    equal: Sequence[tuple[str, str]] = field(default_factory=tuple)

    @cached_property
    def columns(self) -> dict[Cell, int]:
        """Which column of the grid is whose."""
        return {cell(name): place for place, name in enumerate(self.cells)}

    @cached_property
    def grid(self) -> Grid:
        """Every consistent set of counts, one a row, one column a cell."""
        atoms = np.array([*itertools.product(range(self.cap + 1), repeat=self.atoms)], dtype=np.int16)
        grid = np.stack([_summed(atoms, parts) for parts in self.cells.values()], axis=1)
        grid = grid[(grid >= 0).all(axis=1)]
        for one, other in self.equal:
            grid = grid[grid[:, self.columns[cell(one)]] == grid[:, self.columns[cell(other)]]]
        return grid.astype(np.int16)

    def all_relations(self) -> list[Relation]:
        """Give what a reader knows, as the suppression and the audit are told."""
        sums = [Relation(((cell(total), 1), *((cell(part), -1) for part in parts))) for total, parts in self.relations]
        return sums + [Relation(((cell(one), 1), (cell(other), -1))) for one, other in self.equal]

    def counts(self, rng: np.random.Generator, largest: int) -> dict[Cell, int]:
        """Draw true counts, each atom at most `largest`, small ones often."""
        atoms = self.grid[:, [place for place, parts in enumerate(self.cells.values()) if len(parts) == 1]]
        allowed = np.flatnonzero((atoms <= largest).all(axis=1))
        row = self.grid[rng.choice(allowed)]
        return {each: int(row[place]) for each, place in self.columns.items()}


def _summed(atoms: Grid, parts: Sequence[int]) -> Grid:
    summed: Grid = sum(atoms[:, part] if part >= 0 else -atoms[:, ~part] for part in parts)  # type: ignore[assignment]
    return summed


def possible(structure: Structure, figures: Mapping[Cell, int | None], rule: Rule) -> dict[Cell, set[int]]:
    """Find every value that a reader can suppose for each cell that is not shown, by trying all counts."""
    fits = np.ones(len(structure.grid), dtype=bool)
    for each, place in structure.columns.items():
        column = structure.grid[:, place]
        if each in figures:
            count = figures[each]
            fits &= column >= rule.least_withheld(each.window) if count is None else column == count
    left = structure.grid[fits]
    return {
        each: set(map(int, np.unique(left[:, place])))
        for each, place in structure.columns.items()
        if figures.get(each) is None
    }


ONE_WAY = Structure(
    "one-way",
    4,
    {"a": [0], "b": [1], "c": [2], "d": [3], "total": [0, 1, 2, 3]},
    [("total", "abcd")],
    [["a", "b", "c", "d", "total"]],
    cap=9,
)
THREE = Structure(
    "three",
    3,
    {"a": [0], "b": [1], "c": [2], "total": [0, 1, 2]},
    [("total", "abc")],
    [["a", "b", "c", "total"]],
    cap=9,
)
LINKED = Structure(
    "two tables with one total",
    5,
    {"a": [0], "b": [1], "c": [2], "total": [0, 1, 2], "x": [3], "y": [4], "total2": [3, 4]},
    [("total", "abc"), ("total2", "xy")],
    [["a", "b", "c", "total", "x", "y", "total2"]],
    cap=8,
    equal=[("total", "total2")],
)
TWO_WAY = Structure(
    "two-way with its margin",
    4,
    {
        "a1": [0], "a2": [1], "b1": [2], "b2": [3],
        "a": [0, 1], "b": [2, 3], "1": [0, 2], "2": [1, 3], "total": [0, 1, 2, 3],
    },
    [
        ("a", ["a1", "a2"]), ("b", ["b1", "b2"]), ("1", ["a1", "b1"]), ("2", ["a2", "b2"]),
        ("total", "ab"), ("total", "12"),
    ],
    [["a", "b", "total"], ["a1", "a2", "b1", "b2", "1", "2"]],
    cap=9,
)  # fmt: skip
MONTHS = Structure(
    "two months, then the time of both by another column",
    6,
    {
        "a,m1": [0], "b,m1": [1], "m1": [0, 1],
        "a,m2": [2], "b,m2": [3], "m2": [2, 3],
        "a": [0, 2], "b": [1, 3], "both": [0, 1, 2, 3],
        "a1": [4], "a2": [0, 2, ~4], "b1": [5], "b2": [1, 3, ~5], "1": [4, 5], "2": [0, 1, 2, 3, ~4, ~5],
    },
    [
        ("m1", ["a,m1", "b,m1"]), ("m2", ["a,m2", "b,m2"]), ("both", "ab"), ("both", "12"), ("both", ["m1", "m2"]),
        ("a", ["a1", "a2"]), ("b", ["b1", "b2"]), ("1", ["a1", "b1"]), ("2", ["a2", "b2"]),
        ("a", ["a,m1", "a,m2"]), ("b", ["b,m1", "b,m2"]),
    ],
    [["a,m1", "b,m1", "m1"], ["a,m2", "b,m2", "m2"], ["a", "b", "both", "a1", "a2", "b1", "b2", "1", "2"]],
    cap=6,
)  # fmt: skip
STRUCTURES = (ONE_WAY, LINKED, TWO_WAY, MONTHS)
