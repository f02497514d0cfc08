"""`holdfast node audit show | verify | export | review`."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from common.audit.export import verdict_on_file
from common.audit.files import ExportedFile, TrailKey, both_given, exported_lines
from common.audit.lines import review_lines, verdict_lines
from common.errors import InvalidRequest
from common.settings import load_settings
from common.terminal import show, show_table, working
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask
from node.settings import SETTINGS_NAME, NodeSettings

User = Annotated[str | None, typer.Option(help="Only what this user did.")]
Subject = Annotated[str | None, typer.Option(help="Only what was done to this, such as 'user casey'.")]
Since = Annotated[str | None, typer.Option(help="From this day or time on, such as 2026-11-03, in the agency's zone.")]
audit = typer.Typer(
    no_args_is_help=True, help="The audit trail: who did and read what, and every refusal. For the auditor."
)


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(audit, name="audit")


@audit.command("show")
def show_(
    user: User = None,
    subject: Subject = None,
    since: Since = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Show who did what, and every refusal."""
    rows = list(_lines(data, "audit_show", user=user, subject=subject, since=_moment(data, since)))
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
    """Prove that no line was changed, added or removed. Exit 1 names the first bad one.

    Prints a checkpoint. Keep it somewhere else: with --since, the next time, it also shows whether somebody who holds
    the machine and its keys wrote the trail anew. With --file and --key it needs no node: an auditor proves what
    `audit export` wrote on another machine.
    """
    kept = None if since is None else since.read_bytes()
    with working("verifying every line and every signature"):
        if file is not None or key is not None:
            found = verdict_on_file(*both_given(file, key), kept)
        else:
            found = ask(data, "audit_verify", checkpoint=None if kept is None else kept.decode("utf-8", "replace"))
    show(found, as_json, verdict_lines(found))
    if not found["verified"]:
        raise typer.Exit(1)


@audit.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="Where to write it; an existing file is not overwritten.")],
    user: User = None,
    subject: Subject = None,
    since: Since = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Write the trail to a file, one JSON object in each of its lines. That it was done is recorded.

    The whole trail is signed: `audit verify --file` proves it anywhere. A part of it (--user ...) proves nothing.
    """
    if user is None and subject is None and since is None:
        told = ask(data, "audit_export_file", file=str(file.absolute()))
        show(told, as_json, exported_lines(told, file.name))
        return
    rows = _lines(data, "audit_export", user=user, subject=subject, since=_moment(data, since))
    count = 0
    with file.open("x", encoding="ascii") as out:
        file.chmod(0o600)
        for row in rows:
            out.write(json.dumps(row) + "\n")
            count += 1
    show({"lines": count, "file": str(file)}, as_json, [f"{count} lines in {file.name}"])


@audit.command("review")
def review(
    since: Since = None,
    until: Annotated[str | None, typer.Option(help="Until this day or time; else until now.")] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Review access: users and roles, who gave them, what changed, what each person did; 90 days, if not told."""
    found = ask(data, "audit_review", since=_moment(data, since), until=_moment(data, until))
    show(found, as_json, review_lines(found))


def _lines(data: Path, operation: str, **which: Any) -> Iterator[dict[str, Any]]:
    after = 0
    while page := ask(data, operation, after=after, **which):  # the node gives some at a time
        yield from page
        after = page[-1]["sequence"]


def _moment(data: Path, said: str | None) -> str | None:
    """Read a day or a time; without an offset it is in the agency's zone."""
    if said is None:
        return None
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise InvalidRequest(f"{said!r} is no day or time: it is written 2026-11-03 or 2026-11-03T14:20") from None
    return (
        moment if moment.tzinfo else moment.replace(tzinfo=load_settings(NodeSettings, data / SETTINGS_NAME).zone)
    ).isoformat()
