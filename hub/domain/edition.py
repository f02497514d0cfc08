"""An edition: a region's figures of one window, as they may be shown. Made once, stored, and never made again.

1. The first edition has every agency that had reported when it was made. A later one has further agencies too, and says
   of them what an edition of them alone could say (`rollup.py`): a part. Whoever subtracts one edition from the next
   has that part, and nothing else.
2. The figures of one table and group come from one set of agencies: those of every part up to one that shows nothing
   of the table for the group. From there on the earlier figures stay.
3. A figure is a range, from its lowest to its highest possible value; both are the same where every agency shows its
   count. It is shown only where each part shows it.

Source: DESIGN.md 7; TRUST.md i02.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from common.disclosure.cell import Bounds

REGION = 0  # in the place of a discipline
_NO_BOUND = -1

Counts = npt.NDArray[np.int64]
States = npt.NDArray[np.uint8]


class State(IntEnum):
    """Whether a figure is shown, or why not."""

    SHOWN = 0
    FEW_AGENCIES = 1  # fewer than three contribute
    DOMINATED = 2  # the largest contributor's count would be told too closely
    SMALL = 3  # fewer than k, all agencies together
    PROTECTS_ANOTHER = 4  # a withheld figure would follow from it
    OTHER_AGENCIES = 5  # it counts other agencies than the table that it can be compared with


@dataclass(frozen=True)
class PartTable:
    """One table of one group, as one part has it.

    Args:
        contributors: how many agencies of the group it counts.
        low: the lowest possible value of each place; 0 where it is withheld.
        high: the highest one; -1 where there is none.
        states: each place's State.
    """

    contributors: int
    low: Counts
    high: Counts
    states: States

    @property
    def packed(self) -> bytes:
        """As it is stored."""
        return self.low.astype("<i8").tobytes() + self.high.astype("<i8").tobytes() + self.states.tobytes()

    @classmethod
    def unpacked(cls, contributors: int, packed: bytes) -> "PartTable":
        """Read what was stored."""
        count = len(packed) // 17
        low, high = np.frombuffer(packed, "<i8", 2 * count).reshape(2, count)
        return cls(contributors, low, high, np.frombuffer(packed, np.uint8, count, 16 * count))


@dataclass(frozen=True)
class Part:
    """What one edition adds to the one before.

    Args:
        number: from 1.
        agencies: who is new in it, with the discipline that each had.
        tables: by (discipline, wire TableKind); REGION for all of them together.
    """

    window_id: bytes
    number: int
    made_at: datetime
    agencies: Mapping[bytes, int]
    tables: Mapping[tuple[int, int], PartTable]


@dataclass(frozen=True)
class Figures:
    """One table of one group, as it may be shown: a range for each place, or why it is withheld.

    Args:
        contributors: agencies that it counts.
        edition: the newest one that adds to it; 0 where none shows anything.
    """

    contributors: int
    edition: int
    places: tuple[Bounds | State, ...]


def figures(parts: Sequence[Part], discipline: int, kind: int) -> Figures | None:
    """Give what may be shown of a table for a group (2, 3); None where no agency of it reported the table.

    Args:
        parts: of one window, in order.
        discipline: wire Discipline, or REGION.
        kind: wire TableKind.
    """
    told = [(part.number, part.tables[discipline, kind]) for part in parts if (discipline, kind) in part.tables]
    if not told:
        return None
    edition, sum_ = told[0]
    for number, table in told[1:]:
        if (table.states != State.SHOWN).all() or (sum_.states != State.SHOWN).all():
            break
        edition, sum_ = number, _added(sum_, table)
    shown = bool((sum_.states == State.SHOWN).any())
    places = zip(sum_.low.tolist(), sum_.high.tolist(), sum_.states.tolist(), strict=True)
    return Figures(
        sum_.contributors,
        edition if shown else 0,
        tuple(
            State(state) if state else Bounds(low, None if high == _NO_BOUND else high) for low, high, state in places
        ),
    )


def _added(one: PartTable, other: PartTable) -> PartTable:
    states = np.where(one.states == State.SHOWN, other.states, one.states)
    is_open = (one.high == _NO_BOUND) | (other.high == _NO_BOUND)
    high = np.where(is_open, _NO_BOUND, one.high + other.high)
    return PartTable(one.contributors + other.contributors, one.low + other.low, high, states)
