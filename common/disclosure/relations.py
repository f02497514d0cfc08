"""What anybody knows of the counts without seeing them. The suppression and the audit both go by these.

1. A total is the sum of its rows; a two-way table's rows and columns add up to its margins.
2. Every table of encounters in a window has the same total. The two-way table's row totals are the counts by kind.
3. Where the tables of encounters go by month, a quarter's two-way table counts those of its three months: each of its
   row totals is the sum of theirs.
4. A referral kind is counted at most once for a contact; a member reached had at least one contact.
5. Who is designated is available or paused, and not both; who is trained in date is among them.

Source: DOMAIN.md 5; DESIGN.md 7.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from common.disclosure.catalogue import OF_ENCOUNTERS, TABLES
from common.disclosure.cell import Cell, Relation, Window
from common.wire.v1.codes_pb2 import TableKind

_KIND = TableKind.TABLE_KIND_ENCOUNTERS_BY_SUPPORT_KIND
_TWO_WAY = TableKind.TABLE_KIND_SUPPORT_KIND_BY_INCIDENT_RELATED
_REFERRALS = TableKind.TABLE_KIND_REFERRALS_BY_KIND
_PARTICIPATION = TableKind.TABLE_KIND_PARTICIPATION
_CAPACITY = TableKind.TABLE_KIND_SUPPORTER_CAPACITY


def relations_of(windows: Iterable[Window]) -> list[Relation]:
    """Give every relation that holds among the cells of these windows' tables (1 to 5)."""
    every = list(windows)
    return [relation for window in every for relation in _of_window(window, every)]


def months_of(quarter: Window, windows: Iterable[Window]) -> list[Window]:
    """Find the windows of tables of encounters that together are exactly this window's time, or none."""
    inside = sorted(
        (
            each
            for each in windows
            if each.id != quarter.id and _KIND in each.tables
            if quarter.starts_at <= each.starts_at and each.ends_at <= quarter.ends_at
        ),
        key=lambda each: each.starts_at,
    )
    edges = [quarter.starts_at, *(each.ends_at for each in inside)]
    follows = all(each.starts_at == edge for each, edge in zip(inside, edges, strict=False))
    return inside if inside and follows and edges[-1] == quarter.ends_at else []


def _of_window(window: Window, every: Sequence[Window]) -> Iterator[Relation]:
    for kind in sorted(window.tables & TABLES.keys()):
        yield from _inside(window.id, kind)  # 1
    totals = [Cell(window.id, kind, 0) for kind in (*OF_ENCOUNTERS, _TWO_WAY) if kind in window.tables]
    yield from (_same(totals[0], other) for other in totals[1:])  # 2
    if _TWO_WAY in window.tables:
        yield from _two_way_links(window, every)
    if totals:
        yield from _at_most_contacts(window, totals[0])  # 4
    if _CAPACITY in window.tables:
        yield from _capacity(window.id)  # 5


def _inside(window: bytes, kind: int) -> Iterator[Relation]:
    table = TABLES[kind]
    rows, columns = range(1, len(table.rows) + 1), range(1, len(table.columns) + 1)
    at = partial(Cell, window, kind)
    if table.has_total:
        for column in (0, *columns):
            yield _sum(at(0, column), [at(row, column) for row in rows])
    if table.columns:
        for row in (0, *rows):
            yield _sum(at(row, 0), [at(row, column) for column in columns])


def _two_way_links(window: Window, every: Sequence[Window]) -> Iterator[Relation]:
    rows = range(1, len(TABLES[_TWO_WAY].rows) + 1)
    if _KIND in window.tables:  # 2
        yield from (_same(Cell(window.id, _TWO_WAY, row), Cell(window.id, _KIND, row)) for row in rows)
    months = months_of(window, every)  # 3
    if months:
        for row in (0, *rows):
            yield _sum(Cell(window.id, _TWO_WAY, row), [Cell(month.id, _KIND, row) for month in months])


def _at_most_contacts(window: Window, contacts: Cell) -> Iterator[Relation]:
    if _REFERRALS in window.tables:
        for row in range(1, len(TABLES[_REFERRALS].rows) + 1):
            yield _at_most([Cell(window.id, _REFERRALS, row)], contacts)
    if _PARTICIPATION in window.tables:
        yield _at_most(TABLES[_PARTICIPATION].cells(window.id), contacts)


def _capacity(window: bytes) -> Iterator[Relation]:
    designated, available, paused, trained = TABLES[_CAPACITY].cells(window)
    yield _sum(designated, [available, paused])
    yield _at_most([trained], designated)


def _sum(total: Cell, parts: Sequence[Cell]) -> Relation:
    return Relation(((total, 1), *((part, -1) for part in parts)))


def _same(one: Cell, other: Cell) -> Relation:
    return Relation(((one, 1), (other, -1)))


def _at_most(parts: Sequence[Cell], bound: Cell) -> Relation:
    return Relation((*((part, 1) for part in parts), (bound, -1)), is_equal=False)
