"""`holdfast node export KIND -o FILE`: an agency's own data, in a file of its own."""

from pathlib import Path
from typing import Annotated

import typer

from common.terminal import show, working
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("export")(export)


def export(
    kind: Annotated[
        str, typer.Argument(help="encounters, members, supporters, check-ins or resources.", show_default=False)
    ],
    file: Annotated[Path, typer.Option("--output", "-o", help="A new file; nothing is replaced.", show_default=False)],
    form: Annotated[str, typer.Option("--format", help="csv or json.")] = "csv",
    with_mark: Annotated[
        bool, typer.Option(help="Begin a CSV with the mark that old spreadsheet programs need.")
    ] = False,
    with_void: Annotated[bool, typer.Option(help="Encounters that were voided too.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Export the agency's own records. The file holds private data: only you can read it, and so it should stay."""
    with working(f"exporting {kind}"):
        answer = ask(
            data,
            "export",
            kind=kind,
            file=str(file.absolute()),
            format=form,
            with_mark=with_mark,
            with_void=with_void,
        )
    lines = [f"{answer['rows']:,} {kind} are in {file}; the export stands in the audit trail"]
    if answer["left_out"]:
        lines.append(f"  {answer['left_out']:,} left out: erased, or not as they were written; `audit show` tells more")
    show(answer, as_json, lines)
