"""`holdfast node erase member`."""

from typing import Annotated

import typer

from common.terminal import Yes, make_sure, show
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask

erase = typer.Typer(
    no_args_is_help=True,
    help="Erase a record for good: its key is destroyed, also beside the backups. A legal hold prevents it.",
)


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(erase, name="erase")


@erase.callback()
def _group() -> None:
    """Keep `member` a command of its own; others may follow."""


@erase.command("member")
def member(
    code: Annotated[str, typer.Argument(metavar="MEMBER", help="The member's code, such as M-0017.")],
    yes: Yes = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Erase a member with every encounter, note and check-in about them. Nobody can undo it."""
    told = _told(ask(data, "erase_plan", member=code))
    make_sure(f"Erase {code} for good, here and in every backup: {told}", yes)
    answer = ask(data, "erase_member", member=code)
    lines = [f"Erased: {_told(answer['gone'])}. The keys are destroyed: nobody can read it again."]
    if not answer["is_gone_from_backups"]:
        lines.append(
            "The keys beside the backups are still there: their disk is away, or a long read was at work. The node "
            "does it within the hour once it can; `holdfast node doctor` says so until then."
        )
    show(answer, as_json, lines)


def _told(gone: dict[str, int]) -> str:
    return ", ".join(f"{number} {what if number == 1 else _several(what)}" for what, number in gone.items())


def _several(what: str) -> str:
    first, *rest = what.split(" ", 1)
    return " ".join([f"{first}s", *rest])
