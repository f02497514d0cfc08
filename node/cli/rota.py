"""`holdfast node rota ...`."""

from typing import Annotated, Any

import typer

from common.terminal import show, show_table
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask

rota = typer.Typer(
    no_args_is_help=True,
    help="Who is on call: weekly turns, changes for one time, and the hours that nobody has; by the agency's clocks.",
)
Days = Annotated[int, typer.Option(help="How many days from now on.")]
Duty = Annotated[str, typer.Option(help="first: who is asked; backup: who is asked when the first is not reached.")]
SHORT = 8
_SHIFTS = ("from", "until", "duty", "who")
_TURNS = ("id", "weekday", "from", "until", "duty", "who", "valid_from")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(rota, name="rota")


@rota.command("show")
def show_(days: Days = 14, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show the weekly turns, who is on call in the coming days, and the hours that nobody has."""
    found = ask(data, "rota_show", days=days)
    if as_json:
        show(found, True, [])
        return
    turns = [row | {"id": row["id"][-SHORT:]} for row in found["turns"]]
    show_table(turns, False, _TURNS, "no weekly turns: `holdfast node rota set` sets one")
    typer.echo()
    show_table(found["shifts"], False, _SHIFTS, "nobody is on call in these days")
    for gap in found["gaps"]:
        typer.echo(gap["says"])


@rota.command("now")
def now(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show who is on call at this moment, the first before the backup."""
    show_table(ask(data, "rota_now"), as_json, ("duty", "who", "from", "until"), "nobody is on call now")


@rota.command("gaps")
def gaps(days: Days = 14, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show the hours in which nobody is on call. Exit 1 when there are any, for scripts."""
    found = ask(data, "rota_gaps", days=days)
    show(found, as_json, [gap["says"] for gap in found] or [f"somebody is on call at every hour of these {days} days"])
    if found:
        raise typer.Exit(1)


@rota.command("set")
def set_(
    user: Annotated[str, typer.Argument(help="Who: a supporter or coordinator, by the name they sign in with.")] = "",
    starts: Annotated[str, typer.Option("--from", help="22:00 with --weekday; else 2026-11-03T22:00.")] = "",
    ends: Annotated[str, typer.Option("--until", help="Likewise; a weekly turn may end on the next day.")] = "",
    weekday: Annotated[str, typer.Option(help="Every week on this day; left out: once.")] = "",
    duty: Duty = "first",
    nobody: Annotated[bool, typer.Option("--nobody", help="Once, instead of a user: nobody has this duty.")] = False,
    valid_from: Annotated[str, typer.Option("--valid-from", help="The first day of a weekly turn; today.")] = "",
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Set a weekly turn, or who has a duty for one stretch of time, whatever the weekly turns say."""
    answer = ask(
        data, "rota_set", user=user, starts=starts, ends=ends, weekday=weekday, duty=duty, nobody=nobody,
        valid_from=valid_from,
    )  # fmt: skip
    show(answer, as_json, [f"set as {answer['id'][-SHORT:]}; `holdfast node rota gaps` shows what is still open"])


@rota.command("remove")
def remove(
    turn: Annotated[str, typer.Argument(help="The weekly turn's id, whole or its last 8 digits.")],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Take a weekly turn away."""
    answer = ask(data, "rota_remove", id=turn)
    show(answer, as_json, ["removed; `holdfast node rota gaps` shows what is open now"])


@rota.command("swap")
def swap(
    at: Annotated[str, typer.Argument(help="A time in the shift that is given away, as 2026-11-03T23:00.")],
    to: Annotated[str, typer.Argument(help="Who takes it, by the name they sign in with.")],
    back: Annotated[str, typer.Option(help="A time in the shift of theirs that is taken for it.")] = "",
    duty: Duty = "first",
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Give one shift to somebody else; with --back, take one of theirs for it."""
    changed: list[dict[str, Any]] = ask(data, "rota_swap", at=at, to=to, back=back, duty=duty)
    show_table(changed, as_json, _SHIFTS, "nothing changed")
