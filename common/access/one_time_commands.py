"""`holdfast hub | node one-time-code set-up | confirm | remove`: the same commands on either side."""

from pathlib import Path
from typing import Annotated

import typer

from common.access.words import secret_lines
from common.side import AsJson, Side
from common.terminal import ask_secret, show


def one_time_code_commands(side: Side) -> typer.Typer:
    """Make the commands of one side."""
    ask, where, default_data = side.ask, side.data_option, side.default_data
    app = typer.Typer(
        no_args_is_help=True, help="A code from your phone at each sign-in with your password: set up, confirm, remove."
    )

    @app.command("set-up")
    def set_up(data: Annotated[Path, where] = default_data, as_json: AsJson = False) -> None:
        """Print a secret for the authenticator on your phone. It asks your password; `confirm` turns the codes on."""
        told = ask(data, "one-time begin", password=ask_secret("Password"))
        show(told, as_json, secret_lines(told, f"holdfast {side.name} one-time-code confirm"))

    @app.command("confirm")
    def confirm(data: Annotated[Path, where] = default_data, as_json: AsJson = False) -> None:
        """Turn one-time codes on. It asks your password, the secret of `set-up`, and the code that your phone shows."""
        said = {
            "password": ask_secret("Password"),
            "secret": ask_secret("Secret"),
            "code": ask_secret("One-time code"),
        }
        lines = ["From now on a sign-in with your password asks for a code. A recovery code stands for a lost phone."]
        show(ask(data, "one-time finish", **said), as_json, lines)

    @app.command("remove")
    def remove(data: Annotated[Path, where] = default_data, as_json: AsJson = False) -> None:
        """Turn one-time codes off. It asks your password."""
        done = ask(data, "one-time end", password=ask_secret("Password"))
        words = "Your password alone signs you in now." if done["had_one_time_codes"] else "You had no one-time codes."
        show(done, as_json, [words])

    return app
