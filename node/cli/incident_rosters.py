"""`holdfast node incident-roster ...`."""

from typing import Annotated, Any

import typer

from common.terminal import show
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask

incident_roster = typer.Typer(
    no_args_is_help=True,
    help="Who of the agency's own supporters was at an incident. In some places such a supporter loses the privilege "
    "for it, and may not own its follow-ups. It never leaves this node.",
)
Incident = Annotated[
    str, typer.Argument(metavar="INCIDENT", help="The incident's id, or its first 4 or more hex digits.")
]
Supporters = list[str] | None
_WHO = "A supporter, by code or name; repeat for several."


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(incident_roster, name="incident-roster")


@incident_roster.command("set")
def set_(
    incident: Incident,
    witness: Annotated[Supporters, typer.Option(help=f"Saw it. {_WHO}")] = None,
    party: Annotated[Supporters, typer.Option(help=f"Is a party to it. {_WHO}")] = None,
    responder: Annotated[Supporters, typer.Option(help=f"Responded to it. {_WHO}")] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="None of the agency's supporters was there.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Record who was at an incident, in place of what was recorded before; earlier versions are kept."""
    present: dict[str, Any] = {"witness": witness or [], "party": party or [], "responder": responder or []}
    found = ask(data, "incident_roster_set", incident=incident, nobody=nobody, **present)
    show(found, as_json, _lines(found))


@incident_roster.command("list")
def list_(incident: Incident, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List who was at an incident."""
    found = ask(data, "incident_roster_list", incident=incident)
    show(found, as_json, _lines(found))


def _lines(found: dict[str, Any]) -> list[str]:
    rows = [
        f"  {each['supporter']}  {'ALTERED: set it again' if each['altered'] else each['presence']}"
        for each in found["supporters"]
    ]
    none = "  nobody was there" if found["is_recorded"] else "  nothing is recorded yet"
    return [found["title"], *(rows or [none])]
