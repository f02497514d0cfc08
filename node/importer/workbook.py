"""Workbooks (.xlsx): weighed, then read with calamine. A merged cell's value stands in each of its rows."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from common.errors import InvalidRequest
from node.importer.weighing import MOST_AREA, WRONG, weigh

Cell = str | datetime | date | time | timedelta
_OLD = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class WorkbookSheet:
    """One visible sheet."""

    name: str
    _sheet: CalamineSheet

    def rows(self) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Give each row with its number in the workbook."""
        corners = _merged(self._sheet)
        values: dict[tuple[int, int], Cell] = {}
        for index, row in enumerate(self._sheet.iter_rows()):
            cells = [_plain(cell) for cell in row]
            for column, corner in corners.get(index, {}).items():
                if column < len(cells):
                    if corner == (index, column):
                        values[corner] = cells[column]
                    elif corner[0] < index:
                        cells[column] = values.get(corner, "")
            yield index + 1, tuple(cells)


def is_workbook(raw: bytes) -> bool:
    """Tell whether the bytes are a workbook; raises InvalidRequest for the kind of before 2007."""
    if raw.startswith(_OLD):
        raise InvalidRequest("this is a workbook of the old kind (.xls), or has a password: save it as .xlsx or CSV")
    return raw.startswith(b"PK\x03\x04")


def read_sheets(raw: bytes) -> list[WorkbookSheet]:
    """Open a workbook's visible sheets.

    Raises:
        TooMuch: it unpacks to more than is read at once.
        InvalidRequest: it is damaged, or no workbook.
    """
    weigh(raw)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        shown = [
            each.name
            for each in book.sheets_metadata
            if each.visible is SheetVisibleEnum.Visible and each.typ is SheetTypeEnum.WorkSheet
        ]
        return [WorkbookSheet(name, book.get_sheet_by_name(name)) for name in shown]
    except BaseException as failed:  # calamine's panics are no Exception
        if isinstance(failed, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        raise InvalidRequest(WRONG) from None


def _merged(sheet: CalamineSheet) -> dict[int, dict[int, tuple[int, int]]]:
    """Give, by row and column, the corner whose value stands there."""
    places: dict[int, dict[int, tuple[int, int]]] = {}
    left_over = MOST_AREA
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        left_over -= (bottom - top + 1) * (right - left + 1)
        if left_over < 0:
            raise InvalidRequest(WRONG)
        for row in range(top, bottom + 1):
            places.setdefault(row, {}).update(dict.fromkeys(range(left, right + 1), (top, left)))
    return places


def _plain(cell: Any) -> Cell:
    """Give a cell as people see it: 8.0 is 8."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float | int):
        return str(int(cell)) if cell == int(cell) and abs(cell) < 1e15 else repr(cell)
    return cell if isinstance(cell, datetime | date | time | timedelta) else ""
