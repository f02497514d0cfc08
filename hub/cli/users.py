"""`holdfast hub user ...`."""

from typing import Annotated

import typer

from common.access.user_commands import Name, role_option, show_added, user_commands
from common.access.words import HUB_ROLES
from hub.cli.asking import DEFAULT_DATA, SIDE, AsJson, Data, ask

Roles = Annotated[list[str], role_option(HUB_ROLES)]


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(user_commands(SIDE, HUB_ROLES, add, has_notes=False), name="user")


def add(name: Name, roles: Roles, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Add a user."""
    show_added(SIDE, ask(data, "user add", name=name, roles=roles), as_json)
