"""How much of an agency's counts each way loses, and which tables are of use at all.

1. Events are counted in the rows of a table, not in its totals; in a two-way table in its innermost cells. Supporters
   are no events.
2. A table that was refused is withheld whole.
3. A table shows its total where the count of its total is shown; one without a total, where its largest count is.
   It is of use where it shows at least half of its events. Tables with nothing to count are left out of both.
4. What can be worked out is looked for in the last quarter, or year: no other shares a count with it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from common.disclosure.catalogue import TABLES
from common.disclosure.cell import Cell, Figures, Window
from tests.bench.loss.agencies import FIRST_MONTH, MONTHS, SIZES, Agency
from tests.bench.loss.counting import counts_of
from tests.bench.loss.ways import WAYS, Counts, History, windows_of, worked_out
from tests.counts import CAPACITY

Use = tuple[int, int]  # wire TableKind, months
PLANS = ("quarters", "months", "years")
AUDITED = ("ours", "threshold", "alone")
QUARTERS_OF_MONTHS = 1  # of the eight: a quarter beside its months takes long, and touches no other quarter


@dataclass
class Loss:
    """What one agency, or several together, lose.

    Args:
        by_way: (plan, way) -> cells, nonzero, events, each also `hidden_`; and of the `audited` that are withheld those
            that are `pinned` to fewer than k values, or to one (`exact`).
        use: (table, months) -> `windows`, `total`, `half`.
        slowest_s: of the draws.
    """

    by_way: dict[tuple[str, str], "Counter[str]"] = field(default_factory=dict)
    use: dict[Use, "Counter[str]"] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    slowest_s: float = 0.0

    def add(self, other: "Loss") -> None:
        """Count another agency in."""
        for way, counted in other.by_way.items():
            self.by_way.setdefault(way, Counter()).update(counted)
        for use, shown in other.use.items():
            self.use.setdefault(use, Counter()).update(shown)
        self.findings += other.findings
        self.slowest_s = max(self.slowest_s, other.slowest_s)


def loss_of(agency: Agency, quarters_of_months: int = QUARTERS_OF_MONTHS) -> Loss:
    """Release an agency's two years by each plan in each way.

    Args:
        quarters_of_months: how many of the last quarters are released by months too.
    """
    loss = Loss()
    for plan in PLANS:
        since = FIRST_MONTH + MONTHS - 3 * quarters_of_months if plan == "months" else FIRST_MONTH
        history = [(each, counts_of(agency, each)) for each in windows_of(plan, agency.tables, since)]
        for way in WAYS:
            _release(loss, plan, way, history, agency.name)
    return loss


def size_class(roster: int) -> str:
    """Name the size class of a roster."""
    return next((f"{low}-{high}" for low, high in SIZES if roster <= high), f"over {SIZES[-1][1]}")


def _release(loss: Loss, plan: str, way: str, history: History, name: str) -> None:
    result = WAYS[way](history)
    counted = Counter[str]()
    for of, counts in history:
        counted.update(lost(counts, result.figures))
        if way == "ours":
            for use, shown in _use(plan, of, counts, result.figures):
                loss.use.setdefault(use, Counter()).update(shown)
    if way in AUDITED:
        last = [(of, counts) for of, counts in history if of.overlaps(history[-1][0])]
        every = {cell: count for _, counts in last for cell, count in counts.items()}
        counted["audited"] = sum(result.figures.get(cell) is None for cell in every)
        counted["pinned"], counted["exact"] = worked_out(every, result.figures, [of for of, _ in last])
    loss.by_way[plan, way] = counted
    loss.slowest_s = max(loss.slowest_s, result.slowest_s)
    loss.findings += [f"{name}, by {plan}, {each}" for each in result.findings]
    if way == "ours" and counted["pinned"]:
        loss.findings.append(f"{name}, by {plan}: {counted['pinned']} counts can be worked out")


def lost(counts: Counts, figures: Figures) -> "Counter[str]":
    """Count what there is, and what of it is withheld (1, 2)."""
    found = Counter[str]()
    for cell, count in counts.items():
        told = {"cells": 1, "nonzero": int(count > 0), "events": count if _is_inner(cell) else 0}
        found.update(told)
        if figures.get(cell) is None:
            found.update({f"hidden_{what}": number for what, number in told.items()})
    return found


def _use(plan: str, of: Window, counts: Counts, figures: Figures) -> Iterator[tuple[Use, "Counter[str]"]]:
    """Tell of each table of a window whether it is of use (3)."""
    months = round((of.ends_at - of.starts_at).days / 30.4)
    for table in sorted(of.tables):
        if plan == "months" and (months > 1 or table == CAPACITY):
            continue  # a quarter beside its months; what the other plans have too
        own = {cell: count for cell, count in counts.items() if cell.table == table}
        top = max(own, key=lambda cell: own[cell])
        if not own[top]:
            continue
        inner = [cell for cell in own if cell.row and (cell.column or not TABLES[table].columns)]
        shown = sum(own[cell] for cell in inner if figures.get(cell) is not None)
        half = 2 * shown >= sum(own[cell] for cell in inner)
        yield (
            (table, months),
            Counter({"windows": 1, "total": int(figures.get(top) is not None), "half": int(half)}),
        )


def _is_inner(cell: Cell) -> bool:
    return bool(cell.row and (cell.column or not TABLES[cell.table].columns)) and cell.table != CAPACITY
