"""A user's key for notes: made at set-up, opened by the password, or by the recovery code that was told once.

1. Supporters and clinicians have one: they write notes, or notes are sealed to them. Coordinators have one too:
   requests for a peer are sealed to it.
2. A new public key stands in the audit trail with its fingerprint, so that an auditor sees a key that was exchanged.
3. When an operator resets a password, the key opens by the recovery code alone; without it, notes sealed to that key
   stay closed for this user.

Deriving a key takes a tenth of a second: it is done before a transaction, never in it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from common.access.recovery_codes import new_code, read_code
from common.access.roles import Role
from common.access.users import User
from common.audit.entry import Entry
from node.persistence import note_keys
from node.persistence.audit import TRAIL
from node.persistence.note_keys import NoteKey
from node.vault.personal_keys import PersonalKey, fingerprint, make_personal_key, unwrap, wrap

HAVE_ONE = frozenset({Role.SUPPORTER, Role.CLINICIAN, Role.COORDINATOR})


@dataclass(frozen=True)
class Opened:
    """A user's key after a password was given: open, and what is to be stored and told because of it."""

    private: bytes | None  # None: it does not open, or there is none
    made: PersonalKey | None = None  # it is new
    recovery_code: str | None = None  # told once, when it is new
    rewrapped: bytes | None = None  # under the new password


def needs_one(user: User) -> bool:
    """Tell whether a user has to do with notes (1)."""
    return not user.roles.isdisjoint(HAVE_ONE)


def open_with_password(stored: NoteKey | None, user: User, password: str) -> Opened:
    """Open a user's key at signing in; make one for who needs it and has none."""
    if stored is None:
        return make(user, password) if needs_one(user) else Opened(None)
    if stored.under_password is None:
        return Opened(None)
    return Opened(unwrap(user.id, password, stored.under_password))


def open_with_recovery_code(stored: NoteKey, code: str, new_password: str) -> Opened:
    """Open a user's key with its recovery code, and wrap it under a new password."""
    private = unwrap(stored.user_id, _said(code), stored.under_recovery)
    return Opened(None) if private is None else change_password(stored.user_id, private, new_password)


def change_password(user_id: bytes, private: bytes, new_password: str) -> Opened:
    """Wrap a user's open key under another password."""
    return Opened(private, rewrapped=wrap(user_id, new_password, private))


def make(user: User, password: str) -> Opened:
    """Make a key for a user, and the recovery code to tell."""
    code = new_code()
    made = make_personal_key(user.id, password, _said(code))
    return Opened(made.private, made, code)


def store(connection: Connection, now: datetime, user: User, opened: Opened) -> None:
    """Store what changed (2)."""
    made = opened.made
    if made is not None:
        note_keys.put(connection, NoteKey(user.id, made.public, made.under_password, made.under_recovery, now))
        told = f"done: {fingerprint(made.public)}"
        TRAIL.record(connection, now, Entry(f"user {user.name}", "note key made", f"user {user.name}", told))
    elif opened.rewrapped is not None:
        note_keys.rewrap(connection, user.id, opened.rewrapped)


def close(connection: Connection, now: datetime, by: str, user: User) -> bool:
    """Forget what the password opened (3), and tell whether there was a key."""
    stored = note_keys.find(connection, user.id)
    if stored is None:
        return False
    note_keys.rewrap(connection, user.id, None)
    told = "done: opens by its recovery code alone"
    TRAIL.record(connection, now, Entry(by, "note key closed", f"user {user.name}", told))
    return True


def _said(code: str) -> str:
    return read_code(code).decode()
