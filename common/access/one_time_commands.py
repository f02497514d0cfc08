"""`holdfast hub | node one-time-code set-up | confirm | remove`: the same commands on either side."""

from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from common.access.second_factors import secret_lines
from common.terminal import ask_secret, show

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


class Ask(Protocol):
    """How a command has its side do a step: `begin`, `finish` or `end`."""

    def __call__(self, data: Path, step: str, /, **arguments: Any) -> Any: ...


def one_time_code_commands(side: str, ask: Ask, default_data: Path) -> typer.Typer:
    """Make the commands of one side.

    Args:
        side: `hub` or `node`.
        ask: has that side do a step.
        default_data: its data directory, if none is said.
    """
    app = typer.Typer(
        no_args_is_help=True, help="A code from your phone at each sign-in with your password: set up, confirm, remove."
    )
    where = typer.Option(
        "--data", envvar=f"HOLDFAST_{side.upper()}_DATA", help=f"The {side}'s data directory.", show_default=True
    )

    @app.command("set-up")
    def set_up(data: Annotated[Path, where] = default_data, as_json: AsJson = False) -> None:
        """Print a secret for the authenticator on your phone. It asks your password; `confirm` turns the codes on."""
        told = ask(data, "begin", password=ask_secret("Password"))
        show(told, as_json, secret_lines(told, f"holdfast {side} one-time-code confirm"))

    @app.command("confirm")
    def confirm(data: Annotated[Path, where] = default_data, as_json: AsJson = False) -> None:
        """Turn one-time codes on. It asks your password, the secret of `set-up`, and the code that your phone shows."""
        said = {
            "password": ask_secret("Password"),
            "secret": ask_secret("Secret"),
            "code": ask_secret("One-time code"),
        }
        lines = ["From now on a sign-in with your password asks for a code. A recovery code stands for a lost phone."]
        show(ask(data, "finish", **said), as_json, lines)

    @app.command("remove")
    def remove(data: Annotated[Path, where] = default_data, as_json: AsJson = False) -> None:
        """Turn one-time codes off. It asks your password."""
        done = ask(data, "end", password=ask_secret("Password"))
        words = "Your password alone signs you in now." if done["had_one_time_codes"] else "You had no one-time codes."
        show(done, as_json, [words])

    return app
