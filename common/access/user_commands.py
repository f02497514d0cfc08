"""`holdfast hub | node user add | list | roles | disable | enable | unlock | reset`: alike on either side."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from common.access.roles import Role
from common.access.words import user_rows
from common.side import AsJson, Side
from common.terminal import Yes, make_sure, show, show_table

Name = Annotated[str, typer.Argument(help="The user's name.")]
ByMachine = Annotated[
    bool,
    typer.Option("--by-machine", help="Without an operator: for a user whose one role is operator. It is audited."),
]
_ADDING = """Add a user, and print the set-up code to hand over: it is shown only now, and is good for three days.

The first user, with the role operator, is added by whoever holds the machine; after that an operator signs in.
"""
_COLUMNS = ("name", "roles", "state", "second_factor", "made_at", "signed_in_at")


def role_option(known: Iterable[Role]) -> Any:
    """Say which roles of one side a user has."""
    return typer.Option("--role", help=f"{', '.join(known)}; repeatable.")


def user_commands(side: Side, known: Iterable[Role], add: Callable[..., None], *, has_notes: bool) -> typer.Typer:
    """Make the commands of one side.

    Args:
        known: the roles that the side has.
        add: the side's own command; it ends with `show_added`.
        has_notes: notes are sealed to users here, and what is taken away closes them.
    """
    ask, where, default_data, role = side.ask, side.data_option, side.default_data, role_option(known)
    app = typer.Typer(no_args_is_help=True, help="Users and their roles. Each change stands in the audit trail.")
    app.command("add", help=_ADDING)(add)

    @app.command("list")
    def list_(data: Annotated[Path, where] = default_data, as_json: AsJson = False) -> None:
        """List users, their roles, how they stand, and what they sign in with beside the password."""
        rows = ask(data, "user list")
        show_table(rows if as_json else user_rows(rows), as_json, _COLUMNS, "no users yet")

    @app.command("roles")
    def roles_(
        name: Name,
        roles: Annotated[list[str], role],
        data: Annotated[Path, where] = default_data,
        as_json: AsJson = False,
    ) -> None:
        """Say which roles a user has from now on. It takes effect at once: the user's sessions end."""
        answer = ask(data, "user roles", name=name, roles=roles)
        show(answer, as_json, [_with_roles(answer)])

    @app.command("disable")
    def disable(
        name: Name, yes: Yes = False, data: Annotated[Path, where] = default_data, as_json: AsJson = False
    ) -> None:
        """End all that a user may do, at once."""
        make_sure(f"Disable {name}", yes)
        show(ask(data, "user disable", name=name), as_json, [f"{name} is disabled; `user enable` lets them in again"])

    @app.command("enable")
    def enable(name: Name, data: Annotated[Path, where] = default_data, as_json: AsJson = False) -> None:
        """Let a disabled user in again."""
        show(ask(data, "user enable", name=name), as_json, [f"{name} may sign in again"])

    @app.command("unlock")
    def unlock(name: Name, data: Annotated[Path, where] = default_data, as_json: AsJson = False) -> None:
        """Lift a lock after too many wrong passwords."""
        show(ask(data, "user unlock", name=name), as_json, [f"{name} may try again"])

    @app.command("reset", help=_resetting(has_notes))
    def reset(
        name: Name,
        by_machine: ByMachine = False,
        yes: Yes = False,
        data: Annotated[Path, where] = default_data,
        as_json: AsJson = False,
    ) -> None:
        closing = ": notes sealed to them will open only with the recovery code that they keep" if has_notes else ""
        machine = f"the operator {name} as who holds this machine: it stands in the audit trail and the review"
        make_sure(f"Reset {machine if by_machine else f'{name}{closing}'}", yes)
        answer = ask(data, "operator reset by machine" if by_machine else "user reset", name=name)
        closed = f"The notes sealed to {name} open only with the recovery code that {name} keeps; nobody else has it."
        lines = [*_handing_over(side, answer), *([closed] if answer.get("note_key_closed") else [])]
        show(answer, as_json, lines)

    return app


def show_added(side: Side, answer: dict[str, Any], as_json: bool) -> None:
    """Print who was added, and the set-up code to hand over."""
    show(answer, as_json, [_with_roles(answer), *_handing_over(side, answer)])


def _resetting(has_notes: bool) -> str:
    if not has_notes:
        return "Take a user's password and codes away, and print a new set-up code."
    return """Take a user's password, passkeys and codes away, and print a new set-up code.

    Notes that are sealed to this user then open only with the recovery code that the user keeps.
    """


def _with_roles(answer: dict[str, Any]) -> str:
    return f"{answer['name']}: {', '.join(answer['roles'])}"


def _handing_over(side: Side, answer: dict[str, Any]) -> list[str]:
    name = answer["name"]
    return [
        f"Set-up code, shown only now, good for three days: {answer['setup_code']}",
        f"Hand it to {name}, who runs: holdfast {side.name} sign-in {name} --setup",
    ]
