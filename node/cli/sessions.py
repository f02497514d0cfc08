"""`holdfast node sign-in | sign-out | whoami | password | recovery-codes | open-notes | new-note-key`."""

from collections.abc import Iterable
from typing import Annotated, Any

import typer

from common.access.second_factors import factor_words
from common.errors import InvalidRequest
from common.terminal import ask_new_password, ask_secret, show
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask
from node.cli.session import token_file


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command("sign-in")(sign_in)
    app.command("sign-out")(sign_out)
    app.command("whoami")(whoami)
    app.command("password")(password)
    app.command("recovery-codes")(recovery_codes)
    app.command("open-notes")(open_notes)
    app.command("new-note-key")(new_note_key)


def sign_in(
    name: Annotated[str, typer.Argument(help="Your user name.")],
    setup: Annotated[bool, typer.Option("--setup", help="The first time: set a password by your set-up code.")] = False,
    recovery: Annotated[
        bool, typer.Option("--recovery-code", help="Give a recovery code too: after a lock, or without your phone.")
    ] = False,
    notes: Annotated[
        bool, typer.Option("--note-recovery", help="With --setup after a reset: give your notes' recovery code too.")
    ] = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Sign in. What you may do after that is what your roles allow; it ends after 15 minutes without a command.

    Passwords and codes are asked for unseen; where nobody can be asked, each is one line of standard input.
    """
    if setup:
        asked: dict[str, Any] = {"setup_code": ask_secret("Set-up code"), "password": ask_new_password()}
        if notes:
            asked["note_recovery_code"] = ask_secret("Recovery code of your notes")
        answer = ask(data, "set_up", name=name, **asked)
    else:
        given: dict[str, Any] = {"name": name, "password": ask_secret("Password")}
        if recovery:
            given["recovery_code"] = ask_secret("Recovery code")
        answer = ask(data, "sign_in", **given)
        if answer.get("wants") == "code":
            answer = ask(data, "sign_in", **given, code=ask_secret("One-time code"))
    token_file(data).keep(answer.pop("token"))
    show(answer, as_json, _signed_in_lines(answer))


def sign_out(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Sign out: the session ends at once."""
    if token_file(data).find() is not None:
        ask(data, "sign_out")
    token_file(data).forget()
    show({}, as_json, ["signed out"])


def whoami(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show who is signed in here, and with which roles."""
    found = ask(data, "whoami")
    lines = [f"{found['name']}: {', '.join(found['roles'])}"]
    if found["opens_notes"]:
        lines.append("This session opens the notes that are sealed to you.")
    lines.append(f"Second factor: {factor_words(found)}")
    lines.append(f"Recovery codes left: {found['recovery_codes_left']}")
    show(found, as_json, lines)


def password(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Change your password. Every other session of yours ends; you get new recovery codes."""
    asked: dict[str, Any] = {"password": ask_secret("Password until now"), "new_password": ask_new_password()}
    answer = ask(data, "change_password", **asked)
    token_file(data).keep(answer.pop("token"))
    show(answer, as_json, ["Your password is changed.", *_codes_lines(answer["recovery_codes"])])


def recovery_codes(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Get ten new recovery codes; the old ones are void."""
    answer = ask(data, "new_recovery_codes", password=ask_secret("Password"))
    show(answer, as_json, _codes_lines(answer["recovery_codes"]))


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
    show(answer, as_json, _note_lines(answer["note_recovery_code"]))


def _signed_in_lines(answer: dict[str, Any]) -> Iterable[str]:
    yield f"Signed in as {answer['name']}: {', '.join(answer['roles'])}."
    if answer.get("notes_closed"):
        yield "Your key for notes is still closed: `holdfast node open-notes --recovery` takes its recovery code."
    if answer.get("note_recovery_code"):
        yield from _note_lines(answer["note_recovery_code"])
    if answer.get("recovery_codes"):
        yield from _codes_lines(answer["recovery_codes"])


def _note_lines(code: str) -> Iterable[str]:
    yield f"Recovery code of your notes: {code}"
    yield "Keep it where you keep nothing else of this node. Without it, notes stay closed if your password is reset."


def _codes_lines(codes: list[str]) -> Iterable[str]:
    yield "Recovery codes, each good once, after a lock or without your phone. They are shown only now:"
    yield from (f"  {code}" for code in codes)
