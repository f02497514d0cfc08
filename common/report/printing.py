"""What the report commands of both sides share: their options, and how an answer is printed."""

import shutil
from typing import Annotated, Any

import typer

from common.errors import InvalidRequest
from common.report.lines import report_lines
from common.report.sheet import report_sheet
from common.terminal import show

_NARROWEST, _WIDEST = 60, 140  # columns

Period = Annotated[str | None, typer.Option(help="A year, a quarter or a month: 2026, 2026-Q2, 2026-05.")]
Last = Annotated[int | None, typer.Option(help="So many of the newest periods, side by side. Without any: the newest.")]
Around = Annotated[
    str | None, typer.Option(help="Two periods before and after an incident (the first digits of its id) or a day.")
]
Table = Annotated[str | None, typer.Option(help="One table, such as encounters_by_support_kind, and not all.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="As CSV, a line for each figure.")]


def print_report(found: dict[str, Any], as_json: bool, as_csv: bool) -> None:
    """Print a report as JSON, as CSV, or as text that fits the terminal; a file gets 80 columns."""
    if as_json and as_csv:
        raise InvalidRequest("--json and --csv: one of them")
    if as_csv:
        typer.echo(report_sheet(found), nl=False)
        return
    wide = min(max(shutil.get_terminal_size((80, 24)).columns, _NARROWEST), _WIDEST)
    is_terminal = typer.get_text_stream("stdout").isatty()
    show(found, as_json, [] if as_json else report_lines(found, wide if is_terminal else 80))
