"""The places of a window's tables side by side, and what is known of their counts without seeing them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import numpy as np
import numpy.typing as npt

from common.disclosure.catalogue import TABLES
from common.disclosure.cell import Relation, Window
from common.disclosure.relations import relations_of

_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)

Terms = tuple[tuple[int, int, int], ...]  # each as (wire TableKind, place in the table, factor)


@dataclass(frozen=True)
class Line:
    """One relation: the columns' counts, each times its factor, add up to zero, or to at most zero."""

    columns: npt.NDArray[np.intp]
    factors: npt.NDArray[np.int64]
    is_equal: bool


@dataclass(frozen=True)
class Layout:
    """Every place of some tables, one column each, table after table by their number.

    Args:
        slices: which columns a table has.
        column: of a (wire TableKind, row, column).
        linked: a number for each column, the same for all columns that some relation links, however far.
    """

    slices: dict[int, slice]
    column: dict[tuple[int, int, int], int]
    lines: tuple[Line, ...]
    linked: npt.NDArray[np.intp]
    by_kind: dict[int, tuple[tuple[Terms, bool], ...]]

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.column)

    def relations_of(self, kind: int) -> tuple[tuple[Terms, bool], ...]:
        """Give the relations that name a table, each as (terms, whether they are equal to zero)."""
        return self.by_kind.get(kind, ())


@cache
def layout_of(tables: frozenset[int]) -> Layout:
    """Give the layout of these tables."""
    kinds = sorted(tables & TABLES.keys())
    places = [(kind, *place) for kind in kinds for place in TABLES[kind].places()]
    column = {place: at for at, place in enumerate(places)}
    starts = {kind: min(at for place, at in column.items() if place[0] == kind) for kind in kinds}
    slices = {kind: slice(start, start + sum(1 for _ in TABLES[kind].places())) for kind, start in starts.items()}
    relations = _closed(relations_of([Window(b"", _ANY_TIME, _ANY_TIME, frozenset(kinds))]))
    lines = tuple(_line(relation, column) for relation in relations)
    by_kind = {
        kind: tuple(_named(relation, column, starts) for relation in relations if _names(relation, kind))
        for kind in kinds
    }
    return Layout(slices, column, lines, _linked(lines, len(column)), by_kind)


def _closed(relations: list[Relation]) -> list[Relation]:
    """Add what follows for two counts that are each the same as a third: that one may be missing from a release."""
    same = [relation for relation in relations if relation.is_equal and len(relation.terms) == 2]
    more = [
        Relation(((one.terms[1][0], 1), (other.terms[1][0], -1)))
        for place, one in enumerate(same)
        for other in same[place + 1 :]
        if one.terms[0] == other.terms[0]
    ]
    return relations + more


def _line(relation: Relation, column: dict[tuple[int, int, int], int]) -> Line:
    columns = np.array([column[cell[1:]] for cell, _ in relation.terms], dtype=np.intp)
    return Line(columns, np.array([factor for _, factor in relation.terms], dtype=np.int64), relation.is_equal)


def _named(relation: Relation, column: dict[tuple[int, int, int], int], starts: dict[int, int]) -> tuple[Terms, bool]:
    terms = tuple((cell.table, column[cell[1:]] - starts[cell.table], factor) for cell, factor in relation.terms)
    return terms, relation.is_equal


def _names(relation: Relation, kind: int) -> bool:
    return any(cell.table == kind for cell, _ in relation.terms)


def _linked(lines: tuple[Line, ...], width: int) -> npt.NDArray[np.intp]:
    found = np.arange(width, dtype=np.intp)
    changed = True
    while changed:
        changed = False
        for line in lines:
            least = found[line.columns].min()
            if (found[line.columns] != least).any():
                found[line.columns] = least
                changed = True
    return found
