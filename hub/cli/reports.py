"""`holdfast hub report region | coverage`."""

from typing import Annotated

import typer

from common.report.printing import Around, AsCsv, Last, Period, Table, print_report
from common.terminal import show_table
from hub.cli.asking import DEFAULT_DATA, AsJson, Data, ask

report = typer.Typer(no_args_is_help=True, help="The region in figures, for its leaders, and who has reported.")
_COLUMNS = ("period", "agency", "standing", "leaves by")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(report, name="report")


@report.command("region")
def region(
    period: Period = None,
    last: Last = None,
    around: Around = None,
    discipline: Annotated[
        str | None, typer.Option(help="One discipline's agencies: fire, ems, 911, law_enforcement or corrections.")
    ] = None,
    table: Table = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Report to leaders: how much support was given in the region, in figures in which nobody is found.

    Totals are ranges where an agency withholds a count; no agency is named, and nothing is shown of fewer than three.
    """
    found = ask(data, "report", period=period, last=last, around=around, discipline=discipline, table=table)
    print_report(found, as_json, as_csv)


@report.command("coverage")
def coverage(period: Period = None, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List who has reported for which period, who holds back and who is late; the newest period first."""
    found = ask(data, "report coverage", period=period)
    rows = [
        each | {"standing": each["standing"].replace("_", " "), "leaves by": each["release_by"][:10]} for each in found
    ]
    show_table(found if as_json else rows, as_json, _COLUMNS, "no reporting window has ended yet")
