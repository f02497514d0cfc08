"""`holdfast hub incident ...` and `holdfast hub board`."""

from datetime import datetime
from typing import Annotated

import typer

from common.codes import word, words
from common.terminal import show, show_table
from common.wire.v1.codes_pb2 import IncidentStatus, IncidentType
from hub.cli.asking import DEFAULT_DATA, AsJson, Data, Yes, ask, make_sure

Incident = Annotated[str, typer.Argument(help="The incident's id: 32 hexadecimal digits, from `incident list`.")]
incident = typer.Typer(no_args_is_help=True, help="Incidents: open, list, and move from open to monitoring to closed.")
_SHORT = {  # what a terminal has room for -> its name
    "deployed": "supporters_deployed",
    "mutual_aid": "supporters_for_mutual_aid",
    "exposed": "people_exposed",
    "contacts": "contacts_made",
}
BOARD = ("agency", "status", *_SHORT, "changed_at")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(incident, name="incident")
    app.command("board")(board)


@incident.command("open")
def open_(
    title: Annotated[str, typer.Argument(help="What the participants read, such as 'Fire at Stonegate, B wing'.")],
    type_: Annotated[str, typer.Option("--type", help=", ".join(words(IncidentType)))],
    agency: Annotated[list[str], typer.Option("--agency", help="An agency that was there; repeat for each.")],
    started: Annotated[str, typer.Option(help="When it began, as 2026-11-03T14:20:00+00:00; now, if left out.")] = "",
    jurisdiction: Annotated[list[str] | None, typer.Option(help="A jurisdiction concerned; may be repeated.")] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Open an incident and ask each named agency to activate its peer team."""
    opened = ask(
        data,
        "incident open",
        title=title,
        type=type_,
        agencies=agency,
        started_at=started,
        jurisdictions=jurisdiction or [],
    )
    show(opened, as_json, [f"opened {opened['id']}", f"told {len(agency)} agencies: {', '.join(agency)}"])


@incident.command("status")
def status(
    incident_id: Incident,
    status_: Annotated[str, typer.Argument(metavar="STATUS", help=", ".join(words(IncidentStatus)))],
    yes: Yes = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Move an incident to another status; a closed one stays closed."""
    if status_ == word(IncidentStatus, IncidentStatus.INCIDENT_STATUS_CLOSED):
        make_sure("Close this incident, which cannot be opened again", yes)
    changed = ask(data, "incident status", incident=incident_id, status=status_)
    show(changed, as_json, [f"{changed['title']}: {changed['status']}"])


@incident.command("list")
def list_(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List incidents, the newest first."""
    rows = ask(data, "incident list")
    show_table(
        rows, as_json, ("id", "title", "type", "status", "opened_at"), "no incident yet: `incident open` opens one"
    )


def board(incident_id: Incident, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show an incident's activation board: every participant side by side."""
    found = ask(data, "board", incident=incident_id)
    if as_json:
        show(found, True, [])
        return
    typer.echo(f"{found['title']} ({found['status']})")
    if found["asked"]:
        by = f"{datetime.fromisoformat(found['activate_by']):%Y-%m-%d %H:%M} UTC"
        typer.echo(f"the agreement asks {', '.join(found['asked'])} to activate by {by}")
    lines = [line | {short: line[name] for short, name in _SHORT.items()} for line in found["lines"]]
    show_table(lines, False, BOARD, "no participants")
