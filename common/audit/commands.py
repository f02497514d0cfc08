"""`holdfast hub | node audit show | verify | export | review`: the same commands on either side."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Annotated, Any

import typer

from common.audit.files import ExportedFile, TrailKey, both_given, exported_lines
from common.audit.lines import review_lines, verdict_lines
from common.errors import InvalidRequest
from common.side import AsJson, Side
from common.terminal import show, show_table, working

After = Annotated[int, typer.Option(help="Show entries after this number.")]
User = Annotated[str | None, typer.Option(help="Only what this user did.")]
Subject = Annotated[str | None, typer.Option(help="Only what was done to this, such as 'user casey'.")]
TriedTo = Annotated[str | None, typer.Option("--action", help="Only what was tried under this word: 'read note'.")]
Refused = Annotated[bool | None, typer.Option("--refused/--done", help="Only what was refused; or only what was done.")]
Kept = Annotated[
    Path | None,
    typer.Option("--since", metavar="CHECKPOINT", help="The file with the checkpoint that you kept last time."),
]
Until = Annotated[str | None, typer.Option(help="Until this day or time; else until now.")]
NewFile = Annotated[Path, typer.Argument(help="Where to write it; an existing file is not overwritten.")]
_COLUMNS = ("sequence", "at", "actor", "action", "subject", "outcome")


def add_audit_commands(app: typer.Typer, side: Side, zone: Callable[[Path], tzinfo], zone_words: str) -> None:
    """Add the commands of one side.

    Args:
        zone: of a day or time that is said without one.
        zone_words: which zone that is, for people.
    """
    ask, where, default_data = side.ask, side.data_option, side.default_data
    since_option = typer.Option(help=f"From this day or time on, such as 2026-11-03, in {zone_words}.")

    @app.command("show")
    def show_(
        user: User = None,
        action: TriedTo = None,
        subject: Subject = None,
        since: Annotated[str | None, since_option] = None,
        until: Until = None,
        refused: Refused = None,
        after: After = 0,
        data: Annotated[Path, where] = default_data,
        as_json: AsJson = False,
    ) -> None:
        """Show who did what, and every refusal."""
        since, until = _moment(data, since, zone), _moment(data, until, zone)
        which = {"user": user, "action": action, "subject": subject, "since": since, "until": until, "refused": refused}
        show_trail(side, data, as_json, after, **which)

    @app.command("verify", help=_verifying(side))
    def verify(
        since: Kept = None,
        file: ExportedFile = None,
        key: TrailKey = None,
        data: Annotated[Path, where] = default_data,
        as_json: AsJson = False,
    ) -> None:
        kept = None if since is None else since.read_bytes()
        with working("verifying every line and every signature"):
            if file is not None or key is not None:
                from common.audit.export import verdict_on_file

                found = verdict_on_file(*both_given(file, key), kept)
            else:
                found = ask(data, "audit verify", checkpoint=None if kept is None else kept.decode("utf-8", "replace"))
        show(found, as_json, verdict_lines(found))
        if not found["verified"]:
            raise typer.Exit(1)

    @app.command("export")
    def export(
        file: NewFile,
        user: User = None,
        subject: Subject = None,
        since: Annotated[str | None, since_option] = None,
        data: Annotated[Path, where] = default_data,
        as_json: AsJson = False,
    ) -> None:
        """Write the trail to a file, one JSON object in each of its lines. That it was done is recorded.

        The whole trail is signed: `audit verify --file` proves it anywhere. A part of it (--user ...) proves nothing.
        """
        which = {"user": user, "subject": subject, "since": _moment(data, since, zone)}
        told = {"file": str(file)} | ask(data, "audit export", file=str(file.absolute()), **which)
        show(told, as_json, exported_lines(told, file.name))

    @app.command("review")
    def review(
        since: Annotated[str | None, since_option] = None,
        until: Until = None,
        data: Annotated[Path, where] = default_data,
        as_json: AsJson = False,
    ) -> None:
        """Review access: users and roles, who gave them, what changed, what each person did; 90 days, if not told."""
        found = ask(data, "audit review", since=_moment(data, since, zone), until=_moment(data, until, zone))
        show(found, as_json, review_lines(found))


def show_trail(side: Side, data: Path, as_json: bool, after: int, **which: Any) -> None:
    """Print lines of the trail, all that come after a number; the side gives some at a time."""
    rows: list[dict[str, Any]] = []
    while page := side.ask(data, "audit show", after=rows[-1]["sequence"] if rows else after, **which):
        rows += page
    show_table(rows, as_json, _COLUMNS, "no entries")


def _verifying(side: Side) -> str:
    return f"""Prove that no line was changed, added or removed. Exit 1 names the first bad one.

    Prints a checkpoint. Keep it somewhere else: with --since, the next time, it also shows whether somebody who holds
    the machine and its keys wrote the trail anew. With --file and --key it needs no {side.name}: an auditor proves what
    `audit export` wrote on another machine.
    """


def _moment(data: Path, said: str | None, zone: Callable[[Path], tzinfo]) -> str | None:
    """Read a day or a time."""
    if said is None:
        return None
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise InvalidRequest(f"{said!r} is no day or time: it is written 2026-11-03 or 2026-11-03T14:20") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone(data))).isoformat()
