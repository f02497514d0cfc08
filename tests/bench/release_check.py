"""`release_check`: one agency's quarter, drawn and checked against ten years of what it released before.

1. Without months, all tables go by quarter; with months, the quarter's other tables stand beside its three months.
2. The history is four quarters that were drawn one after another, as they are, ten times over.
3. The limit is the audit alone: what is to leave, checked against the same history, with nothing decided.
4. Each runs in a process of its own; its memory is the most that it held beyond what it held before the history.
"""

import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

from common.disclosure.cell import Cell, Figures, Rule, Window
from common.disclosure.release import draw, verify_release
from tests.bench.measurement import Line, Scale, line, median, shown
from tests.counts import CAPACITY, MONTHLY, OF_A_QUARTER, QUARTERLY, true_counts, window

CONTACTS, QUARTERS, DRAWN, ROUNDS = (9, 60, 400), 40, 4, 3
RULE, SECRET = Rule(11), bytes(range(16))
Counts = dict[Cell, int]


def measure(_: Scale) -> Iterator[Line]:
    """Measure the seconds from true counts to what may leave."""
    for by_month in (False, True):
        for contacts in CONTACTS:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
                yield alone.submit(_measured, contacts, by_month).result()


def quarter(number: int, contacts: int, by_month: bool, rng: random.Random) -> list[tuple[Window, Counts]]:
    """Make the windows that end in a quarter, the quarter's own last, with made-up true counts."""
    first = 3 * number
    if not by_month:
        whole = window(first)
        return [(whole, true_counts(whole, contacts, rng))]
    of_months = [true_counts(window(first + each, 1), contacts // 3, rng) for each in range(3)]
    made = [(window(first + at, 1, MONTHLY), counts) for at, counts in enumerate(of_months)]
    total = {cell: sum(_at(counts, cell) for counts in of_months) for cell in of_months[0]}
    return [(of, _moved(counts, of)) for of, counts in [*made, (window(first, 3, OF_A_QUARTER), total)]]


def history(contacts: int, by_month: bool, rng: random.Random) -> tuple[dict[Cell, int | None], list[Window]]:
    """Release ten years (2)."""
    known: dict[Cell, int | None] = {}
    windows = list[Window]()
    for number in range(DRAWN):
        for of, counts in quarter(number, contacts, by_month, rng):
            windows.append(of)
            known |= draw(counts, known, windows, RULE, secret=SECRET).figures
    every, released = list[Window](), dict[Cell, int | None]()
    for again in range(QUARTERS // DRAWN):
        later = {of.id: _later(of, again) for of in windows}
        every += later.values()
        released |= {cell._replace(window=later[cell.window].id): count for cell, count in known.items()}
    return released, every


def _measured(contacts: int, by_month: bool) -> Line:
    before, rng = most_kib(), random.Random(contacts)
    known, windows = history(contacts, by_month, rng)
    *months, (own, counts) = quarter(QUARTERS, contacts, by_month, rng)
    for of, of_month in months:
        windows.append(of)
        known |= draw(of_month, known, windows, RULE, secret=SECRET).figures
    windows.append(own)
    taken, checked = list[float](), list[float]()
    for _ in range(ROUNDS):
        begun = perf_counter()
        figures: Figures = draw(counts, known, windows, RULE, secret=SECRET).figures
        taken.append(perf_counter() - begun)
        begun = perf_counter()
        verify_release(figures, known, windows, RULE)
        checked.append(perf_counter() - begun)
    config = {
        "contacts_a_quarter": contacts,
        "quarters_before": QUARTERS,
        "released_by": "month and quarter" if by_month else "quarter",
        "cells": len(counts),
        "cells_before": len(known),
        "memory_kib": most_kib() - before,
    }
    return line("release_check", median(taken), "s", median(checked), rounds=shown(taken), **config)


def _later(of: Window, times: int) -> Window:
    months = (of.starts_at.year - 2016) * 12 + of.starts_at.month - 1 + 3 * DRAWN * times
    length = 1 if CAPACITY in of.tables and of.tables != QUARTERLY else 3
    return window(months, length, of.tables)


def _at(counts: Counts, cell: Cell) -> int:
    return counts[cell._replace(window=next(iter(counts)).window)]


def _moved(counts: Counts, to: Window) -> Counts:
    return {cell._replace(window=to.id): count for cell, count in counts.items() if cell.table in to.tables}


def most_kib() -> int:
    """Tell the most that this process held; what `getrusage` gives begins with what its parent held."""
    status = Path("/proc/self/status").read_text("ascii")
    return next(int(row.split()[1]) for row in status.splitlines() if row.startswith("VmHWM:"))
