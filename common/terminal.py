"""What a command prints: an answer as JSON or in lines, rows as a table; what it asks before something that hurts."""

import json
import shutil
import textwrap
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from common.errors import InvalidRequest

_LONGEST_LINE, _LONGEST_TEXT = 4096, 1 << 20
_NO_EDGE = 400  # columns

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
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        # What people copy, what they look a row up by, and a time stay in one piece.
        is_whole = column in ("id", columns[0]) or any(_time_of(row[column]) for row in rows)
        heading = column.replace("_", " ")
        longest = max(map(len, heading.split()), default=0)  # its words stay whole too
        table.add_column(heading, overflow="fold", no_wrap=is_whole, min_width=longest)
    for row in rows:
        # Text, not markup: a title with brackets in it is shown as it is.
        table.add_row(*(Text(_cell(row[column])) for column in columns))
    console = Console()
    # A file or another program gets each row whole: there is no edge to fold at.
    (console if console.is_terminal else Console(width=_NO_EDGE)).print(table)


def working(on: str) -> AbstractContextManager[object]:
    """Say on a terminal what takes a while, until the block ends; what is printed stays clean for scripts."""
    return Console(stderr=True).status(f"{on} ...")


def _wrapped(line: str) -> str:
    """Break a line between words where a terminal ends; scripts and files get it whole."""
    if not typer.get_text_stream("stdout").isatty():
        return line
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    wide = shutil.get_terminal_size().columns
    return textwrap.fill(line, wide, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _cell(value: Any) -> str:
    """Say a value in a table; times to the second, since people compare them by eye."""
    if value is None:
        return "-"
    return _time_of(value) or str(value)


def _time_of(value: Any) -> str | None:
    if not isinstance(value, str) or "T" not in value:
        return None
    try:
        return f"{datetime.fromisoformat(value):%Y-%m-%d %H:%M:%S}"
    except ValueError:
        return None
