"""`holdfast hub user add | list | roles | disable | enable | unlock | reset`."""

from typing import Annotated

import typer

from common.access.shown import user_rows
from common.terminal import Yes, make_sure, show, show_table
from hub.cli.asking import DEFAULT_DATA, AsJson, Data, ask

Name = Annotated[str, typer.Argument(help="The user's name.")]
Roles = Annotated[
    list[str],
    typer.Option("--role", help="regional_coordinator, state_coordinator, board, auditor, operator; repeatable."),
]
user = typer.Typer(no_args_is_help=True, help="Users and their roles. Each change stands in the audit trail.")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(user, name="user")


@user.command("add")
def add(name: Name, roles: Roles, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Add a user, and print the set-up code to hand over: it is shown only now, and is good for three days.

    The first user, with the role operator, is added by whoever holds the machine; after that an operator signs in.
    """
    answer = ask(data, "user add", name=name, roles=roles)
    show(answer, as_json, [f"{name}: {', '.join(answer['roles'])}", *_handing_over(name, answer["setup_code"])])


@user.command("list")
def list_(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List users, their roles, how they stand, and what they sign in with beside the password."""
    rows = ask(data, "user list")
    columns = ("name", "roles", "state", "second_factor", "made_at", "signed_in_at")
    show_table(rows if as_json else user_rows(rows), as_json, columns, "no users yet")


@user.command("roles")
def roles_(name: Name, roles: Roles, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Say which roles a user has from now on. It takes effect at once: the user's sessions end."""
    answer = ask(data, "user roles", name=name, roles=roles)
    show(answer, as_json, [f"{name}: {', '.join(answer['roles'])}"])


@user.command("disable")
def disable(name: Name, yes: Yes = False, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """End all that a user may do, at once."""
    make_sure(f"Disable {name}", yes)
    show(ask(data, "user disable", name=name), as_json, [f"{name} is disabled; `user enable` lets them in again"])


@user.command("enable")
def enable(name: Name, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Let a disabled user in again."""
    show(ask(data, "user enable", name=name), as_json, [f"{name} may sign in again"])


@user.command("unlock")
def unlock(name: Name, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Lift a lock after too many wrong passwords."""
    show(ask(data, "user unlock", name=name), as_json, [f"{name} may try again"])


@user.command("reset")
def reset(
    name: Name,
    by_machine: Annotated[
        bool,
        typer.Option("--by-machine", help="Without an operator: for a user whose one role is operator. It is audited."),
    ] = False,
    yes: Yes = False,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Take a user's password and codes away, and print a new set-up code."""
    as_whom = " as who holds this machine: it stands in the audit trail and the review" if by_machine else ""
    make_sure(f"Reset {name}{as_whom}", yes)
    answer = ask(data, "operator reset by machine" if by_machine else "user reset", name=name)
    show(answer, as_json, _handing_over(name, answer["setup_code"]))


def _handing_over(name: str, code: str) -> list[str]:
    return [
        f"Set-up code, shown only now, good for three days: {code}",
        f"Hand it to {name}, who runs: holdfast hub sign-in {name} --setup",
    ]
