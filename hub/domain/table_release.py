"""A table that an agency released, checked as far as one table tells, and packed. Cheap: the one writer does this.

1. Its version of the catalogue is known here; it has each declared cell of its table exactly once.
2. No count that is shown is one of 1 to k-1; nor is it zero where the release says that zeros are withheld.
3. With the tables that the agency released for the window before, it adds up: a withheld count is at least 1, or at
   least 0 where its release says that zeros are withheld.

That nothing withheld follows from what the agency released at other times is its own audit's business; what the hub
makes of releases is audited before anybody sees it (`release_audit.py`, `rollup.py`).

Source: DESIGN.md 7; TRUST.md i02, t06.
"""

from array import array
from collections.abc import Mapping, Sequence
from functools import cache
from math import inf
from sys import byteorder

from common.disclosure.catalogue import TABLES, VERSION
from common.disclosure.cell import Rule
from common.wire.v1.codes_pb2 import Outcome
from common.wire.v1.report_pb2 import TableRelease
from hub.domain.reporting_window import ReportingWindow
from hub.domain.table_layout import layout_of

WITHHELD = -1  # 1 or more: zeros are shown
WITHHELD_OR_ZERO = -2  # zeros are withheld too
Counts = Sequence[int]  # of a table's places in their order; WITHHELD, or WITHHELD_OR_ZERO
LEAST = {WITHHELD: 1.0, WITHHELD_OR_ZERO: 0.0}  # of a withheld count


def problem_of(release: TableRelease, window: ReportingWindow, others: Mapping[int, Counts]) -> Outcome | None:
    """Tell why a release cannot be taken, or None (1 to 3).

    Args:
        window: the one it is for; the table is among its tables.
        others: what the agency released for the window before.
    """
    if release.catalogue_version != VERSION:
        return Outcome.OUTCOME_REFUSED_RANGE
    counts = counts_of(release)
    if counts is None:
        return Outcome.OUTCOME_REFUSED_DISCLOSURE
    rule = Rule(window.k, frozenset({window.id} if release.zeros_withheld else ()))
    if any(rule.is_small(count, window.id) for count in counts if count not in LEAST):
        return Outcome.OUTCOME_REFUSED_DISCLOSURE
    if not adds_up(window.tables, release.table, {**others, release.table: counts}):
        return Outcome.OUTCOME_REFUSED_DISCLOSURE
    return None


def counts_of(release: TableRelease) -> Counts | None:
    """Give a release's counts in the order of its table's places; None where the cells are not the declared ones."""
    places, withheld = _places(release.table), WITHHELD_OR_ZERO if release.zeros_withheld else WITHHELD
    found = {(cell.row, cell.column): cell.count if cell.HasField("count") else withheld for cell in release.cells}
    if len(found) != len(release.cells) or found.keys() != set(places):
        return None
    return [found[place] for place in places]


def adds_up(tables: frozenset[int], kind: int, known: Mapping[int, Counts]) -> bool:
    """Tell whether every relation of a table with those that are known can hold (3)."""
    layout = layout_of(tables)
    for terms, is_equal in layout.relations_of(kind):
        if any(table not in known for table, _, _ in terms):
            continue
        least = most = 0.0
        for table, place, factor in terms:
            count = known[table][place]
            low, high = (LEAST[count], inf) if count in LEAST else (count, count)
            least += factor * (low if factor > 0 else high)
            most += factor * (high if factor > 0 else low)
        if least > 0 or (is_equal and most < 0):
            return False
    return True


def packed(counts: Counts) -> bytes:
    """Give a release's counts as they are stored: four bytes each, the lowest first."""
    stored = array("i", counts)
    if byteorder == "big":
        stored.byteswap()
    return stored.tobytes()


def unpacked(stored: bytes) -> Counts:
    """Read what was stored."""
    counts = array("i", stored)
    if byteorder == "big":
        counts.byteswap()
    return counts


@cache
def _places(kind: int) -> tuple[tuple[int, int], ...]:
    return tuple(TABLES[kind].places())
