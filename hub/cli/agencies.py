"""`holdfast hub invite | agencies | evict | ban | lift-quarantine`."""

from pathlib import Path
from typing import Annotated

import typer

from common.clock import SKEW_NAMED
from common.codes import words
from common.errors import NotFound
from common.terminal import show, show_table
from common.wire.v1.codes_pb2 import Discipline
from hub.cli.asking import DEFAULT_DATA, AsJson, Data, Yes, ask, make_sure

Agency = Annotated[str, typer.Argument(help="The agency's short name, such as ridgeline-fire.")]


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("invite")(invite)
    app.command("agencies")(agencies)
    app.command("evict")(evict)
    app.command("ban")(ban)
    app.command("lift-quarantine")(lift_quarantine)


def invite(
    agency: Agency,
    discipline: Annotated[str, typer.Option(help=", ".join(words(Discipline)))] = "",
    name: Annotated[str, typer.Option(help="The agency's full name, as other agencies see it.")] = "",
    jurisdiction: Annotated[str, typer.Option(help="Its jurisdiction pack, such as CO.")] = "default",
    hours: Annotated[float, typer.Option(help="How long the join string is good for.")] = 1.0,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Invite an agency: prints one join string, shown once. Hand it over by a channel you trust."""
    answer = ask(
        data, "invite", agency=agency, discipline=discipline, name=name, jurisdiction=jurisdiction, hours=hours
    )
    until = f"good until {answer['expires_at']}, for {agency} alone; `holdfast node join` on the node asks for it"
    show(answer, as_json, [answer["join_string"]])
    if not as_json:
        typer.echo(until, err=True)


def agencies(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List the region's agencies and how each stands."""
    rows = ask(data, "agencies")
    columns = ("agency", "name", "discipline", "membership", "quarantined_since", "last_heard", "clock")
    shown = rows if as_json else [row | {"clock": _clock_words(row["clock_off_s"])} for row in rows]
    show_table(shown, as_json, columns, "no agency yet: `invite` adds one")


def evict(agency: Agency, yes: Yes = False, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Remove an agency; its calls fail at once. It may be invited again (see `ban`)."""
    make_sure(f"Evict {_called(data, agency)}, whose node then cannot report until it joins with a new string", yes)
    answer = ask(data, "evict", agency=agency)
    show(answer, as_json, [f"{agency} is removed; it may be invited again"])


def ban(agency: Agency, yes: Yes = False, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Remove an agency for good: it can never be invited again. This cannot be undone; `evict` can."""
    make_sure(f"Ban {_called(data, agency)} for good, so that it can never join this region again", yes)
    answer = ask(data, "ban", agency=agency)
    show(answer, as_json, [f"{agency} is banned for good"])


def lift_quarantine(agency: Agency, yes: Yes = False, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Let a quarantined agency deliver again, after both ledgers were compared."""
    make_sure(f"Let {_called(data, agency)} deliver again, knowing from both ledgers why it had two histories", yes)
    answer = ask(data, "quarantine lift", agency=agency)
    show(answer, as_json, [f"{agency} may deliver again"])


def _clock_words(off_s: float | None) -> str | None:
    """Say how a node's clock stands against this hub's; no deadline hangs on it, but its own times are wrong."""
    if off_s is None:
        return None
    if abs(off_s) <= SKEW_NAMED.total_seconds():
        return "ok"
    return f"OFF: {round(abs(off_s) / 60)} min {'ahead' if off_s > 0 else 'behind'}"


def _called(data: Path, agency: str) -> str:
    """Say which agency this is, so that a slip of the hand shows; raises NotFound when there is none."""
    row = next((row for row in ask(data, "agencies") if row["agency"] == agency), None)
    if row is None:
        raise NotFound(f"no agency is called {agency!r} here: `holdfast hub agencies` lists them")
    state = "quarantined" if row["quarantined_since"] else row["membership"]
    return f"{row['name']} ({agency}, {state})"
