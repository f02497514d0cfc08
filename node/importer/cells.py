"""Reads the cells of one column, each distinct one once.

A cell that is not understood raises InvalidRequest with a sentence that names the column and says what to do.
"""

from collections.abc import Callable
from datetime import time, timezone
from typing import Generic, TypeVar

from common.errors import InvalidRequest
from common.ids import ID_LENGTH
from common.text import clean_line
from node.domain.encounter import Duration
from node.domain.member import LONGEST_NAME
from node.importer import columns
from node.importer.amounts import read_duration
from node.importer.codewords import NOT_RECORDED, UNKNOWN, folded
from node.importer.dates import Order, When, read_time, read_when
from node.importer.mapping import EVERY_OTHER
from node.importer.sheet import Cell

T = TypeVar("T")
MOST_KEPT = 20_000  # distinct cells of one column, remembered
_SHOWN = 40  # characters of a cell in a sentence
_NO_TIME = frozenset({"", "n a", "na", "unknown", "unk"})


class Remembered(Generic[T]):
    """A reading of cells that is done once for each distinct cell, refusals included."""

    def __init__(self, read: Callable[[Cell], T]) -> None:
        self._read = read
        self._known: dict[Cell, T | InvalidRequest] = {}

    def __call__(self, cell: Cell) -> T:
        found = self._known.get(cell)
        if found is None:
            try:
                found = self._read(cell)
            except InvalidRequest as refused:
                found = refused
            if len(self._known) < MOST_KEPT:
                self._known[cell] = found
        if isinstance(found, InvalidRequest):
            raise found.with_traceback(None)
        return found


def shown(cell: Cell) -> str:
    """Give a cell as it may stand in a sentence."""
    text = str(cell)
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")


def when(heading: str, order: Order | None) -> Callable[[Cell], When]:
    """Read dates."""

    def read(cell: Cell) -> When:
        if cell == "":
            raise InvalidRequest(f"{heading}: no date")
        found = read_when(cell, order)
        if found is None:
            style = f" ({order})" if order else ""
            raise InvalidRequest(f"{heading}: {shown(cell)} is no date{style}")
        return found

    return read


def time_of(heading: str) -> Callable[[Cell], tuple[time, timezone | None] | tuple[None, None]]:
    """Read times of day; an empty cell is none."""

    def read(cell: Cell) -> tuple[time, timezone | None] | tuple[None, None]:
        if isinstance(cell, str) and folded(cell) in _NO_TIME:
            return None, None
        found = read_time(cell)
        if found is None:
            raise InvalidRequest(f"{heading}: {shown(cell)} is no time of day")
        return found

    return read


def name(heading: str, names: dict[str, str], plain: Callable[[str], str]) -> Callable[[Cell], str]:
    """Read names; those of the map go before what the cell says."""

    def read(cell: Cell) -> str:
        text = " ".join(str(cell).split())
        return clean_line(names.get(text) or names.get(str(cell)) or plain(text), heading, LONGEST_NAME)

    return read


def codes(heading: str, words: dict[str, tuple[str, ...]]) -> Callable[[Cell], tuple[str, ...]]:
    """Read code words by the map."""
    known = {_plain(word): meaning for word, meaning in words.items()}
    other = known.get(EVERY_OTHER)

    def read(cell: Cell) -> tuple[str, ...]:
        found = known.get(_plain(str(cell)), other)
        if found is None:
            raise InvalidRequest(f"{heading}: {shown(cell)} is not in the map: say there what it means")
        if found == (UNKNOWN,):
            raise InvalidRequest(f"{heading}: {shown(cell)} waits in the map for what it means")
        return found

    return read


def duration(heading: str, words: dict[str, tuple[str, ...]]) -> Callable[[Cell], Duration | str]:
    """Read how long it took: an amount of time, or a word of the map."""
    by_word = codes(heading, words)
    hours = columns.says_hours(heading)
    written = {_plain(word) for word in words}

    def read(cell: Cell) -> Duration | str:
        found = None if _plain(str(cell)) in written else read_duration(cell, hours)
        if found is not None:
            return found
        said = by_word(cell)[0]
        return said if said == NOT_RECORDED else Duration(said)

    return read


def incident(heading: str) -> Callable[[Cell], bool]:
    """Tell whether a contact was about an incident: yes, or any number of one."""

    def read(cell: Cell) -> bool:
        said = columns.yes_or_no(cell)
        return said if said is not None else folded(str(cell)) not in {"", "n a", "na", "none", "unknown"}

    return read


def yes_no(heading: str) -> Callable[[Cell], bool | str]:
    """Read whether there is a follow-up; an empty cell says nothing."""

    def read(cell: Cell) -> bool | str:
        said = columns.yes_or_no(cell)
        if said is None and folded(str(cell)) not in _NO_TIME:
            raise InvalidRequest(f"{heading}: {shown(cell)} is neither yes nor no")
        return "" if said is None else said

    return read


def count(heading: str) -> Callable[[Cell], int]:
    """Read how many took part; an empty cell is 0: not recorded."""

    def read(cell: Cell) -> int:
        text = str(cell)
        if text == "":
            return 0
        if not (text.isascii() and text.isdigit() and len(text) < 6):
            raise InvalidRequest(f"{heading}: {shown(cell)} is no number of people")
        return int(text)

    return read


def record(heading: str) -> Callable[[Cell], bytes]:
    """Read the id of an encounter that a node exported; an empty cell is none."""

    def read(cell: Cell) -> bytes:
        try:
            found = bytes.fromhex(str(cell))
        except ValueError:
            found = b"?"
        if len(found) not in (0, ID_LENGTH):
            raise InvalidRequest(f"{heading}: {shown(cell)} is no id of an encounter")
        return found

    return read


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
