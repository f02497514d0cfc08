"""Reporting windows and true counts of a made-up agency, each contact consistent across every declared table."""

import random
from collections import Counter
from datetime import UTC, datetime

from common.disclosure.catalogue import OF_ENCOUNTERS, TABLES, Period
from common.disclosure.cell import Cell, Window
from common.wire.v1.codes_pb2 import TableKind

KIND = TableKind.TABLE_KIND_ENCOUNTERS_BY_SUPPORT_KIND
MODE = TableKind.TABLE_KIND_ENCOUNTERS_BY_MODE
TWO_WAY = TableKind.TABLE_KIND_SUPPORT_KIND_BY_INCIDENT_RELATED
REFERRALS = TableKind.TABLE_KIND_REFERRALS_BY_KIND
PARTICIPATION = TableKind.TABLE_KIND_PARTICIPATION
CAPACITY = TableKind.TABLE_KIND_SUPPORTER_CAPACITY
RATINGS = TableKind.TABLE_KIND_FEEDBACK_RATINGS
QUARTERLY = frozenset(TABLES)
MONTHLY = frozenset(kind for kind, table in TABLES.items() if table.period is not Period.QUARTER)
OF_A_QUARTER = frozenset(kind for kind, table in TABLES.items() if table.period is Period.QUARTER)


def month(number: int) -> datetime:
    """Give the beginning of a month, counted from January 2016."""
    return datetime(2016 + number // 12, number % 12 + 1, 1, tzinfo=UTC)


def window(first_month: int, months: int = 3, tables: frozenset[int] = QUARTERLY) -> Window:
    """Make a reporting window; its id says its place, length and tables."""
    id_ = bytes([first_month, months, len(tables)]).ljust(16, b"w")
    return Window(id_, month(first_month), month(first_month + months), tables)


def true_counts(of: Window, contacts: int, rng: random.Random, supporters: int = 20) -> dict[Cell, int]:
    """Count made-up contacts; most are of a few common codes."""
    counts = Counter({cell: 0 for kind in of.tables for cell in TABLES[kind].cells(of.id)})
    for _ in range(contacts):
        _add_contact(counts, of, rng)
    if CAPACITY in of.tables:
        paused = rng.randrange(supporters // 3 + 1)
        for row, count in enumerate((supporters, supporters - paused, paused, rng.randrange(supporters + 1)), 1):
            counts[Cell(of.id, CAPACITY, row)] = count
    if PARTICIPATION in of.tables:
        counts[Cell(of.id, PARTICIPATION, 3)] = contacts * 2 // 3
    if RATINGS in of.tables:
        for _ in range(contacts // 4):
            counts.update([Cell(of.id, RATINGS, 0), Cell(of.id, RATINGS, rng.choice((3, 4, 4, 5, 5, 5)))])
    return {cell: count for cell, count in counts.items() if cell.table in of.tables}


def _add_contact(counts: Counter[Cell], of: Window, rng: random.Random) -> None:
    kind = _pick(len(TABLES[KIND].rows), rng)
    for table in OF_ENCOUNTERS:
        row = kind if table == KIND else _pick(len(TABLES[table].rows), rng)
        counts.update([Cell(of.id, table, 0), Cell(of.id, table, row)])
    column = rng.choice((1, 2, 2))
    counts.update(Cell(of.id, TWO_WAY, row, each) for row in (0, kind) for each in (0, column))
    for row in rng.sample(range(1, len(TABLES[REFERRALS].rows) + 1), rng.choice((0, 0, 0, 1, 1, 2))):
        counts.update([Cell(of.id, REFERRALS, 0), Cell(of.id, REFERRALS, row)])


def _pick(rows: int, rng: random.Random) -> int:
    return rng.choices(range(1, rows + 1), [1 / row**1.3 for row in range(1, rows + 1)])[0]
