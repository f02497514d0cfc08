"""`holdfast node check-in hand-over`, `handed` and `undo`."""

from typing import Annotated, Any

import typer

from common.errors import InvalidRequest
from common.terminal import show, show_table
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask

Coordinator = Annotated[bool, typer.Option("--coordinator", help="As a coordinator: of anybody, not only your own.")]


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("hand-over")(hand_over)
    app.command("handed")(handed)
    app.command("undo")(undo)


def hand_over(
    codes: Annotated[list[str] | None, typer.Argument(metavar="[CHECK-IN]...", help="Which ones.")] = None,
    to: Annotated[str, typer.Option("--to", help="The supporter of the next shift.")] = "",
    giver: Annotated[str | None, typer.Option("--from", help="As a coordinator: whose; else your own.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every open one.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Hand open check-ins over to the next shift, all in one step or none. For an hour it can be undone."""
    if not to:
        raise InvalidRequest("to: say which supporter has the next shift: --to S-07")
    if everything and codes:
        raise InvalidRequest("check-in: name some, or say --all; not both")
    told: dict[str, Any] = {"to": to, "all": everything, "check_ins": codes or []}
    if giver is None:
        made = ask(data, "own_followups_hand_over", **told)
    else:
        made = ask(data, "check_ins_hand_over", **(told | {"from": giver}))
    count = len(made["check_ins"])
    theirs = "" if giver is None else " --coordinator"
    lines = [
        f"{made['to']} now has {count} check-in{'' if count == 1 else 's'} of {made['from']}: "
        f"{', '.join(made['check_ins'])}",
        *(f"Think of this: {warning}" for warning in made["warnings"]),
        f"wrong? `holdfast node check-in undo {made['id'][:20]}{theirs}`, within an hour",
    ]
    show(made, as_json, lines)


def handed(coordinator: Coordinator = False, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List the hand-overs of the last week: those that you gave or got; as a coordinator, all."""
    rows = ask(data, "check_ins_handed" if coordinator else "own_followups_handed")
    shown = rows if as_json else [row | {"check_ins": ", ".join(row["check_ins"])} for row in rows]
    show_table(shown, as_json, ("at", "from", "to", "check_ins", "undone_at", "id"), "nothing was handed over")


def undo(
    name: Annotated[str, typer.Argument(metavar="[HAND-OVER]", help="Its id; the newest, if left out.")] = "",
    coordinator: Coordinator = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Undo a hand-over within its hour: what nobody has touched since goes back."""
    undone = ask(data, "check_ins_undo" if coordinator else "own_followups_undo", hand_over=name)
    lines = [f"{undone['from']} has again: {', '.join(undone['check_ins']) or 'none'}"]
    if undone["stayed"]:
        lines.append(f"these stayed, since somebody has worked on them: {', '.join(undone['stayed'])}")
    show(undone, as_json, lines)
