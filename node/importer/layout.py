"""Which line of a sheet is its heading, and which lines are no rows: titles, page breaks, repeated headings, totals.

1. The heading is the line among the first ones with the most cells that name a column; else the first full line.
2. A line with one filled cell, which is no date, in a table of several columns is a title or a page's foot.
3. A line that says "total" where a row has its date is a total.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from node.importer.codewords import folded
from node.importer.columns import role_of_heading
from node.importer.dates import Order, read_when
from node.importer.sheet import Cell, Line, Sheet

_LOOKED_AT = 60  # lines
_TOTALS = (
    "total",
    "subtotal",
    "sub total",
    "grand total",
    "totals",
    "sum",
    "summe",
    "gesamt",
    "totales",
    "suma",
    "count",
)


@dataclass(frozen=True)
class Heading:
    """A sheet's heading: on which line, and the columns' names, each once."""

    line: int
    names: tuple[str, ...]


def find_heading(sheet: Sheet, wanted: Sequence[str] = ()) -> Heading | None:
    """Find a sheet's heading; None where it has no table. `wanted`: the names that a map has for it."""
    named: list[tuple[int, int, Line]] = []
    for line, _ in zip(sheet.lines(), range(_LOOKED_AT), strict=False):
        filled = [cell for cell in line.cells if isinstance(cell, str) and cell]
        known = sum(role_of_heading(cell) is not None for cell in filled)
        if wanted:
            known = len(set(map(folded, filled)) & set(map(folded, wanted)))
        if len(set(filled)) >= 2:
            named.append((known, -line.number, line))
    if not named:
        return None
    known, _, line = max(named, key=lambda each: each[:2])
    if known < 2:
        widest = max(len([cell for cell in each.cells if cell != ""]) for _, _, each in named)
        line = next(each for _, _, each in named if len([c for c in each.cells if c != ""]) >= 0.6 * widest)
    return Heading(line.number, _names(line.cells))


def rows_of(sheet: Sheet, heading: Heading, left_out: Counter[str]) -> Iterator[Line]:
    """Give the lines below the heading that are rows; count the others by what they are."""
    again = tuple(folded(name) for name in heading.names)
    width = len(heading.names)
    for line in sheet.lines():
        if line.fault:
            yield line
        elif line.number != heading.line:
            kind = _kind(line, again, width, heading.line)
            if kind:
                left_out[kind] += 1
            else:
                yield line


def _kind(line: Line, again: tuple[str, ...], width: int, heading_line: int) -> str:
    """Tell what a line is that is no row; empty for a row."""
    filled = [cell for cell in line.cells if cell != ""]
    if not filled:
        return "empty line"
    if line.number < heading_line:
        return "line above the heading"
    first = filled[0]
    if isinstance(first, str):
        if len(filled) == 1 and width > 2 and not _is_date(first):
            return "title or page line"  # 2
        if len(filled) > 1 and tuple(folded(c) if isinstance(c, str) else "" for c in line.cells[:width]) == again:
            return "heading again"
        if folded(first).split(" ", 1)[0] in _TOTALS or folded(first) in _TOTALS:
            return "total"  # 3
    return ""


def _is_date(cell: Cell) -> bool:
    return isinstance(cell, date) or any(read_when(cell, order) is not None for order in Order)


def _names(cells: Sequence[Cell]) -> tuple[str, ...]:
    """Give the columns' names, each once: a second "Name" is "Name (2)", an empty one "column 7"."""
    names: list[str] = []
    last = max(index for index, cell in enumerate(cells) if cell != "")
    for index, cell in enumerate(cells[: last + 1], start=1):
        name = " ".join(str(cell).split()) or f"column {index}"
        same = sum(each == name or each.startswith(f"{name} (") for each in names)
        names.append(f"{name} ({same + 1})" if same else name)
    return tuple(names)
