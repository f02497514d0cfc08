"""`holdfast node user add | list | roles | disable | enable | unlock | reset | link`."""

from typing import Annotated, Any

import typer

from common.access.shown import user_rows
from common.errors import NotAuthenticated
from common.terminal import Yes, make_sure, show, show_table
from node.cli.asking import DEFAULT_DATA, AsJson, Data, ask

Name = Annotated[str, typer.Argument(help="The user's name.")]
Roles = Annotated[
    list[str],
    typer.Option("--role", help="supporter, coordinator, clinician, leader, auditor, operator; repeatable."),
]
user = typer.Typer(no_args_is_help=True, help="Users and their roles. Each change stands in the audit trail.")


def add_commands(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.add_typer(user, name="user")


@user.command("add")
def add(
    name: Name,
    roles: Roles,
    supporter: Annotated[str | None, typer.Option(help="The code of the supporter who this is: S-07.")] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Add a user, and print the set-up code to hand over: it is shown only now, and is good for three days.

    The first user, with the role operator, is added by whoever holds the machine; after that an operator signs in.
    """
    try:
        answer = ask(data, "user_add", name=name, roles=roles, supporter_id=supporter)
    except NotAuthenticated as error:
        try:
            answer = ask(data, "found_operator", name=name, roles=roles)
        except NotAuthenticated:
            raise error from None
    show(answer, as_json, [f"{name}: {', '.join(answer['roles'])}", *_handing_over(name, answer["setup_code"])])


@user.command("list")
def list_(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List users, their roles, how they stand, and what they sign in with beside the password."""
    rows = ask(data, "user_list")
    columns = ("name", "roles", "state", "second_factor", "made_at", "signed_in_at")
    show_table(rows if as_json else user_rows(rows), as_json, columns, "no users yet")


@user.command("roles")
def roles_(name: Name, roles: Roles, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Say which roles a user has from now on. It takes effect at once: the user's sessions end."""
    answer = ask(data, "user_roles", name=name, roles=roles)
    show(answer, as_json, [f"{name}: {', '.join(answer['roles'])}"])


@user.command("disable")
def disable(name: Name, yes: Yes = False, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """End all that a user may do, at once."""
    make_sure(f"Disable {name}", yes)
    show(ask(data, "user_disable", name=name), as_json, [f"{name} is disabled; `user enable` lets them in again"])


@user.command("enable")
def enable(name: Name, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Let a disabled user in again."""
    show(ask(data, "user_enable", name=name), as_json, [f"{name} may sign in again"])


@user.command("unlock")
def unlock(name: Name, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Lift a lock after too many wrong passwords."""
    show(ask(data, "user_unlock", name=name), as_json, [f"{name} may try again"])


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
    """Take a user's password, passkeys and codes away, and print a new set-up code.

    Notes that are sealed to this user then open only with the recovery code that the user keeps.
    """
    if by_machine:
        question = f"Reset the operator {name} as who holds this machine: it stands in the audit trail and the review"
    else:
        question = f"Reset {name}: notes sealed to them will open only with the recovery code that they keep"
    make_sure(question, yes)
    answer: dict[str, Any] = ask(data, "operator_reset_by_machine" if by_machine else "user_reset", name=name)
    closed = [f"The notes sealed to {name} open only with the recovery code that {name} keeps; nobody else has it."]
    lines = [*_handing_over(name, answer["setup_code"]), *(closed if answer["note_key_closed"] else [])]
    show(answer, as_json, lines)


@user.command("link")
def link(
    name: Name,
    supporter: Annotated[str, typer.Option(help="The code of the supporter of the roster, such as S-07.")],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say which supporter of the roster a user is: whose encounters and follow-ups are their own."""
    show(ask(data, "user_link", name=name, supporter_id=supporter), as_json, [f"{name} is {supporter} from now on"])


def _handing_over(name: str, code: str) -> list[str]:
    return [
        f"Set-up code, shown only now, good for three days: {code}",
        f"Hand it to {name}, who runs: holdfast node sign-in {name} --setup",
    ]
