"""`holdfast node user ...`; only here, `link`."""

from typing import Annotated

import typer

from common.access.user_commands import Name, role_option, show_added, user_commands
from common.access.words import NODE_ROLES
from common.errors import NotAuthenticated
from common.terminal import show
from node.cli.asking import DEFAULT_DATA, SIDE, AsJson, Data, ask

Roles = Annotated[list[str], role_option(NODE_ROLES)]


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    user = user_commands(SIDE, NODE_ROLES, add, has_notes=True)
    user.command("link")(link)
    app.add_typer(user, name="user")


def add(
    name: Name,
    roles: Roles,
    supporter: Annotated[str | None, typer.Option(help="The code of the supporter who this is: S-07.")] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Add a user; the first operator, where nobody can sign in yet."""
    try:
        answer = ask(data, "user_add", name=name, roles=roles, supporter_id=supporter)
    except NotAuthenticated as error:
        try:
            answer = ask(data, "found_operator", name=name, roles=roles)
        except NotAuthenticated:
            raise error from None
    show_added(SIDE, answer, as_json)


def link(
    name: Name,
    supporter: Annotated[str, typer.Option(help="The code of the supporter of the roster, such as S-07.")],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say which supporter of the roster a user is: whose encounters and follow-ups are their own."""
    show(ask(data, "user_link", name=name, supporter_id=supporter), as_json, [f"{name} is {supporter} from now on"])
