"""`holdfast hub audit`, `holdfast hub audit verify | export | review`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from common.audit.export import verdict_on_file
from common.audit.files import ExportedFile, TrailKey, both_given, exported_lines
from common.audit.lines import review_lines, verdict_lines
from common.terminal import show, show_table, working
from hub.cli.asking import DEFAULT_DATA, AsJson, Data, ask

audit = typer.Typer(help="The audit trail: who did what, and every refusal; verify it; review access.")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(audit, name="audit")


@audit.callback(invoke_without_command=True)
def show_(
    context: typer.Context,
    after: Annotated[int, typer.Option(help="Show entries after this number.")] = 0,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Show the audit trail: who did what, and every refusal."""
    if context.invoked_subcommand is not None:
        return
    rows: list[dict[str, Any]] = []
    while page := ask(data, "audit", after=rows[-1]["sequence"] if rows else after):  # the hub gives some at a time
        rows += page
    show_table(rows, as_json, ("sequence", "at", "actor", "action", "subject", "outcome"), "no entries")


@audit.command("verify")
def verify(
    since: Annotated[
        Path | None, typer.Option(metavar="CHECKPOINT", help="The file with the checkpoint that you kept last time.")
    ] = None,
    file: ExportedFile = None,
    key: TrailKey = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Prove that no line was changed, added or removed. Exit 1 names the first bad one. Keep the checkpoint.

    With --file and --key it needs no hub: an auditor proves what `audit export` wrote on another machine.
    """
    kept = None if since is None else since.read_bytes()
    with working("verifying every line and every signature"):
        if file is not None or key is not None:
            found = verdict_on_file(*both_given(file, key), kept)
        else:
            found = ask(data, "audit verify", checkpoint=None if kept is None else kept.decode("utf-8", "replace"))
    show(found, as_json, verdict_lines(found))
    if not found["verified"]:
        raise typer.Exit(1)


@audit.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="Where to write it; an existing file is not overwritten.")],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Write the whole trail to a file that `audit verify --file` proves anywhere. That it was done is recorded."""
    told = ask(data, "audit export", file=str(file.absolute()))
    show(told, as_json, exported_lines(told, file.name))


@audit.command("review")
def review(
    since: Annotated[str | None, typer.Option(help="From this time on, with its zone; else 90 days.")] = None,
    until: Annotated[str | None, typer.Option(help="Until this time, with its zone; else until now.")] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Review access: users and roles, who gave them, what changed, what each person did. Auditors only."""
    found = ask(data, "audit review", since=since, until=until)
    show(found, as_json, review_lines(found))
