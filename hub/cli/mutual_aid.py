"""`holdfast hub aid ...`."""

from typing import Annotated

import typer

from common.terminal import show, show_table
from hub.cli.asking import DEFAULT_DATA, AsJson, Data, ask

Request = Annotated[str, typer.Argument(metavar="REQUEST", help="The request's id, or its first 4 or more hex digits.")]
aid = typer.Typer(no_args_is_help=True, help="Mutual aid of peers: who asks for supporters, and who offers some.")
SHORT = 8  # digits of an id: enough to say which request is meant
_COLUMNS = ("id", "asked_by", "status", "wanted", "matched", "fill_by", "until")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(aid, name="aid")


@aid.command("list")
def list_(
    open_: Annotated[bool, typer.Option("--open", help="Only those that still want supporters.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """List requests for peers, the newest first.

    Agencies ask and offer, and the hub matches in the order of arrival; nobody at the hub decides. A request that is
    not filled within 48 hours is unable to fill: call the agencies that could help.
    """
    rows = ask(data, "aid list", open=open_)
    if not as_json:
        rows = [row | {"id": row["id"][:SHORT]} for row in rows]
    show_table(
        rows, as_json, _COLUMNS, "no request for peers is open" if open_ else "no agency has asked for peers yet"
    )


@aid.command("show")
def show_(request: Request, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show a request with its offers, in the order of arrival: how many each agency offers, how many are matched."""
    found = ask(data, "aid show", request=request)
    if as_json:
        show(found, True, [])
        return
    typer.echo(found["id"])
    typer.echo(f"{found['asked_by']} asks for {found['wanted']} supporters until {found['until']}: {found['status']}")
    typer.echo(f"disciplines: {', '.join(found['disciplines']) or 'any'}")
    typer.echo(f"languages: {', '.join(found['languages']) or 'any'}")
    show_table(found["offers"], False, ("agency", "offered", "matched"), "no offer stands")
