"""What either side answers about users, to an operator and to the users themselves: JSON in, JSON out."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from common.access import managing, users
from common.access.recovery_codes import count_unused, renew_codes
from common.access.roles import Role
from common.access.second_factors import count_passkeys, factors_of
from common.access.session_rows import end_session, find_person
from common.access.shown import read_roles, shown_user
from common.access.tables import Access
from common.access.users import User
from common.audit.entry import Entry
from common.errors import InvalidRequest

Arguments = dict[str, Any]
Change = Callable[[Access, Connection, datetime, str, Arguments], dict[str, Any]]


def changes(known: Iterable[Role]) -> Mapping[str, Change]:
    """Give what an operator changes about a user, by verb; each is told who does it, as in the audit trail.

    Args:
        known: the roles that the side has.
    """

    def roles(access: Access, connection: Connection, now: datetime, by: str, said: Arguments) -> dict[str, Any]:
        wanted = roles_said(said, known)
        return shown_user(managing.change_roles(access, connection, now, by, str(said["name"]), wanted))

    plain = {"disable": managing.disable, "enable": managing.enable, "unlock": managing.unlock}
    return {"roles": roles, **{verb: _untold(change) for verb, change in plain.items()}}


def roles_said(said: Arguments, known: Iterable[Role]) -> frozenset[Role]:
    """Read the roles of an argument; raises InvalidRequest naming one that the side has not."""
    return read_roles(said.get("roles") or [], known)


def with_code(user: User, code: str) -> dict[str, Any]:
    """Show a user, with the set-up code that is told once."""
    return shown_user(user) | {"setup_code": code}


def signed_in(user: User, token: str | None) -> dict[str, Any]:
    """Say who is signed in now, with the token."""
    return {"token": token, "name": user.name, "roles": sorted(user.roles)}


def who_is(access: Access, connection: Connection, user_id: bytes) -> dict[str, Any]:
    """Tell users who they are here."""
    user = users.get_by_id(access, connection, user_id)
    told = {"name": user.name, "user_id": user.id.hex(), "roles": sorted(user.roles)}
    left = {"recovery_codes_left": count_unused(access, connection, user.id)}
    return told | left | factors_of(user, count_passkeys(access, connection))


def sign_out(access: Access, connection: Connection, now: datetime, token: object) -> None:
    """End a session, also one that ended by itself."""
    person = find_person(access, connection, token, now)
    if person is not None:
        access.trail.record(connection, now, Entry(f"user {person.name}", "sign out"))
    end_session(access, connection, token)


def new_recovery_codes(access: Access, connection: Connection, now: datetime, user: User) -> dict[str, Any]:
    """Make a user's recovery codes anew."""
    access.trail.record(connection, now, Entry(f"user {user.name}", "recovery codes", f"user {user.name}"))
    return {"recovery_codes": renew_codes(access, connection, user.id, now)}


def text(arguments: Arguments, field: str) -> str:
    """Read an argument that must be text; raises InvalidRequest naming it."""
    said = arguments.get(field)
    if not isinstance(said, str):
        raise InvalidRequest(f"{field}: a text is needed")
    return said


def _untold(change: Callable[[Access, Connection, datetime, str, str], None]) -> Change:
    def changed(access: Access, connection: Connection, now: datetime, by: str, said: Arguments) -> dict[str, Any]:
        change(access, connection, now, by, str(said["name"]))
        return {}

    return changed
