"""One place of a declared table, in one reporting window; and linear relations among such places.

Nothing here knows a count: what is released, what is known and what is true are mappings from cells.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Cell(NamedTuple):
    """A place that holds a count.

    Args:
        window: the reporting window's id, 16 bytes.
        table: wire TableKind.
        row: 0 is the total, where the table has one; the rows follow from 1.
        column: 0 is the total of a two-way table's row; the columns follow from 1. In a one-way table 0.
    """

    window: bytes
    table: int
    row: int
    column: int = 0


LARGEST = 9_999_999  # of a count, by the contract


@dataclass(frozen=True)
class Bounds:
    """The lowest and the highest value of a count; `high` None where nothing limits it."""

    low: int
    high: int | None

    @property
    def values(self) -> int:
        """How many values are possible."""
        return (LARGEST if self.high is None else self.high) - self.low + 1


Figures = Mapping[Cell, int | None]  # as released: None is withheld
Shown = Mapping[Cell, int | Bounds | None]  # as a hub shows sums of them: some as a range


@dataclass(frozen=True)
class Relation:
    """What anybody knows about counts without seeing them: the terms' sum is zero, or at most zero.

    Args:
        terms: cells with their coefficients.
    """

    terms: tuple[tuple[Cell, int], ...]
    is_equal: bool = True


@dataclass(frozen=True)
class Window:
    """A reporting window: which tables are released for which closed period.

    Args:
        starts_at: inclusive; `ends_at` exclusive; both UTC.
        tables: wire TableKind.
    """

    id: bytes
    starts_at: datetime
    ends_at: datetime
    tables: frozenset[int]

    def overlaps(self, other: "Window") -> bool:
        """Tell whether some moment lies in both."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True)
class Rule:
    """What may be shown.

    Args:
        k: counts of 1 to k-1 are withheld. From what is shown, a withheld count can have at least k values.
        zeros_withheld_in: ids of the windows in which a count of zero is withheld like a small one. Elsewhere it is
            shown. What held when a window was released holds for it ever after.
    """

    k: int
    zeros_withheld_in: frozenset[bytes] = frozenset()

    def is_small(self, count: int, window: bytes) -> bool:
        """Tell whether a count is withheld for itself."""
        return self.least_withheld(window) <= count < self.k

    def least_withheld(self, window: bytes) -> int:
        """The lowest value that a reader can suppose for a withheld count."""
        return 0 if window in self.zeros_withheld_in else 1


class Reason(StrEnum):
    """Why a count is withheld."""

    SMALL = "small"
    PROTECTS_ANOTHER = "protects_another"
