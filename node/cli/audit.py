"""`holdfast node audit show | verify | export | review`."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

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
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Prove that no line was changed, added or removed. Exit 1 names the first bad one.

    Prints a checkpoint. Keep it somewhere else: with --since, the next time, it also shows whether somebody who holds
    the machine and its keys wrote the trail anew.
    """
    kept = None if since is None else since.read_text("utf-8")
    with working("verifying every line and every signature"):
        found = ask(data, "audit_verify", checkpoint=kept)
    show(found, as_json, _verdict(found))
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
    """Write lines of the trail to a file, one JSON object in each of its lines. That it was done is recorded."""
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
    show(found, as_json, _review_lines(found))


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


def _verdict(found: dict[str, Any]) -> list[str]:
    if not found["verified"]:
        where = "" if found["first_bad"] is None else f" at line {found['first_bad']}"
        return [f"BROKEN{where}: {found['reason']}"]
    lines = [f"{found['entries']} lines verified, under {found['signatures']} signatures"]
    if found["checkpoint"]:
        lines += ["Keep this checkpoint outside of this machine, for `audit verify --since FILE`:", ""]
        lines += found["checkpoint"].splitlines()
    return lines


def _review_lines(found: dict[str, Any]) -> Iterator[str]:
    yield f"Access from {found['since']} to {found['until']}"
    for user in found["users"]:
        yield f"{user['name']} ({user['state']}), last signed in {user['signed_in_at'] or 'never'}"
        for role in user["roles"]:
            own = "  (THEIR OWN DOING)" if role["own_doing"] else ""
            yield f"    {role['role']} since {role['since']}, by {role['given_by']}{own}"
    yield "Changes to users, passwords and keys:"
    for each in found["changes"] or []:
        yield f"    {each['at']}  {each['by']}: {each['what']}, {each['subject']}: {each['outcome']}"
    yield "What each did:"
    for act in found["acts"]:
        counted = f"{act['times']} times, {act['subjects']} subjects, {act['refused']} refused"
        yield f"    {act['who']}: {act['what']} {counted}"
