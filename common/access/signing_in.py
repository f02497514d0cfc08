"""Signing in, in three steps, so that no password is hashed while a transaction is open.

1. `look_up` reads what is stored for a name, also for one that nobody has.
2. The caller verifies the password against it, once, whatever was found (`Passwords.verify`).
3. `sign_in` decides, counts, records, and opens the session. Only it says yes: a name that was locked meanwhile, a
   password that was changed meanwhile, are refused.

Known and unknown names, users without a password and disabled ones get the same words after the same work
(TRUST.md i05). Bad passwords, one-time codes and recovery codes count alike (`lockout`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from common.access import users
from common.access.lockout import FORGOTTEN_AFTER, after_failure
from common.access.recovery_codes import use_code
from common.access.session_rows import open_session
from common.access.tables import Access
from common.access.users import User
from common.audit.entry import Entry
from common.errors import HoldfastError, NotAllowed, NotAuthenticated

WRONG = "the name or the password is wrong"
WRONG_CODE = "the code is wrong, or it was used before"
Unseal = Callable[[User], bytes]


@dataclass(frozen=True)
class Given:
    """What somebody gives who wants to sign in, after the password was verified (2)."""

    name: str
    verified: str | None  # the stored hash that the password was verified against
    is_right: bool
    rehashed: str | None = None  # the password under today's parameters, if it was under others
    code: str | None = None  # one-time code
    recovery_code: str | None = None
    carried: bytes | None = None  # what the session is to carry


@dataclass(frozen=True)
class Answer:
    """What came of it: a token, or the wish for a one-time code, or a refusal; what was counted is kept in any case."""

    user: User | None = None
    token: str | None = None
    wants_code: bool = False
    refusal: HoldfastError | None = None


def look_up(access: Access, connection: Connection, name: str) -> User | None:
    """Find whom a name belongs to (1)."""
    return users.find(access, connection, name)


def sign_in(
    access: Access,
    connection: Connection,
    now: datetime,
    given: Given,
    is_code: Callable[[Connection, User, str, datetime], bool],
) -> Answer:
    """Decide whether somebody is signed in (3).

    Args:
        is_code: tells whether a one-time code is the user's and was not used, and remembers that it was.
    """
    user, limit = users.find(access, connection, given.name), users.get_limit(access, connection, given.name)
    if limit.is_locked(now) and not _is_recovered(access, connection, user, given, now):
        assert limit.locked_until is not None
        _record(access, connection, now, user, "refused: locked")
        return Answer(refusal=NotAllowed(_locked_words(limit.locked_until)))
    if user is None or not user.is_active or not given.is_right or user.password_hash != given.verified:
        return _refused(access, connection, now, user, given, WRONG)
    if user.one_time_sealed is not None and not _is_recovered(access, connection, user, given, now):
        if given.code is None:
            return Answer(user, wants_code=True)
        if not is_code(connection, user, given.code, now):
            return _refused(access, connection, now, user, given, WRONG_CODE)
    users.clear_limit(access, connection, given.name)
    if given.recovery_code is not None:
        use_code(access, connection, user.id, given.recovery_code, now)
    if given.rehashed is not None:
        users.change(access, connection, user.id, password_hash=given.rehashed)
    return Answer(user, let_in(access, connection, now, user, "password", given.carried))


def let_in(
    access: Access, connection: Connection, now: datetime, user: User, method: str, carried: bytes | None = None
) -> str:
    """Open a session for somebody who proved who they are, and record it."""
    users.change(access, connection, user.id, signed_in_at=now)
    _record(access, connection, now, user, f"done: {method}")
    return open_session(access, connection, user.id, method, carried, now)


def prove_again(
    access: Access, connection: Connection, now: datetime, user: User, *, is_right: bool
) -> HoldfastError | None:
    """Decide whether somebody who is signed in proved the password again, before something that hurts.

    Gives the refusal, which was counted and recorded; the caller raises it after the commit.
    """
    limit = users.get_limit(access, connection, user.name)
    if limit.is_locked(now) and limit.locked_until is not None:
        _record(access, connection, now, user, "refused: locked")
        return NotAllowed(_locked_words(limit.locked_until))
    if is_right:
        return None
    return _refused(access, connection, now, user, Given(user.name, None, False), "the password is wrong").refusal


def _is_recovered(access: Access, connection: Connection, user: User | None, given: Given, now: datetime) -> bool:
    """Tell whether a recovery code was given that lifts a lock, or stands for a one-time code."""
    if user is None or given.recovery_code is None:
        return False
    return use_code(access, connection, user.id, given.recovery_code, now, only_look=True)


def _refused(
    access: Access, connection: Connection, now: datetime, user: User | None, given: Given, why: str
) -> Answer:
    limit = after_failure(users.get_limit(access, connection, given.name), now)
    users.forget_limits(access, connection, now - FORGOTTEN_AFTER)
    users.set_limit(access, connection, given.name, limit)
    _record(access, connection, now, user, "refused: locked" if limit.is_locked(now) else "refused: not proved")
    return Answer(refusal=NotAuthenticated(why))


def _record(access: Access, connection: Connection, now: datetime, user: User | None, outcome: str) -> None:
    actor = "unknown" if user is None else f"user {user.name}"  # the name that was tried may be somebody's password
    access.trail.record(connection, now, Entry(actor, "sign in", "", outcome))


def _locked_words(until: datetime) -> str:
    return (
        f"locked until {until:%Y-%m-%d %H:%M} UTC after too many wrong passwords: wait, or sign in with "
        "a recovery code, or have an operator unlock it"
    )
