"""`holdfast node sign-in`, the other commands of a session, and of the key for notes: `open-notes | new-note-key`."""

from typing import Annotated, Any

import typer

from common.access.one_time_commands import one_time_code_commands
from common.access.session_commands import Name, Recovery, Setup, add_session_commands, note_lines, sign_in_at
from common.errors import InvalidRequest
from common.terminal import ask_secret, show
from node.cli.asking import DEFAULT_DATA, SIDE, AsJson, Data, ask


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    add_session_commands(app, SIDE, sign_in)
    app.command("open-notes")(open_notes)
    app.command("new-note-key")(new_note_key)
    app.add_typer(one_time_code_commands(SIDE), name="one-time-code")


def sign_in(
    name: Name,
    setup: Setup = False,
    recovery: Recovery = False,
    notes: Annotated[
        bool, typer.Option("--note-recovery", help="With --setup after a reset: give your notes' recovery code too.")
    ] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Sign in. What you may do after that is what your roles allow; it ends after 15 minutes without a command.

    Passwords and codes are asked for unseen; where nobody can be asked, each is one line of standard input.
    """
    sign_in_at(SIDE, data, name, as_json, setup=setup, recovery=recovery, notes=notes)


def open_notes(
    recovery: Annotated[
        bool, typer.Option("--recovery", help="After a reset: by the recovery code of your notes.")
    ] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Have this session open the notes that are sealed to you, after you signed in without your password."""
    asked: dict[str, Any] = {"password": ask_secret("Password")}
    if recovery:
        asked["note_recovery_code"] = ask_secret("Recovery code of your notes")
    show(ask(data, "open_notes", **asked), as_json, ["This session opens the notes that are sealed to you."])


def new_note_key(
    confirm: Annotated[bool, typer.Option("--confirm", help="Yes: what the old key opens is lost to me.")] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Make a new key for notes when the old one opens no more. Notes sealed to the old one stay closed for you."""
    if not confirm:
        raise InvalidRequest("say --confirm: notes that were sealed to your old key stay closed for you")
    answer = ask(data, "renew_note_key", password=ask_secret("Password"), confirm=True)
    show(answer, as_json, note_lines(answer["note_recovery_code"]))
