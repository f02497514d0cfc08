"""`holdfast hub followups ...`."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from common.terminal import show, show_table
from hub.cli.asking import DEFAULT_DATA, AsJson, Data, Yes, ask, make_sure

Name = Annotated[str, typer.Argument(metavar="FOLLOW-UP", help="Its reference, such as 7K3M-PXRM, or its id in hex.")]
followups = typer.Typer(
    no_args_is_help=True,
    help="Follow-ups: which agency is accountable for each, and what waits on a coordinator's queue.",
)
_COLUMNS = ("reference", "accountable", "work", "offer", "escalation", "due_at", "queue")
_HISTORY = ("version", "at", "what", "by", "accountable", "work", "offer", "escalation")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(followups, name="followups")


@followups.command("list")
def list_(
    incident: Annotated[str, typer.Option(help="Only those of this incident, by its id.")] = "",
    agency: Annotated[str, typer.Option(help="Only those that this agency is accountable for.")] = "",
    open_: Annotated[bool, typer.Option("--open", help="Leave out what is closed.")] = False,
    queue: Annotated[
        bool, typer.Option("--queue", help="Only what is escalated, or what the hub was asked to offer.")
    ] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """List follow-ups, what is escalated first, then by the next deadline."""
    rows = ask(data, "followups", incident=incident, agency=agency, open=open_, queue=queue)
    shown = rows if as_json else [_in_words(row) for row in rows]
    show_table(shown, as_json, _COLUMNS, "nothing waits" if queue else "no follow-up")


@followups.command("show")
def show_(follow_up: Name, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show a follow-up, and every change of it: who did what, and who was accountable after it."""
    found = ask(data, "followup", follow_up=follow_up)
    if as_json:
        show(found, True, [])
        return
    outcome = f", {found['outcome'].replace('_', ' ')}" if found["outcome"] else ""
    typer.echo(f"{found['reference']}  {found['title'] or 'no incident'}")
    typer.echo(f"accountable {found['accountable']}, opened by {found['origin']}; {_in_words(found)['work']}{outcome}")
    if found["queue"]:
        typer.echo(f"on the queue of {found['queue']}")
    show_table([_in_words(each) for each in found["history"]], False, _HISTORY, "no change is kept")


@followups.command("offer")
def offer(
    follow_up: Name,
    to: Annotated[list[str], typer.Option("--to", help="An agency, by its short name; repeat for several.")],
    hours: Annotated[float | None, typer.Option("--accept-within", help="Hours to accept in; else as agreed.")] = None,
    yes: Yes = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Offer a follow-up on its owner's request. Its owner stays accountable until another agency accepts."""
    make_sure(f"Offer {follow_up} to {', '.join(to)} on its owner's behalf", yes)
    answer = ask(data, "followup offer", follow_up=follow_up, to=to, accept_within_h=hours)
    until = _at(answer["accept_by"])
    show(answer, as_json, [f"{answer['reference']} is offered to {', '.join(to)}; accept by {until}"])


@followups.command("called")
def called(
    follow_up: Name,
    agency: Annotated[str, typer.Argument(help="The agency whose duty contact you spoke to, by its short name.")],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Note that you called an agency about a follow-up. Who is accountable for it does not change."""
    ask(data, "followup called", follow_up=follow_up, agency=agency)
    show({}, as_json, [f"noted: {agency} was called about {follow_up}"])


def _in_words(row: dict[str, Any]) -> dict[str, Any]:
    """Say a row for a table, in words that break where people would break them."""
    coded = ("what", "work", "offer", "escalation")
    return row | {name: row[name].replace("_", " ") for name in coded if name in row}


def _at(moment: str) -> str:
    """Say a time as people compare it by eye."""
    return f"{datetime.fromisoformat(moment).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
