"""A file as sheets of numbered lines: a text file with some separator, or a workbook.

1. The separator is the one that splits most of the first lines into the same number of cells.
2. A quotation mark that is never closed costs one line, not the rest of the file.
3. A line that cannot be split is given with its fault; the next ones are read.
4. What is too large to be read in bounded time and memory is refused as a whole.

Source: TRUST.md d09.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from common.errors import InvalidRequest, TooMuch
from node.importer import encoding, workbook

MOST_BYTES = 64 * 1024 * 1024
MOST_LINES = 200_000
MOST_CELLS = 500  # of one line
LONGEST_CELL = 32_767  # characters: what a workbook's cell can hold
LONGEST_LINE = 131_072  # characters of one line of text
LONGEST_RECORD = 200  # lines of text within quotation marks
_SEPARATORS = ",;\t|"
_LOOKED_AT = 200  # lines, to guess the separator
_SPLIT = "split the file and import the parts"

Cell = str | datetime | date | time | timedelta


@dataclass(frozen=True, slots=True)
class Line:
    """One line, its cells without blanks around them.

    Args:
        number: where it begins in the file, or the row of a workbook; from 1.
        fault: why it cannot be read at all; then there are no cells.
    """

    number: int
    cells: tuple[Cell, ...] = ()
    fault: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table of the file; `lines()` begins anew each time, so that no sheet need be held whole."""

    name: str
    lines: Callable[[], Iterator[Line]]


@dataclass(frozen=True)
class Source:
    """A file that was opened for reading.

    Args:
        encoding: a codec's name, or `workbook`.
    """

    sheets: tuple[Sheet, ...]
    encoding: str
    separator: str = ""


def open_source(raw: bytes, encoding_said: str = "", separator_said: str = "") -> Source:
    """Open a file's bytes; what the map says goes before what the bytes look like.

    Raises:
        TooMuch: more bytes, lines or unpacked bytes than are read at once.
        InvalidRequest: it is neither a table of text nor a workbook.
    """
    if len(raw) > MOST_BYTES:
        raise TooMuch(f"the file has more than {MOST_BYTES // 1024 // 1024} MiB: {_SPLIT}")  # 4
    if not raw.strip(b"\0 \t\r\n"):
        raise InvalidRequest("the file is empty")
    if workbook.is_workbook(raw):
        sheets = workbook.read_sheets(raw)
        return Source(tuple(_workbook_sheet(each) for each in sheets), "workbook")
    codec = encoding_said or encoding.recognise(raw)
    separator = separator_said or _separator(raw, codec)
    return Source((Sheet("", lambda: _text_lines(raw, codec, separator)),), codec, separator)


def _workbook_sheet(sheet: workbook.WorkbookSheet) -> Sheet:
    def lines() -> Iterator[Line]:
        for number, cells in sheet.rows():
            if number > MOST_LINES + 1:
                raise TooMuch(f"the sheet {sheet.name!r} has more than {MOST_LINES:,} rows: {_SPLIT}")  # 4
            yield _checked(Line(number, cells))

    return Sheet(sheet.name, lines)


def _text_lines(raw: bytes, codec: str, separator: str) -> Iterator[Line]:
    text = _Physical(raw, codec)
    reader = csv.reader(text, delimiter=separator)
    for count in range(MOST_LINES + 2):
        number = text.begin_record()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _Unreadable) as fault:
            yield Line(number, fault=_said(fault))  # 3
            text.resume()
            reader = csv.reader(text, delimiter=separator)
            continue
        if count > MOST_LINES:
            raise TooMuch(f"the file has more than {MOST_LINES:,} lines: {_SPLIT}")  # 4
        yield _checked(Line(number, tuple(map(str.strip, cells))))


def _checked(line: Line) -> Line:
    if len(line.cells) > MOST_CELLS:
        return Line(line.number, fault=f"more than {MOST_CELLS} cells")
    for cell in line.cells:
        if isinstance(cell, str) and cell:
            if len(cell) > LONGEST_CELL:
                return Line(line.number, fault=f"a cell of more than {LONGEST_CELL:,} characters")
            if "\0" in cell:
                return Line(line.number, fault="holds NUL signs: the file is damaged here, or of another encoding")
            if encoding.REPLACED in cell:
                return Line(line.number, fault="holds bytes that are no letters in the file's encoding")
    return line


class _Unreadable(Exception):
    """This line is not to be read on: it is too long, or a quotation mark opens and no line near closes it."""


class _Physical:
    """The lines of a text file for the CSV reader, which can be sent back to the line after a faulty one."""

    def __init__(self, raw: bytes, codec: str) -> None:
        self._text = io.TextIOWrapper(io.BytesIO(raw), codec, errors="replace", newline="")
        self._number = 0  # of the last line given
        self._record: list[str] = []  # what was given since the record began
        self._again: list[str] = []  # to be given again, last first

    def begin_record(self) -> int:
        """Tell the number of the line that comes next."""
        self._record.clear()
        return self._number + 1

    def resume(self) -> None:
        """Go on with the line after the one on which the record began."""
        rest = self._record[1:]
        self._again.extend(reversed(rest))
        self._number -= len(rest)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self._record) >= LONGEST_RECORD:
            raise _Unreadable(f"a quotation mark opens here and is not closed within {LONGEST_RECORD} lines")
        line = self._again.pop() if self._again else self._text.readline()
        if not line:
            if len(self._record) > 1:  # within quotation marks
                raise _Unreadable("a quotation mark opens here and is never closed")
            raise StopIteration
        self._number += 1
        self._record.append(line)
        if len(line) > LONGEST_LINE:
            raise _Unreadable(f"a line of more than {LONGEST_LINE:,} characters")
        return line


def _said(fault: Exception) -> str:
    return str(fault) if isinstance(fault, _Unreadable) else "a cell or the line is too long, or wrongly quoted"


def _separator(raw: bytes, codec: str) -> str:
    """Guess the separator (1)."""
    best, found = (0, 0), ""
    for separator in _SEPARATORS:
        widths = Counter[int]()
        for line, _ in zip(_text_lines(raw[:262_144], codec, separator), range(_LOOKED_AT), strict=False):
            if any(line.cells):
                widths[len(line.cells)] += 1
        wide = [(count, width) for width, count in widths.items() if width > 1]
        if wide and max(wide) > best:
            best, found = max(wide), separator
    if not found:
        raise InvalidRequest("no table was found in this file: it is no CSV and no workbook (.xlsx)")
    return found
