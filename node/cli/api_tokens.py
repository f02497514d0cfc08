"""`holdfast node api-token ...`."""

from typing import Annotated

import typer

from common.terminal import Yes, make_sure, show, show_table
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask
from node.domain.api_token import Permission

api_token = typer.Typer(
    no_args_is_help=True,
    help="Tokens with which the agency's own CAD or RMS links incidents and asks for check-ins. None opens a record.",
)
Name = Annotated[str, typer.Argument(help="What the token is called, such as cad-2026.")]
_COLUMNS = ("name", "may", "state", "until", "used_at", "made_by")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(api_token, name="api-token")


@api_token.command("add")
def add(
    name: Name,
    may: Annotated[list[str], typer.Option(help=f"{', '.join(Permission)}; repeatable.")],
    until: Annotated[str | None, typer.Option(metavar="DAY", help="Its last day; else a year from now.")] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Make a token, and print it: it is shown only now."""
    made = ask(data, "api_token_add", name=name, may=may, until=until)
    lines = [f"{made['name']} may {', '.join(made['may'])}, until {made['until']}", "Shown only now:", made["token"]]
    show(made, as_json, lines)


@api_token.command("list")
def list_(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List tokens, what they may do, how they stand, and when each was last used."""
    rows = ask(data, "api_token_list")
    told = rows if as_json else [each | {"may": ", ".join(each["may"])} for each in rows]
    show_table(told, as_json, _COLUMNS, "no tokens yet")


@api_token.command("remove")
def remove(name: Name, yes: Yes = False, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """End a token at once; its name stays taken."""
    make_sure(f"Remove the token {name}: the system that uses it is refused from now on", yes)
    show(ask(data, "api_token_remove", name=name), as_json, [f"{name} is removed"])
