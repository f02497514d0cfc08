"""`holdfast node one-time-code set-up | confirm | remove`."""

from typing import Any

import typer

from common.access.second_factors import secret_lines
from common.terminal import ask_secret, show
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask

one_time_code = typer.Typer(
    no_args_is_help=True, help="A code from your phone at each sign-in with your password: set up, confirm, remove."
)


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(one_time_code, name="one-time-code")


@one_time_code.command("set-up")
def set_up(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Print a secret for the authenticator on your phone. It asks your password; `confirm` turns the codes on."""
    told = ask(data, "one_time_begin", password=ask_secret("Password"))
    show(told, as_json, secret_lines(told, "holdfast node one-time-code confirm"))


@one_time_code.command("confirm")
def confirm(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Turn one-time codes on. It asks your password, the secret of `set-up`, and the code that your phone shows."""
    said: dict[str, Any] = {
        "password": ask_secret("Password"),
        "secret": ask_secret("Secret"),
        "code": ask_secret("One-time code"),
    }
    lines = ["From now on a sign-in with your password asks for a code. A recovery code stands for a lost phone."]
    show(ask(data, "one_time_finish", **said), as_json, lines)


@one_time_code.command("remove")
def remove(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Turn one-time codes off. It asks your password."""
    done = ask(data, "one_time_end", password=ask_secret("Password"))
    words = "Your password alone signs you in now." if done["had_one_time_codes"] else "You had no one-time codes."
    show(done, as_json, [words])
