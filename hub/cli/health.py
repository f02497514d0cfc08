"""`holdfast hub health`, `holdfast hub doctor` and `holdfast hub verify`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from common.errors import HoldfastError
from common.terminal import show, show_table, working
from hub.cli.asking import DEFAULT_DATA, AsJson, Data, ask


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("health")(health)
    app.command("doctor")(doctor)
    app.command("verify")(verify)


def health(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show every node on four axes (reachable, identity, data, machine), since when, and the one thing to do."""
    found = ask(data, "health")
    if as_json:
        show(found, as_json, [])
        return
    rows = [
        row | {axis: each["state"].replace("_", " ") for axis, each in row["axes"].items()} for row in found["nodes"]
    ]
    rows = [row | {"since": _since(row)} for row in rows]
    columns = ("agency", "node", "reachable", "identity", "data", "machine", "since", "do")
    show_table(rows, False, columns, "no agency yet: `invite` adds one")


def _since(row: dict[str, Any]) -> str | None:
    """Say since when the worst of a node's axes is so."""
    levels = ("bad", "watch", "unknown", "none", "good")
    since: str | None = min(row["axes"].values(), key=lambda each: levels.index(each["level"]))["since"]
    return since


def doctor(
    quick: Annotated[bool, typer.Option("--quick", help="Leave out reading the whole store.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong and what to do, one line each. Exit 1 when something is.

    Reads every page of an embedded store, running or stopped: some 10 seconds for a GB.
    """
    found = _findings(data, "doctor")
    if not quick:
        with working("reading every page of the store (--quick leaves it out)"):
            found += [each for each in _findings(data, "doctor store") if each not in found]
    lines = (
        f"ok    {each['what']}" if each["ok"] else f"WRONG {each['what']}{': ' if each['do'] else ''}{each['do']}"
        for each in found
    )
    show(found, as_json, lines)
    if not all(each["ok"] for each in found):
        raise typer.Exit(1)


def _findings(data: Path, operation: str) -> list[dict[str, Any]]:
    try:
        return list(ask(data, operation))
    except HoldfastError as error:  # that the hub cannot be opened is a finding too
        return [{"ok": False, "what": f"the hub: {error}", "do": ""}]


def verify(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Prove from this hub's own store that it holds what it countersigned. Exit 1 when a stream does not verify."""
    rows = ask(data, "verify")
    show_table(rows, as_json, ("agency", "node", "reports", "receipts", "verdict", "stream"), "no reports yet")
    if not all(row["ok"] for row in rows):
        raise typer.Exit(1)
