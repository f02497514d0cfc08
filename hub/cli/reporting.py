"""`holdfast hub reporting ...`."""

from typing import Annotated, Any

import typer

from common.terminal import show, show_table
from hub.cli.asking import DEFAULT_DATA, AsJson, Data, Yes, ask, make_sure

reporting = typer.Typer(no_args_is_help=True, help="Reporting windows: the periods for which agencies release counts.")
_SHORT = 8  # digits of an id: enough to say which window is meant
_COLUMNS = ("id", "from", "until", "leaves by", "k", "tables")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(reporting, name="reporting")


@reporting.command("list")
def list_(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List the reporting windows, the oldest first.

    The running month's and quarter's open by themselves while an agreement holds, and every agency is told.
    """
    _show(ask(data, "reporting list"), as_json, "no reporting window yet: they open once an agreement holds")


@reporting.command("open")
def open_(
    from_: Annotated[
        str, typer.Option("--from", help="The first day of the first quarter, such as 2024-10-01.", show_default=False)
    ],
    yes: Yes = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Open the windows of past quarters, up to the running one, and tell every agency that has joined.

    For a region whose agencies start with years of records: once, after they have joined. Each then has the agreement's
    grace from now on to look at what will leave.
    """
    make_sure(f"Open every past reporting window since {from_}, for every agency", yes)
    _show(ask(data, "reporting open", **{"from": from_}), as_json, "nothing to open")


@reporting.command("run")
def run(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Open the windows and make the region's figures that are due, without waiting a minute."""
    done = ask(data, "reporting run")["done"]
    show({"done": done}, as_json, [f"{done} windows opened or periods' figures made" if done else "nothing is due"])


def _show(windows: list[dict[str, Any]], as_json: bool, empty: str) -> None:
    if as_json:
        show(windows, True, [])
        return
    rows = [
        {
            "id": each["id"][:_SHORT],
            "from": each["starts_at"][:10],
            "until": each["ends_at"][:10],
            "leaves by": each["release_by"],
            "k": each["k"],
            "tables": len(each["tables"]),
        }
        for each in windows
    ]
    show_table(rows, False, _COLUMNS, empty)
