"""`holdfast hub sign-in | sign-out | whoami`."""

from typing import Annotated, Any

import typer

from common.access.token_file import TokenFile
from common.terminal import ask_new_password, ask_secret, show
from hub.cli.asking import DEFAULT_DATA, AsJson, Data, ask, token_file


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("sign-in")(sign_in)
    app.command("sign-out")(sign_out)
    app.command("whoami")(whoami)


def sign_in(
    name: Annotated[str, typer.Argument(help="Your user name.")],
    setup: Annotated[bool, typer.Option("--setup", help="The first time: set a password by your set-up code.")] = False,
    recovery: Annotated[bool, typer.Option("--recovery-code", help="After a lock: give a recovery code too.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Sign in: what you do is recorded under your name, until you sign out or 15 minutes pass without a command.

    Passwords and codes are asked for unseen; where nobody can be asked, each is one line of standard input.
    """
    if setup:
        asked: dict[str, Any] = {"setup_code": ask_secret("Set-up code"), "password": ask_new_password()}
    else:
        asked = {"password": ask_secret("Password")}
        if recovery:
            asked["recovery_code"] = ask_secret("Recovery code")
    answer = ask(data, "set up" if setup else "sign in", name=name, **asked)
    token_file(data).keep(answer.pop("token"))
    lines = [f"Signed in as {answer['name']}: {', '.join(answer['roles'])}."]
    if setup:
        lines.append("Recovery codes, each good once, after a lock. They are shown only now:")
        lines += [f"  {code}" for code in answer["recovery_codes"]]
    show(answer, as_json, lines)


def sign_out(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Sign out: the session ends at once."""
    kept: TokenFile = token_file(data)
    if kept.find() is not None:
        ask(data, "sign out")
    kept.forget()
    show({}, as_json, ["signed out"])


def whoami(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show who is signed in here, and with which roles."""
    found = ask(data, "whoami")
    show(found, as_json, [f"{found['name']}: {', '.join(found['roles'])}"])
