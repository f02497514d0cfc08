"""`holdfast hub directory ...`: what every agency reads of every other one."""

from typing import Annotated

import typer

from common.errors import InvalidRequest
from common.terminal import show, show_table
from hub.cli.asking import DEFAULT_DATA, AsJson, Data, ask

directory = typer.Typer(no_args_is_help=True, help="The directory: names, jurisdictions and duty contacts.")
_COLUMNS = ("agency", "name", "discipline", "jurisdiction", "duty_contact", "membership")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(directory, name="directory")


@directory.command("list")
def list_(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List the agencies as every node reads them."""
    rows = ask(data, "directory list")
    if not as_json:
        rows = [row | {"duty_contact": row["duty_contact"] or None} for row in rows]
    show_table(rows, as_json, _COLUMNS, "no agency yet: `invite` adds one")


@directory.command("set")
def set_(
    agency: Annotated[str, typer.Argument(help="The agency's short name, such as ridgeline-fire.")],
    duty_contact: Annotated[
        str | None, typer.Option(help="Whom other coordinators call, at any hour; an empty text clears it.")
    ] = None,
    jurisdiction: Annotated[str | None, typer.Option(help="Its jurisdiction pack, such as CO.")] = None,
    name: Annotated[str | None, typer.Option(help="The agency's full name, as other agencies see it.")] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Change what the directory says of an agency; every joined agency is told."""
    if duty_contact is None and jurisdiction is None and name is None:
        raise InvalidRequest("say what changes: --duty-contact, --jurisdiction or --name")
    entry = ask(data, "directory set", agency=agency, duty_contact=duty_contact, jurisdiction=jurisdiction, name=name)
    show(entry, as_json, [f"{entry['name']} ({entry['jurisdiction']}): {entry['duty_contact'] or 'no duty contact'}"])
