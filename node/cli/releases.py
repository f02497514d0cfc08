"""`holdfast node release preview | hold | lift | send | list`."""

import re
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from common.terminal import Yes, make_sure, show, show_table
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask
from node.cli.long_work import ask_long

release = typer.Typer(
    no_args_is_help=True,
    help="Counts for the region: what leaves of a period, looked at before it does, held or sent. Three days after its "
    "end a period's counts are taken, once; figures in which somebody could be found are withheld.",
)
Window = Annotated[
    str, typer.Option("--window", help="A period such as 2026-Q4 or 2026-10, or the first digits of its window's id.")
]
_WORDS = {"small": "it is {small}", "protects_another": "protects another figure"}
_SHORT = {"small": "({small})", "protects_another": "(protects)"}


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(release, name="release")


@release.command("preview")
def preview(window: Window = "", data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show exactly what leaves, cell by cell, and why a cell is withheld. Before the draw: as it would be now."""
    found = ask_long(data, "counting", "release_preview", window=window)
    if as_json:
        show(found, True, [])
        return
    whose = ", this node's own" if found["is_own"] else ""
    small = f"{0 if found['zeros_withheld'] else 1} to {found['k'] - 1}"
    typer.echo(f"{found['period']}{whose}: {found['state'].replace('_', ' ')}; counts of {small} withheld")
    show(found, False, found["says"])
    for table in found["tables"]:
        typer.echo("")
        show(table, False, list(_heading(table)))
        if table["cells"]:
            rows, columns = _rows(table, small)
            show_table(rows, False, columns, "")


@release.command("hold")
def hold(window: Window = "", data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Keep back a period that would leave. The hub sees that it is held, and not why."""
    row = ask_long(data, "counting", "release_hold", window=window)
    show(row, as_json, [f"{row['period']} is held: nothing of it leaves until `holdfast node release lift`."])


@release.command("lift")
def lift(window: Window = "", data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Let a period go again that was held."""
    row = ask_long(data, "counting", "release_lift", window=window)
    when = f"at {_short(row['leaves_at'])} UTC" if row["leaves_at"] else "when a coordinator sends it"
    show(row, as_json, [f"{row['period']} is not held any more: it leaves {when}."])


@release.command("send")
def send(window: Window = "", yes: Yes = False, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Send a period now, or again what the hub refused of it. What left cannot be called back: look with `preview`."""
    make_sure(f"Send {window or 'the period that waits'}? It cannot be called back", yes)
    row = ask_long(data, "counting", "release_send", window=window)
    show(row, as_json, [f"{row['period']} is sent: it leaves as soon as the hub can be reached."])


@release.command("list")
def list_(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List every period with what became of it, the newest first."""
    found = ask(data, "release_list")
    if as_json:
        show(found, True, [])
        return
    rows = [row | {"state": _state(row), "next": _next(row), "hub": _hub(row)} for row in found["windows"]]
    show_table(rows, False, ("period", "state", "next", "hub"), "no reporting window is known yet")
    if found["mode"] is None:
        typer.echo("release_mode is not set, or cannot be read: nothing leaves")


def _heading(table: dict[str, Any]) -> Iterator[str]:
    yield f"{table['title']}: {table['counts']}"
    if table["refused"]:
        yield f"  does not leave: {table['refused']}"
    if table["hub"]:
        yield f"  {table['hub']}"


def _rows(table: dict[str, Any], small: str) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Give a table's rows as they are printed."""
    if not table["columns"]:
        rows = [
            {
                "row": _named(cell["row"]),
                "leaves as": "withheld" if cell["count"] is None else str(cell["count"]),
                "why": _WORDS[cell["withheld"]].format(small=small) if cell["withheld"] else "",
            }
            for cell in table["cells"]
        ]
        return rows, ("row", "leaves as", "why")
    by_row: dict[str, dict[str, Any]] = {}
    for cell in table["cells"]:
        named = by_row.setdefault(cell["row"], {"row": _named(cell["row"])})
        shown = _SHORT[cell["withheld"]].format(small=small) if cell["withheld"] else str(cell["count"])
        named[cell["column"]] = shown
    return list(by_row.values()), ("row", "total", *table["columns"])


def _named(code: str) -> str:
    """Say a row's code: `15_29` is a range, `work_stress` two words."""
    return re.sub(r"(?<=[0-9])_(?=[0-9])", "-", code).replace("_", " ")


def _state(row: dict[str, Any]) -> str:
    return f"{row['state'].replace('_', ' ')}{', own' if row['is_own'] else ''}"


def _next(row: dict[str, Any]) -> str | None:
    if row["draws_at"]:
        return f"counts are taken {_short(row['draws_at'])}"
    if row["leaves_at"]:
        return f"leaves {_short(row['leaves_at'])}"
    return f"sent {_short(row['sent_at'])}" if row["sent_at"] else None


def _hub(row: dict[str, Any]) -> str | None:
    told: str | None = row["hub"] or row["why"]
    return told


def _short(moment: str) -> str:
    return moment[:16].replace("T", " ")
