"""What a user signs in with beside the password: one-time codes turned on and off, passkeys counted, both told.

Each side seals a code's secret by its own key before it comes here.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select

from common.access import users
from common.access.one_time import find_step
from common.access.tables import Access
from common.access.users import User
from common.audit.entry import Entry
from common.errors import InvalidRequest


def first_step(secret: str, code: str, now: datetime) -> int:
    """Give the step of the first code of a new secret: it shows that the phone has it.

    Raises:
        InvalidRequest: it is not the code that the phone shows now.
    """
    try:
        step = find_step(secret, code, 0, now)
    except ValueError:  # no base32
        step = None
    if step is None:
        raise InvalidRequest("code: it is not the one that the phone shows now; is the phone's clock right?")
    return step


def use_code_of(access: Access, connection: Connection, user: User, secret: str, code: str, now: datetime) -> bool:
    """Tell whether a one-time code is the user's and was not used before; it is used now."""
    step = find_step(secret, code, user.one_time_step, now)
    if step is not None:
        users.change(access, connection, user.id, one_time_step=step)
    return step is not None


def turn_on_codes(access: Access, connection: Connection, now: datetime, user: User, sealed: bytes, step: int) -> None:
    """Ask a user for one-time codes from now on.

    Args:
        sealed: the secret, sealed by this side's key.
        step: of the first code, which is used by this.
    """
    users.change(access, connection, user.id, one_time_sealed=sealed, one_time_step=step)
    access.trail.record(connection, now, Entry(f"user {user.name}", "one-time codes", f"user {user.name}", "done: on"))


def turn_off_codes(access: Access, connection: Connection, now: datetime, user: User) -> bool:
    """Ask a user for no one-time codes any more, and tell whether any were asked for."""
    users.change(access, connection, user.id, one_time_sealed=None)
    access.trail.record(connection, now, Entry(f"user {user.name}", "one-time codes", f"user {user.name}", "done: off"))
    return user.one_time_sealed is not None


def count_passkeys(access: Access, connection: Connection) -> Mapping[bytes, int]:
    """Count the passkeys of each user who has any, by user id."""
    table = access.passkeys
    query = select(table.c.user_id, func.count()).group_by(table.c.user_id)
    return {bytes(user_id): count for user_id, count in connection.execute(query)}


def factors_of(user: User, passkeys: Mapping[bytes, int]) -> dict[str, object]:
    """Tell what a user signs in with beside the password.

    Args:
        passkeys: as `count_passkeys` gives them.
    """
    return {"has_one_time_codes": user.one_time_sealed is not None, "passkeys": passkeys.get(user.id, 0)}
