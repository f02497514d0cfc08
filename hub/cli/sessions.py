"""`holdfast hub sign-in`, and the other commands of a session."""

import typer

from common.access.one_time_commands import one_time_code_commands
from common.access.session_commands import Name, Recovery, Setup, add_session_commands, sign_in_at
from hub.cli.asking import DEFAULT_DATA, SIDE, AsJson, Data


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    add_session_commands(app, SIDE, sign_in)
    app.add_typer(one_time_code_commands(SIDE), name="one-time-code")


def sign_in(
    name: Name, setup: Setup = False, recovery: Recovery = False, data: Data = DEFAULT_DATA, as_json: AsJson = False
) -> None:
    """Sign in: what you do is recorded under your name, until you sign out or 15 minutes pass without a command.

    Passwords and codes are asked for unseen; where nobody can be asked, each is one line of standard input.
    """
    sign_in_at(SIDE, data, name, as_json, setup=setup, recovery=recovery)
