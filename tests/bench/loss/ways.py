"""Ways to decide what is withheld: Holdfast's, and three others beside it.

    ours        `common/disclosure`: all tables and earlier releases together, the least that protects
    threshold   small counts alone are withheld
    alone       each table's optimum by itself: what it shares with other tables and periods is left aside
    whole_rows  with a small count its whole table is withheld, in a two-way table its row

An agency's windows come in the order in which they end, a quarter after its months.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import process_time

from common.disclosure.audit import pinned
from common.disclosure.catalogue import TABLES
from common.disclosure.cell import Cell, Figures, Rule, Window
from common.disclosure.relations import relations_of
from common.disclosure.release import draw
from common.disclosure.suppression import suppress
from tests.bench.loss.agencies import FIRST_MONTH, MONTHS
from tests.counts import CAPACITY, MONTHLY, OF_A_QUARTER, QUARTERLY, window

RULE = Rule(11)
Counts = Mapping[Cell, int]
History = Sequence[tuple[Window, Counts]]
_SECRET = bytes(range(16))


@dataclass(frozen=True)
class Result:
    """What a way showed of a history.

    Args:
        figures: cells of tables that were refused are left out.
        findings: what should not have happened, in a sentence each.
        slowest_s: of the draws, in processor time: other work on the machine does not count.
    """

    figures: Figures
    findings: Sequence[str] = ()
    slowest_s: float = 0.0


def windows_of(plan: str, tables: frozenset[int], since: int = FIRST_MONTH) -> list[Window]:
    """Give the windows of two years, from a month on: by `quarters`, by `months` with their quarters, by `years`."""
    without_capacity, each_month = QUARTERLY - {CAPACITY}, frozenset({CAPACITY})
    parts = {
        "quarters": [(1, each_month), (3, without_capacity)],
        "months": [(1, MONTHLY), (3, OF_A_QUARTER)],
        "years": [(12, without_capacity)],
    }[plan]
    made = [
        window(first, length, declared & tables)
        for length, declared in parts
        for first in range(since, FIRST_MONTH + MONTHS, length)
        if declared & tables
    ]
    return sorted(made, key=lambda each: (each.ends_at, each.ends_at - each.starts_at))


def ours(history: History) -> Result:
    """Draw one window after another, as a node does."""
    known: dict[Cell, int | None] = {}
    findings, slowest, windows = list[str](), 0.0, list[Window]()
    for of, counts in history:
        windows.append(of)
        begun = process_time()
        drawn = draw(counts, known, windows, RULE, secret=_SECRET)
        slowest = max(slowest, process_time() - begun)
        known |= drawn.figures
        at = f"{of.starts_at:%Y-%m} to {of.ends_at:%Y-%m}"
        findings += [f"{at}: refused: {reason}" for reason in drawn.refused.values()]
        findings += [] if drawn.is_least else [f"{at}: more is withheld than need be"]
    return Result(known, findings, slowest)


def threshold(history: History) -> Result:
    """Withhold small counts alone."""
    return Result({cell: _shown(cell, count) for _, counts in history for cell, count in counts.items()})


def alone(history: History) -> Result:
    """Give each table its own optimum."""
    figures: dict[Cell, int | None] = {}
    for of, counts in history:
        for table in sorted(of.tables):
            own = {cell: count for cell, count in counts.items() if cell.table == table}
            figures |= suppress(own, {}, relations_of([replace(of, tables=frozenset({table}))]), RULE).figures
    return Result(figures)


def whole_rows(history: History) -> Result:
    """Withhold a whole table, or the row of a two-way one, where any count is small."""
    figures: dict[Cell, int | None] = {}
    for _, counts in history:
        for cell in counts:
            beside = [other for other in counts if _row_of(other) == _row_of(cell)]
            figures[cell] = (
                None if any(RULE.is_small(counts[other], other.window) for other in beside) else counts[cell]
            )
    return Result(figures)


WAYS: dict[str, Callable[[History], Result]] = {
    "ours": ours,
    "threshold": threshold,
    "alone": alone,
    "whole_rows": whole_rows,
}


def worked_out(counts: Counts, figures: Figures, windows: Sequence[Window]) -> tuple[int, int]:
    """Count the withheld counts that keep fewer than k values for a reader, and those that keep one."""
    own = {cell: count for cell, count in figures.items() if cell in counts}
    found = [each for cell, each in pinned(own, relations_of(windows), RULE).items() if cell in own]
    return len(found), sum(each.values == 1 for each in found)


def _shown(cell: Cell, count: int) -> int | None:
    return None if RULE.is_small(count, cell.window) else count


def _row_of(cell: Cell) -> tuple[bytes, int, int]:
    return cell.window, cell.table, cell.row if TABLES[cell.table].columns else 0
