"""What an operator does about users; each step stands in the audit trail with who did it.

1. A new user, and one who was reset, gets a set-up code: told once, good for three days, used once. With it the user
   sets a password that nobody else knows.
2. A change of roles, of the password, and disabling end every session of the user.
3. There is always an operator: the last active one cannot be disabled or lose the role.
4. Whoever holds the machine resets an operator who has no other role, and nobody else: it is the way back for the last
   operator, and makes nobody read a record.
5. A supporter is one active user: a second one would see the encounters of the first.
"""

from datetime import datetime, timedelta
from hmac import compare_digest

from sqlalchemy import Connection

from common.access import users
from common.access.names import clean_name
from common.access.recovery_codes import code_hash, new_code, renew_codes
from common.access.roles import Role
from common.access.session_rows import end_sessions
from common.access.tables import Access
from common.access.users import ACTIVE, DISABLED, User
from common.audit.entry import Entry
from common.errors import AlreadyExists, InvalidRequest, NotAllowed, NotAuthenticated, WrongState
from common.ids import new_id

SETUP_GOOD_FOR = timedelta(days=3)
BY_MACHINE = "user reset by machine"  # as in the audit trail
NOT_BY_MACHINE = "only a user whose one role is operator is reset by the machine: have an operator reset this one"
WRONG_SETUP = "the name or the set-up code is wrong, or the code was used, or it is older than three days"


def add_user(
    access: Access,
    connection: Connection,
    now: datetime,
    by: str,
    name: str,
    roles: frozenset[Role],
    supporter_id: bytes | None = None,
) -> tuple[User, str]:
    """Add a user, and give the set-up code (1).

    Args:
        by: who does it, as in the audit trail.

    Raises:
        AlreadyExists: there is such a user, or another one is this supporter.
        InvalidRequest: the name is none, or no role was given.
    """
    name = clean_name(name)
    if not roles:
        raise InvalidRequest("role: a user needs one or more")
    if users.find(access, connection, name) is not None:
        raise AlreadyExists(f"there is a user {name!r} already")
    _refuse_second(access, connection, name, supporter_id)
    user_id, code = new_id(now), new_code()
    user = User(
        user_id,
        name,
        roles,
        ACTIVE,
        supporter_id,
        now,
        None,
        code_hash(user_id, code),
        now + SETUP_GOOD_FOR,
        None,
        0,
        None,
    )
    users.add(access, connection, user, by)
    _record(access, connection, now, by, "user add", user, f"done: {_said(roles)}")
    return user, code


def set_up(
    access: Access, connection: Connection, now: datetime, name: str, said: str, password_hash: str
) -> tuple[User, list[str]]:
    """Set the password of a user who has a set-up code, and give the recovery codes (1).

    Raises:
        NotAuthenticated: the code is not good. It has 80 random bits: bad ones need not be counted.
    """
    user = users.find(access, connection, name)
    if user is None or not is_set_up_code(user, said, now):
        raise NotAuthenticated(WRONG_SETUP)
    users.change(access, connection, user.id, setup_hash=None, setup_until=None)
    return user, set_password(access, connection, now, user, password_hash, "user set-up")


def is_set_up_code(user: User, said: str, now: datetime) -> bool:
    """Tell whether this is the user's set-up code, and still good."""
    if not user.is_active or user.setup_hash is None or user.setup_until is None or now >= user.setup_until:
        return False
    return compare_digest(user.setup_hash, code_hash(user.id, said))


def set_password(
    access: Access, connection: Connection, now: datetime, user: User, password_hash: str, action: str
) -> list[str]:
    """Store a new password (2), and give new recovery codes."""
    users.change(access, connection, user.id, password_hash=password_hash, password_at=now)
    users.clear_limit(access, connection, user.name)
    end_sessions(access, connection, user.id)
    _record(access, connection, now, f"user {user.name}", action, user)
    return renew_codes(access, connection, user.id, now)


def change_roles(
    access: Access, connection: Connection, now: datetime, by: str, name: str, roles: frozenset[Role]
) -> User:
    """Change which roles a user has (2); raises WrongState for the last operator (3)."""
    user = users.get(access, connection, name)
    if not roles:
        raise InvalidRequest("role: a user needs one or more; who may do nothing any more is disabled")
    if roles == user.roles:
        return user
    if Role.OPERATOR not in roles:
        _keep_an_operator(access, connection, user)
    users.set_roles(access, connection, user.id, roles, by, now)
    end_sessions(access, connection, user.id)
    _record(access, connection, now, by, "user roles", user, f"done: {_said(user.roles)} -> {_said(roles)}")
    return users.get_by_id(access, connection, user.id)


