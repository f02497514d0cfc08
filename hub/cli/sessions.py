"""`holdfast hub sign-in | sign-out | whoami | password | recovery-codes`."""

from typing import Annotated, Any

import typer

from common.access.second_factors import factor_words
from common.access.token_file import TokenFile
from common.terminal import ask_new_password, ask_secret, show
from hub.cli.asking import DEFAULT_DATA, AsJson, Data, ask, token_file


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("sign-in")(sign_in)
    app.command("sign-out")(sign_out)
    app.command("whoami")(whoami)
    app.command("password")(password)
    app.command("recovery-codes")(recovery_codes)


def sign_in(
    name: Annotated[str, typer.Argument(help="Your user name.")],
    setup: Annotated[bool, typer.Option("--setup", help="The first time: set a password by your set-up code.")] = False,
    recovery: Annotated[
        bool, typer.Option("--recovery-code", help="Give a recovery code too: after a lock, or without your phone.")
    ] = False,
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
    if answer.get("wants") == "code":
        answer = ask(data, "sign in", name=name, **asked, code=ask_secret("One-time code"))
    token_file(data).keep(answer.pop("token"))
    lines = [f"Signed in as {answer['name']}: {', '.join(answer['roles'])}."]
    if setup:
        lines += _codes_lines(answer["recovery_codes"])
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
    lines = [
        f"{found['name']}: {', '.join(found['roles'])}",
        f"Second factor: {factor_words(found)}",
        f"Recovery codes left: {found['recovery_codes_left']}",
    ]
    show(found, as_json, lines)


def password(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Change your password. Every other session of yours ends; you get new recovery codes."""
    asked: dict[str, Any] = {"password": ask_secret("Password until now"), "new_password": ask_new_password()}
    answer = ask(data, "change password", **asked)
    token_file(data).keep(answer.pop("token"))
    show(answer, as_json, ["Your password is changed.", *_codes_lines(answer["recovery_codes"])])


def recovery_codes(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Get ten new recovery codes; the old ones are void."""
    answer = ask(data, "new recovery codes", password=ask_secret("Password"))
    show(answer, as_json, _codes_lines(answer["recovery_codes"]))


def _codes_lines(codes: list[str]) -> list[str]:
    told = "Recovery codes, each good once, after a lock or without your phone. They are shown only now:"
    return [told, *(f"  {code}" for code in codes)]
