"""`holdfast hub incident ...` and `holdfast hub board`."""

from datetime import datetime
from typing import Annotated, Any

import typer

from common.codes import word, words
from common.terminal import show, show_table
from common.wire.v1.codes_pb2 import IncidentStatus, IncidentType
from hub.cli.asking import DEFAULT_DATA, AsJson, Data, Yes, ask, make_sure

Incident = Annotated[str, typer.Argument(help="The incident's id, or its first 4 or more hex digits.")]
incident = typer.Typer(no_args_is_help=True, help="Incidents: open, list, and move from open to monitoring to closed.")
_SHORT = {  # what a terminal has room for -> its name
    "deployed": "supporters_deployed",
    "mutual_aid": "supporters_for_mutual_aid",
    "exposed": "people_exposed",
    "contacts": "contacts_made",
}
_WHERE_KNOWN = ("exposed", "contacts", "follow_ups")  # columns that are left out while no agency has told any
BOARD = ("agency", "status", *_SHORT, "follow_ups", "changed_at")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(incident, name="incident")
    app.command("board")(board)


@incident.command("open")
def open_(
    title: Annotated[str, typer.Argument(help="What the participants read, such as 'Fire at Stonegate, B wing'.")] = "",
    type_: Annotated[str, typer.Option("--type", help=", ".join(words(IncidentType)))] = "",
    agency: Annotated[list[str] | None, typer.Option(help="An agency that was there; repeat for each.")] = None,
    started: Annotated[str, typer.Option(help="When it began, as 2026-11-03T14:20:00+00:00; now, if left out.")] = "",
    jurisdiction: Annotated[list[str] | None, typer.Option(help="A jurisdiction concerned; may be repeated.")] = None,
    request: Annotated[str, typer.Option(help="What an agency asked for, from `incident requests`.")] = "",
    lost_id: Annotated[
        str, typer.Option("--id", help="After a restore: the id under which nodes still know the incident.")
    ] = "",
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Open an incident and ask each named agency to activate its peer team.

    With --request, what you leave out comes from the request, and the agency that asked always takes part.
    """
    opened = ask(
        data,
        "incident open",
        title=title,
        type=type_,
        agencies=agency or [],
        started_at=started,
        jurisdictions=jurisdiction or [],
        request=request,
        id=lost_id,
    )
    told = f"told {len(opened['agency_ids'])} agencies{': ' if agency and not request else ''}"
    lines = [f"opened {opened['id']}", told + (", ".join(agency) if agency and not request else "")]
    left_out = [f"left out, since not in this region: {agency_id}" for agency_id in opened.get("left_out", [])]
    show(opened, as_json, lines + left_out)


@incident.command("add")
def add(
    incident_id: Incident,
    agency: Annotated[list[str], typer.Option(help="An agency that was there too; repeat for each.")],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Let more agencies take part; each sees the whole board from now on, and is asked to activate."""
    changed = ask(data, "incident add", incident=incident_id, agencies=agency)
    show(changed, as_json, [f"{changed['title']}: {len(changed['agency_ids'])} agencies take part"])


@incident.command("called")
def called(
    incident_id: Incident,
    agency: Annotated[str, typer.Argument(help="The agency whose duty contact you spoke to, by its short name.")],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Note that you called an agency that has not answered; its board says who did, and when."""
    ask(data, "incident called", incident=incident_id, agency=agency)
    show({}, as_json, [f"noted: {agency} was called"])


@incident.command("status")
def status(
    incident_id: Incident,
    status_: Annotated[str, typer.Argument(metavar="STATUS", help=", ".join(words(IncidentStatus)))],
    keep_open: Annotated[bool, typer.Option("--keep-open", help="Close it although follow-ups are open.")] = False,
    yes: Yes = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Move an incident to another status; a closed one stays closed. It closes when its follow-ups are closed."""
    if status_ == word(IncidentStatus, IncidentStatus.INCIDENT_STATUS_CLOSED):
        make_sure("Close this incident, which cannot be opened again", yes)
    changed = ask(data, "incident status", incident=incident_id, status=status_, keep_open=keep_open)
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
    lines = [
        line | {short: line[name] for short, name in _SHORT.items()} | {"follow_ups": _follow_ups(line)}
        for line in found["lines"]
    ]
    columns = [name for name in BOARD if name not in _WHERE_KNOWN or any(line[name] for line in lines)]
    show_table(lines, False, columns, "no participants")
    if "follow_ups" in columns:
        typer.echo("follow-ups: open/due/done")


def _follow_ups(line: dict[str, Any]) -> str | None:
    """Say how many follow-ups are open, due and done; what is not known stays missing."""
    counts = [line[f"follow_ups_{step}"] for step in ("open", "due", "done")]
    if all(count is None for count in counts):
        return None
    return "/".join("-" if count is None else str(count) for count in counts)
