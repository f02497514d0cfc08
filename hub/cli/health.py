"""`holdfast hub doctor` and `holdfast hub verify`."""

import typer

from common.errors import HoldfastError
from common.terminal import show, show_table
from hub.cli.asking import DEFAULT_DATA, AsJson, Data, ask


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("doctor")(doctor)
    app.command("verify")(verify)


def doctor(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Say what is wrong and what to do, one line each. Exit 1 when something is."""
    try:
        found = ask(data, "doctor")
    except HoldfastError as error:  # that the hub cannot be opened is a finding too
        found = [{"ok": False, "what": f"the hub: {error}", "do": ""}]
    lines = (
        f"ok    {each['what']}" if each["ok"] else f"WRONG {each['what']}{': ' if each['do'] else ''}{each['do']}"
        for each in found
    )
    show(found, as_json, lines)
    if not all(each["ok"] for each in found):
        raise typer.Exit(1)


def verify(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Prove from this hub's own store that it holds what it countersigned. Exit 1 when a stream does not verify."""
    rows = ask(data, "verify")
    show_table(rows, as_json, ("agency", "node", "reports", "receipts", "verdict", "stream"), "no reports yet")
    if not all(row["ok"] for row in rows):
        raise typer.Exit(1)
