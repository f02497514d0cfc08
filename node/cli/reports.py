"""`holdfast node report`: the agency in figures, for its leaders."""

import typer

from common.report.printing import Around, AsCsv, Last, Period, Table, print_report
from node.cli.asking import DEFAULT_DATA, AsJson, Data
from node.cli.long_work import ask_long


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("report")(report)


def report(
    period: Period = None,
    last: Last = None,
    around: Around = None,
    table: Table = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Report to leaders: how much support was given and of what kind, in figures in which nobody is found."""
    found = ask_long(data, "working the figures out", "report", period=period, last=last, around=around, table=table)
    print_report(found, as_json, as_csv)
