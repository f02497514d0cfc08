"""Users as an operator sees and names them: JSON in, JSON out."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from common.access import users
from common.access.roles import Role
from common.access.second_factors import count_passkeys, factors_of
from common.access.tables import Access
from common.access.users import User
from common.errors import InvalidRequest


def read_roles(said: Iterable[str], known: Iterable[Role]) -> frozenset[Role]:
    """Read roles that one side has; raises InvalidRequest naming one that it has not."""
    by_word = {role.value: role for role in known}
    wanted = list(said)
    for word in wanted:
        if word not in by_word:
            raise InvalidRequest(f"role: there is no role {word!r} here; there are {', '.join(sorted(by_word))}")
    return frozenset(by_word[word] for word in wanted)


def shown_users(access: Access, connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """List users by name: how they stand, and what they sign in with beside the password."""
    passkeys = count_passkeys(access, connection)
    return [
        shown_user(user, is_locked=users.get_limit(access, connection, user.name).is_locked(now))
        | factors_of(user, passkeys)
        for user in users.list_users(access, connection)
    ]


def shown_user(user: User, *, is_locked: bool = False) -> dict[str, Any]:
    """Give a user as what JSON can carry."""
    if user.password_hash is None and user.is_active:
        state = "waits for set-up"
    else:
        state = "locked" if is_locked and user.is_active else user.state
    return {
        "name": user.name,
        "roles": sorted(user.roles),
        "state": state,
        "supporter_id": user.supporter_id and user.supporter_id.hex(),
        "made_at": user.made_at.isoformat(),
        "signed_in_at": user.signed_in_at and user.signed_in_at.isoformat(),
    }
