"""`holdfast node incidents | incident-number | board | activate | capacity | refused`."""

from typing import Annotated

import typer

from common.codes import words
from common.terminal import show, show_table
from common.wire.v1.codes_pb2 import ActivationStatus, CountBand, DeclineReason
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask

Incident = Annotated[
    str, typer.Argument(metavar="INCIDENT", help="The incident's id, or its first 4 or more hex digits.")
]
_BAND_HELP = ", ".join(words(CountBand))
_BOARD = ("agency", "status", "supporters_deployed", "supporters_for_mutual_aid", "contacts_made", "changed_at")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    for command in (incidents, board, activate, capacity, refused):
        app.command(command.__name__)(command)
    app.command("incident-number")(incident_number)


def incidents(
    number: Annotated[str | None, typer.Option(help="Only those with this number of the agency's own.")] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """List the incidents that the hub told of, the newest first, with the agency's own numbers of them."""
    rows = ask(data, "incidents", number=number)
    told = rows if as_json else [each | {"numbers": ", ".join(each["numbers"])} for each in rows]
    none = "the hub has told of no incident yet" if number is None else "no incident has that number"
    show_table(told, as_json, ("id", "title", "type", "status", "opened_at", "numbers"), none)


def incident_number(
    incident: Incident,
    system: Annotated[str, typer.Argument(metavar="SYSTEM", help="Which system gave them: cad, rms.")],
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="NUMBER", help="All of them; none: there are none.")
    ] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say which numbers the agency's own CAD or RMS gave an incident, in place of those before. They never leave."""
    answer = ask(data, "incident_numbers", incident=incident, system=system, numbers=numbers or [])
    show(answer, as_json, [f"{answer['title']}: {', '.join(answer['numbers']) or 'no numbers'}"])


def board(incident: Incident, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show an incident's activation board: every agency side by side, as the hub told it last."""
    found = ask(data, "board", incident=incident)
    if as_json:
        show(found, True, [])
        return
    numbers = "".join(f", {each}" for each in found["numbers"])
    typer.echo(f"{found['title']} ({found['status']}){numbers}")
    rows = [line | {"agency": line["agency"] or line["agency_id"][:8]} for line in found["lines"]]
    show_table(rows, False, _BOARD, "no line of the board has arrived yet")


def activate(
    incident: Incident,
    status: Annotated[str, typer.Argument(metavar="STATUS", help=", ".join(words(ActivationStatus)[1:]))],
    deployed: Annotated[int | None, typer.Option(help="Supporters on task now.")] = None,
    for_mutual_aid: Annotated[int | None, typer.Option(help="Supporters that other agencies could ask for.")] = None,
    people_exposed: Annotated[str | None, typer.Option(help=_BAND_HELP)] = None,
    contacts_made: Annotated[str | None, typer.Option(help=_BAND_HELP)] = None,
    follow_ups_open: Annotated[int | None, typer.Option(help="Follow-ups that are open.")] = None,
    follow_ups_due: Annotated[int | None, typer.Option(help="Follow-ups that are due.")] = None,
    follow_ups_done: Annotated[int | None, typer.Option(help="Follow-ups that are done.")] = None,
    decline_reason: Annotated[str | None, typer.Option(help=", ".join(words(DeclineReason)))] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Report what the agency's peer team does for an incident. Works offline: the report waits until it can leave.

    A count that is left out is told as not known, never as zero; but follow-ups are counted by the node itself, unless
    one of their counts is given.
    """
    answer = ask(
        data,
        "activate",
        incident=incident,
        status=status,
        decline_reason=decline_reason,
        supporters_deployed=deployed,
        supporters_for_mutual_aid=for_mutual_aid,
        people_exposed=people_exposed,
        contacts_made=contacts_made,
        follow_ups_open=follow_ups_open,
        follow_ups_due=follow_ups_due,
        follow_ups_done=follow_ups_done,
    )
    lines = [f"written as report {answer['sequence']}; it waits for the hub's acknowledgement"]
    if answer["withheld"]:
        names = ", ".join(answer["withheld"]).replace("_", " ")
        lines.append(f"without {names}. {answer['withheld_because']}")
    show(answer, as_json, lines)


def capacity(
    designated: Annotated[int | None, typer.Option(help="Supporters designated.")] = None,
    available: Annotated[int | None, typer.Option(help="Of them, available now.")] = None,
    paused: Annotated[int | None, typer.Option(help="Of them, paused.")] = None,
    trained_in_date: Annotated[int | None, typer.Option(help="Of them, with training in date.")] = None,
    from_roster: Annotated[bool, typer.Option("--from-roster", help="Count the node's roster for the rest.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Report how many supporters the agency has, of each readiness."""
    answer = ask(
        data,
        "capacity",
        designated=designated,
        available=available,
        paused=paused,
        trained_in_date=trained_in_date,
        from_roster=from_roster,
    )
    told = ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in answer["counts"].items() if n is not None)
    show(answer, as_json, [f"{told}: report {answer['sequence']}; it waits for the hub's acknowledgement"])


def refused(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List the reports that the hub recorded as refused, and why."""
    rows = ask(data, "refused")
    show_table(rows, as_json, ("sequence", "kind", "created_at", "outcome", "reason"), "no report was refused")
