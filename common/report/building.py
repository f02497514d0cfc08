"""Makes a report's sections of what was released. Every number in it follows from that, so it tells nothing more.

1. A count that is shown stands as it is; one that is withheld as the range that follows from everything shown.
2. Shares and rates pass the same gate as their parts (`common.disclosure.gate`).
3. A table that was not released for a period says why, and has no figures there.

Source: DOMAIN.md 5.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from common.disclosure.catalogue import TABLES, Table
from common.disclosure.cell import Bounds, Cell, Shown, Window
from common.disclosure.gate import rate
from common.report.figure import Figure
from common.report.report import Line, Section
from common.wire.v1.codes_pb2 import TableKind

WITHHELD = "withheld"
NOT_RELEASED = "not released"


@dataclass(frozen=True)
class Released:
    """What there is to report on.

    Args:
        shown: every figure that was released, or that a region shows; None is withheld.
        bounds: of those that are not one number.
        reason: why a figure is no single number, in a few words; by default that it is withheld.
        not_released: (window, table) -> why it was not released, where it was due.
    """

    shown: Shown
    bounds: Mapping[Cell, Bounds]
    not_released: Mapping[tuple[bytes, int], str]
    reason: Callable[[Cell], str] = lambda _: WITHHELD
    contributors: Mapping[tuple[bytes, int], int] | None = None

    def figure(self, cell: Cell, total: Cell | None = None) -> Figure:
        """Give a figure, with its share of a total (1, 2)."""
        if cell not in self.shown:
            return Figure(None, NOT_RELEASED)
        share = None
        if total is not None and total in self.shown:
            share = rate(self._bounds(cell), self._bounds(total))
        return Figure(self._bounds(cell), "" if isinstance(self.shown[cell], int) else self.reason(cell), share)

    def share(self, part: Cell, whole: Cell) -> Figure:
        """Give a share alone, as hundredths."""
        if part not in self.shown or whole not in self.shown:
            return Figure(None, NOT_RELEASED)
        return Figure(None, "", rate(self._bounds(part), self._bounds(whole)))

    def _bounds(self, cell: Cell) -> Bounds:
        count = self.shown[cell]
        if isinstance(count, int):
            return Bounds(count, count)
        return count or self.bounds.get(cell, Bounds(0, None))


def sections(
    released: Released, periods: Sequence[Window], tables: Sequence[int], last: int | None = None
) -> list[Section]:
    """Make a section for each table that some period has.

    Args:
        periods: in order.
        last: so many of each table's periods, the newest.
    """
    found = []
    for table in tables:
        own = _newest([period for period in periods if table in period.tables], last)
        if own:
            found.append(_section(released, own, TABLES[table]))
    return found


def key_figures(released: Released, periods: Sequence[Window], last: int | None = None) -> Section | None:
    """Make the section a board reads first: contacts, referrals, and how much of what was due was done."""
    own = _newest([period for period in periods if _TWO_WAY in period.tables], last)
    lines = tuple(line for line in _key_lines(released, own) if any(figure != _NOTHING for figure in line.figures))
    if not lines:
        return None
    return Section("key_figures", "In short", "as in the tables below", tuple(own), lines)


_NOTHING = Figure(None, NOT_RELEASED)
_TWO_WAY = TableKind.TABLE_KIND_SUPPORT_KIND_BY_INCIDENT_RELATED
_ON_TIME, _OUTCOMES = TableKind.TABLE_KIND_ON_TIME_CHECK_INS, TableKind.TABLE_KIND_FOLLOW_UPS_BY_OUTCOME
_KEY_TOTALS = (("support contacts", _TWO_WAY), ("referrals made", TableKind.TABLE_KIND_REFERRALS_BY_KIND))
_KEY_SHARES = (
    ("contacts related to an incident, of all", (_TWO_WAY, 0, 1), (_TWO_WAY, 0, 0)),
    ("check-ins made on time, of those due", (_ON_TIME, 1, 0), (_ON_TIME, 0, 0)),
    ("check-ins completed, of those ended", (_OUTCOMES, 1, 0), (_OUTCOMES, 0, 0)),
)


def _key_lines(released: Released, periods: Sequence[Window]) -> Iterator[Line]:
    for name, table in _KEY_TOTALS:
        yield Line(name, tuple(released.figure(Cell(period.id, table, 0)) for period in periods))
    for name, part, whole in _KEY_SHARES:
        yield Line(name, tuple(released.share(Cell(each.id, *part), Cell(each.id, *whole)) for each in periods))


def _newest(periods: list[Window], last: int | None) -> list[Window]:
    return periods if last is None else periods[-last:]


def _section(released: Released, periods: Sequence[Window], table: Table) -> Section:
    lines = []
    for row, column in table.places():
        total = (0, 0) if table.has_total and (row, column) != (0, 0) else None
        lines.append(
            Line(
                table.row_name(row),
                tuple(
                    released.figure(
                        Cell(period.id, table.kind, row, column),
                        Cell(period.id, table.kind, *total) if total else None,
                    )
                    for period in periods
                ),
                table.column_name(column) if column else "",
            )
        )
    notes = tuple(released.not_released.get((period.id, table.kind), "") for period in periods)
    given = released.contributors
    contributors = () if given is None else tuple(given.get((each.id, table.kind), 0) for each in periods)
    return Section(table.name, table.title, table.counts, tuple(periods), tuple(lines), contributors, notes)
