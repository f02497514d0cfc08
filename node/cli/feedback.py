"""`holdfast node feedback ...`."""

from typing import Annotated

import typer

from common.terminal import show, show_table
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask

feedback = typer.Typer(
    no_args_is_help=True,
    help="Anonymous feedback: a code on a slip, one rating from 1 to 5, counted by month and never joined to anything.",
)
_COLUMNS = ("month", "1", "2", "3", "4", "5", "total")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(feedback, name="feedback")


@feedback.command("issue")
def issue(
    count: Annotated[int, typer.Option(help="How many slips, 1 to 500.")] = 1,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Make slips with one code each. This is the only time that the codes are shown; what is kept cannot show them.

    Hand them out so that you do not know who got which: from a pile, or to everybody alike.
    """
    codes = ask(data, "feedback_issue", count=count)["codes"]
    show({"codes": codes}, as_json, [line for code in codes for line in _slip(code)])


@feedback.command("rate")
def rate(
    code: Annotated[str, typer.Argument(help="As it stands on the slip.")],
    rating: Annotated[int, typer.Argument(min=1, max=5, help="1: did not help, to 5: helped a lot.")],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Rate with a code from a slip. Nobody signs in, and nobody can find out who rated; a code works once."""
    ask(data, "feedback_rate", code=code, rating=rating)
    show({"counted": True}, as_json, ["thank you: it is counted, and the code is used up"])


@feedback.command("counts")
def counts(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show how many ratings of each kind there were, by month. For coordinators: small counts are shown as they are."""
    found = ask(data, "feedback_counts")
    if as_json:
        show(found, True, [])
        return
    show_table(found["months"], False, _COLUMNS, "nobody has rated yet")
    count = found["codes_out"]
    typer.echo(f"{count} {'code is' if count == 1 else 'codes are'} out and unused")


def _slip(code: str) -> list[str]:
    return [
        "+------------------------------------------------------------------------+",
        "| How was the support that you got? Tell us, and stay unknown:           |",
        f"|   {f'holdfast node feedback rate {code} N':<69}|",
        "| N: 1 did not help ... 5 helped a lot. It works once, for a year.       |",
        "+------------------------------------------------------------------------+",
    ]
