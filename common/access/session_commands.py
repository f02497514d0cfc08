"""`holdfast hub | node sign-in | sign-out | whoami | password | recovery-codes`: the same commands on either side."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from common.access.words import factor_words
from common.side import AsJson, Side
from common.terminal import ask_new_password, ask_secret, show

Name = Annotated[str, typer.Argument(help="Your user name.")]
Setup = Annotated[bool, typer.Option("--setup", help="The first time: set a password by your set-up code.")]
Recovery = Annotated[
    bool, typer.Option("--recovery-code", help="Give a recovery code too: after a lock, or without your phone.")
]


def add_session_commands(app: typer.Typer, side: Side, sign_in: Callable[..., None]) -> None:
    """Add the commands of one side.

    Args:
        sign_in: the side's own command; it ends with `sign_in_at`.
    """
    ask, where, default_data = side.ask, side.data_option, side.default_data
    app.command("sign-in")(sign_in)

    @app.command("sign-out")
    def sign_out(data: Annotated[Path, where] = default_data, as_json: AsJson = False) -> None:
        """Sign out: the session ends at once."""
        kept = side.token_file(data)
        if kept.find() is not None:
            ask(data, "sign out")
        kept.forget()
        show({}, as_json, ["signed out"])

    @app.command("whoami")
    def whoami(data: Annotated[Path, where] = default_data, as_json: AsJson = False) -> None:
        """Show who is signed in here, and with which roles."""
        found = ask(data, "whoami")
        lines = [f"{found['name']}: {', '.join(found['roles'])}"]
        if found.get("opens_notes"):
            lines.append("This session opens the notes that are sealed to you.")
        lines.append(f"Second factor: {factor_words(found)}")
        lines.append(f"Recovery codes left: {found['recovery_codes_left']}")
        show(found, as_json, lines)

    @app.command("password")
    def password(data: Annotated[Path, where] = default_data, as_json: AsJson = False) -> None:
        """Change your password. Every other session of yours ends; you get new recovery codes."""
        asked: dict[str, Any] = {"password": ask_secret("Password until now"), "new_password": ask_new_password()}
        answer = ask(data, "change password", **asked)
        side.token_file(data).keep(answer.pop("token"))
        show(answer, as_json, ["Your password is changed.", *_codes_lines(answer["recovery_codes"])])

    @app.command("recovery-codes")
    def recovery_codes(data: Annotated[Path, where] = default_data, as_json: AsJson = False) -> None:
        """Get ten new recovery codes; the old ones are void."""
        answer = ask(data, "new recovery codes", password=ask_secret("Password"))
        show(answer, as_json, _codes_lines(answer["recovery_codes"]))


def sign_in_at(
    side: Side, data: Path, name: str, as_json: bool, *, setup: bool, recovery: bool, notes: bool = False
) -> None:
    """Sign somebody in, keep the session's token, and print who it is.

    Args:
        setup: by the set-up code, with a password to be set.
        recovery: a recovery code is asked for too.
        notes: at set-up, the recovery code of the notes is asked for too.
    """
    if setup:
        asked: dict[str, Any] = {"setup_code": ask_secret("Set-up code"), "password": ask_new_password()}
        if notes:
            asked["note_recovery_code"] = ask_secret("Recovery code of your notes")
    else:
        asked = {"password": ask_secret("Password")}
        if recovery:
            asked["recovery_code"] = ask_secret("Recovery code")
    answer = side.ask(data, "set up" if setup else "sign in", name=name, **asked)
    if answer.get("wants") == "code":
        answer = side.ask(data, "sign in", name=name, **asked, code=ask_secret("One-time code"))
    side.token_file(data).keep(answer.pop("token"))
    show(answer, as_json, _signed_in_lines(side, answer))


def note_lines(code: str) -> Iterator[str]:
    """Say the recovery code of somebody's notes, and how to keep it."""
    yield f"Recovery code of your notes: {code}"
    yield "Keep it where you keep nothing else of this node. Without it, notes stay closed if your password is reset."


def _signed_in_lines(side: Side, answer: dict[str, Any]) -> Iterator[str]:
    yield f"Signed in as {answer['name']}: {', '.join(answer['roles'])}."
    if answer.get("notes_closed"):
        opening = f"holdfast {side.name} open-notes --recovery"
        yield f"Your key for notes is still closed: `{opening}` takes its recovery code."
    if answer.get("note_recovery_code"):
        yield from note_lines(answer["note_recovery_code"])
    if answer.get("recovery_codes"):
        yield from _codes_lines(answer["recovery_codes"])


def _codes_lines(codes: list[str]) -> Iterator[str]:
    yield "Recovery codes, each good once, after a lock or without your phone. They are shown only now:"
    yield from (f"  {code}" for code in codes)