def disable(access: Access, connection: Connection, now: datetime, by: str, name: str) -> None:
    """End all that a user may do (2); raises WrongState for the last operator (3)."""
    user = users.get(access, connection, name)
    _keep_an_operator(access, connection, user)
    users.change(access, connection, user.id, state=DISABLED)
    end_sessions(access, connection, user.id)
    _record(access, connection, now, by, "user disable", user)


def enable(access: Access, connection: Connection, now: datetime, by: str, name: str) -> None:
    """Let a disabled user in again."""
    user = users.get(access, connection, name)
    _refuse_second(access, connection, user.name, user.supporter_id)
    users.change(access, connection, user.id, state=ACTIVE)
    _record(access, connection, now, by, "user enable", user)


def unlock(access: Access, connection: Connection, now: datetime, by: str, name: str) -> None:
    """Lift a lock after bad passwords."""
    user = users.get(access, connection, name)
    users.clear_limit(access, connection, user.name)
    _record(access, connection, now, by, "user unlock", user)


def link(access: Access, connection: Connection, now: datetime, by: str, name: str, supporter_id: bytes) -> None:
    """Say which supporter of the roster a user is (2: what a session may reach is another's now, 5)."""
    user = users.get(access, connection, name)
    _refuse_second(access, connection, user.name, supporter_id)
    users.change(access, connection, user.id, supporter_id=supporter_id)
    end_sessions(access, connection, user.id)
    _record(access, connection, now, by, "user link", user, f"done: supporter {supporter_id.hex()}")


def _refuse_second(access: Access, connection: Connection, name: str, supporter_id: bytes | None) -> None:
    for other in users.list_users(access, connection) if supporter_id is not None else ():
        if other.supporter_id == supporter_id and other.is_active and other.name != name:
            raise AlreadyExists(f"that supporter is the user {other.name!r} already: disable that one first")


def reset(access: Access, connection: Connection, now: datetime, by: str, name: str) -> tuple[User, str]:
    """Take a user's password, passkeys and codes away, and give a new set-up code (1)."""
    user = users.get(access, connection, name)
    code = _taken_away(access, connection, now, user)
    _record(access, connection, now, by, "user reset", user)
    return user, code


def reset_by_machine(
    access: Access, connection: Connection, now: datetime, by: str, name: str
) -> tuple[User, str] | NotAllowed:
    """Reset an operator for whoever holds the machine (4).

    Gives the refusal, which was recorded, where it is another user; the caller raises it after the commit.
    """
    user = users.get(access, connection, name)
    if user.roles != {Role.OPERATOR}:
        _record(access, connection, now, by, BY_MACHINE, user, "refused: not an operator alone")
        return NotAllowed(NOT_BY_MACHINE)
    code = _taken_away(access, connection, now, user)
    _record(access, connection, now, by, BY_MACHINE, user)
    return user, code


def _taken_away(access: Access, connection: Connection, now: datetime, user: User) -> str:
    code = new_code()
    gone = {"password_hash": None, "password_at": None, "one_time_sealed": None}
    until = {"setup_hash": code_hash(user.id, code), "setup_until": now + SETUP_GOOD_FOR}
    users.change(access, connection, user.id, **gone, **until)
    for table in (access.passkeys, access.recovery_codes):
        connection.execute(table.delete().where(table.c.user_id == user.id))
    users.clear_limit(access, connection, user.name)
    end_sessions(access, connection, user.id)
    return code


def _keep_an_operator(access: Access, connection: Connection, user: User) -> None:
    is_one = user.is_active and Role.OPERATOR in user.roles
    if is_one and users.count_active(access, connection, Role.OPERATOR) == 1:
        raise WrongState(f"{user.name} is the last active operator: make another one first")


def _said(roles: frozenset[Role]) -> str:
    return ", ".join(sorted(roles))


def _record(
    access: Access, connection: Connection, now: datetime, by: str, action: str, user: User, outcome: str = "done"
) -> None:
    access.trail.record(connection, now, Entry(by, action, f"user {user.name}", outcome))
