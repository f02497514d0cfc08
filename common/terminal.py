"""What a command prints: an answer as JSON or in lines, rows as a table; what it asks before something that hurts."""

import json
import re
import shutil
import textwrap
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from common.errors import InvalidRequest

_LONGEST_LINE, _LONGEST_TEXT = 4096, 1 << 20
_NO_EDGE = 400  # columns
_GAP = 2  # columns between two of a table
_UNKNOWN = "-"
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T")  # a backup's name is none
_PIECE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(?::[0-9]{2})?Z?|\S+")  # a time, or a word

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether you are sure.")]


def make_sure(question: str, yes: bool) -> None:
    """Ask before something that hurts, unless `--yes` was said; without a yes the command ends here.

    Raises:
        InvalidRequest: nobody can be asked.
    """
    if yes:
        return
    if not typer.get_text_stream("stdin").isatty():
        raise InvalidRequest(f"{question}? Nothing was done: run this on a terminal, or say --yes")
    if not typer.confirm(f"{question}?", err=True):
        raise InvalidRequest("nothing was done")


def ask_secret(asked: str) -> str:
    """Ask for a secret, unseen; where nobody can be asked, take one line of standard input."""
    stdin = typer.get_binary_stream("stdin")
    if stdin.isatty():
        return str(typer.prompt(asked, hide_input=True, err=True))
    line = stdin.readline(_LONGEST_LINE).decode("utf-8", "replace").rstrip("\r\n")
    if not line:
        raise InvalidRequest(f"{asked.lower()}: none came on standard input; run this on a terminal, or pipe it")
    return line


def ask_text(asked: str) -> str:
    """Ask for a text, unseen; where nobody can be asked, take all of standard input."""
    stdin = typer.get_binary_stream("stdin")
    if stdin.isatty():
        return str(typer.prompt(f"{asked} (not shown while you type; Enter ends it)", hide_input=True, err=True))
    text = stdin.read(_LONGEST_TEXT).decode("utf-8", "replace")
    if not text.strip():
        raise InvalidRequest(f"{asked.lower()}: none came on standard input; run this on a terminal, or pipe it")
    return text


def ask_new_password() -> str:
    """Ask for a password that somebody chooses: twice on a terminal."""
    if not typer.get_binary_stream("stdin").isatty():
        return ask_secret("New password")
    words = "New password, 15 characters or more; four or five random words make a good one"
    return str(typer.prompt(words, hide_input=True, confirmation_prompt=True, err=True))


def show(answer: Any, as_json: bool, lines: Iterable[str]) -> None:
    """Print an answer: as JSON, or as these lines."""
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
    else:
        for line in lines:
            typer.echo(_wrapped(line))


def show_table(rows: Sequence[dict[str, Any]], as_json: bool, columns: Sequence[str], empty: str) -> None:
    """Print rows as JSON, or as a table of these columns; what is not known is shown as missing, never as zero."""
    if as_json:
        show(rows, True, [])
        return
    if not rows:
        typer.echo(empty)
        return
    console = Console()
    # A file or another program gets each row whole: there is no edge to fold at.
    wide = console.width if console.is_terminal else _NO_EDGE
    cells = {column: [_cell(row[column]) for row in rows] for column in columns}
    widths = {column: _narrowest(column, cells[column], column == columns[0]) for column in columns}
    if sum(widths.values()) + _GAP * (len(widths) - 1) > wide:
        _show_one_by_one(cells, columns)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column, width in _widths(cells, widths, wide).items():
        table.add_column(column.replace("_", " "), overflow="fold", width=width)
    for row in zip(*cells.values(), strict=True):
        # Text, not markup: a title with brackets in it is shown as it is.
        table.add_row(*map(Text, row))
    Console(width=wide).print(table)


def _narrowest(column: str, cells: Sequence[str], is_first: bool) -> int:
    """Say how narrow a column may get: a word stays whole, and so does what people copy or compare by eye."""
    is_whole = is_first or column == "id"
    words = cells if is_whole else [word for cell in cells for word in _PIECE.findall(cell)]
    return max(map(cell_len, [*column.split("_"), *words]), default=0)


def _widths(cells: dict[str, list[str]], narrowest: dict[str, int], wide: int) -> dict[str, int]:
    """Share out the terminal's width: each column gets what it can use, those first that want the least."""
    wanted = {name: max(map(cell_len, [name, *cells[name]])) - narrowest[name] for name in cells}
    left, given = wide - sum(narrowest.values()) - _GAP * (len(cells) - 1), dict(narrowest)
    for name in sorted(cells, key=wanted.__getitem__):
        more = min(wanted[name], left)
        given[name], left = given[name] + more, left - more
    return given


def _show_one_by_one(cells: dict[str, list[str]], columns: Sequence[str]) -> None:
    """Show rows that are too wide for this terminal one below the other, leaving out what is not known."""
    label = max(len(column) for column in columns[1:])
    for number, first in enumerate(cells[columns[0]]):
        typer.echo(first)
        for column in columns[1:]:
            if cells[column][number] not in ("", _UNKNOWN):
                heading = f"  {column.replace('_', ' '):<{label}}  "
                typer.echo(_wrapped(heading + cells[column][number], " " * len(heading)))


def working(on: str) -> AbstractContextManager[object]:
    """Say on a terminal what takes a while, until the block ends; what is printed stays clean for scripts."""
    return Console(stderr=True).status(f"{on} ...")


def _wrapped(line: str, indent: str | None = None) -> str:
    """Break a line between words where a terminal ends; scripts and files get it whole.

    So does whoever copies something from the screen that is longer than a line of it, such as a checkpoint's signature.
    """
    wide = shutil.get_terminal_size().columns
    if not typer.get_text_stream("stdout").isatty() or max(map(len, line.split()), default=0) > wide:
        return line
    if indent is None:
        indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.fill(line, wide, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _cell(value: Any) -> str:
    """Say a value in a table; times to the second, since people compare them by eye."""
    if value is None:
        return _UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _time_of(value) or str(value)


def _time_of(value: Any) -> str | None:
    """Read a time as this project writes it; one that is not by an agency's clocks says so: Z."""
    if not isinstance(value, str) or not _TIME.match(value):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return f"{moment:%Y-%m-%d %H:%M:%S}" + ("Z" if moment.utcoffset() == timedelta(0) else "")
