"""Signing in and out; a new user's first password.

Each runs on a thread of its own: a password is hashed before the store is written, never meanwhile.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from common.access import answers, managing
from common.access.answers import signed_in, text
from common.access.passwords import Passwords, check_new
from common.access.second_factors import use_code_of
from common.access.signing_in import Answer, Given, let_in, look_up, sign_in
from common.access.users import User
from common.errors import NotAuthenticated
from node.opened import OpenNode
from node.operations.sessions import BY_ITSELF, SESSION, get_person
from node.persistence import note_keys as key_rows
from node.persistence.access import ACCESS
from node.persistence.user_secrets import open_secret
from node.use_cases import note_keys
from node.use_cases.note_keys import Opened

PASSWORDS = Passwords()


def sign_in_(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Sign somebody in by password, and one-time code where the user has one; gives the session's token."""
    name, password = text(arguments, "name"), text(arguments, "password")
    user, stored = node.read(lambda connection: known(connection, name))
    known_hash = None if user is None else user.password_hash
    is_right = PASSWORDS.verify(known_hash, password)  # once, whoever it is: TRUST.md i05
    opened, rehashed = Opened(None), None
    if is_right and user is not None and known_hash is not None:
        opened = note_keys.open_with_password(stored, user, password)
        rehashed = PASSWORDS.hash(password) if PASSWORDS.is_outdated(known_hash) else None
    given = Given(
        name,
        known_hash,
        is_right,
        rehashed,
        arguments.get("code"),
        arguments.get("recovery_code"),
        opened.private,
    )
    now = node.clock.now()

    def write(connection: Connection) -> Answer:
        answer = sign_in(ACCESS, connection, now, given, partial(_is_code, node))
        if answer.token is not None and answer.user is not None:
            note_keys.store(connection, now, answer.user, opened)
        return answer

    answer = node.write("sign_in", write)
    if answer.refusal is not None:
        raise answer.refusal
    if answer.wants_code or answer.user is None:
        return {"wants": "code"}
    return signed_in(answer.user, answer.token) | {"note_recovery_code": opened.recovery_code}


def set_up(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Set a new user's password by the set-up code, and sign the user in; gives the codes that are told once."""
    name, said, password = (text(arguments, field) for field in ("name", "setup_code", "password"))
    check_new(password, [name, agency_name(node)])
    hashed = PASSWORDS.hash(password)
    now = node.clock.now()
    user, stored = node.read(lambda connection: known(connection, name))
    opened = Opened(None)
    if user is not None and managing.is_set_up_code(user, said, now):
        opened = _at_set_up(user, stored, password, arguments.get("note_recovery_code"))

    def write(connection: Connection) -> tuple[User, list[str], str]:
        made, codes = managing.set_up(ACCESS, connection, now, name, said, hashed)
        note_keys.store(connection, now, made, opened)
        return made, codes, let_in(ACCESS, connection, now, made, "set-up", opened.private)

    made, codes, token = node.write("sign_in", write)
    told = {"recovery_codes": codes, "note_recovery_code": opened.recovery_code}
    return signed_in(made, token) | told | {"notes_closed": opened.private is None and stored is not None}


def sign_out(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """End the session."""
    now, token = node.clock.now(), arguments.get(SESSION)

    node.write("sign_in", lambda connection: answers.sign_out(ACCESS, connection, now, token))
    return {}


def whoami(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Tell who is signed in."""
    person = get_person(node, "whoami", arguments.get(SESSION), is_word=not arguments.get(BY_ITSELF))
    told = node.read(lambda connection: answers.who_is(ACCESS, connection, person.user_id))
    linked = {"supporter_id": person.supporter_id and person.supporter_id.hex()}
    return told | linked | {"opens_notes": person.note_key is not None}


def agency_name(node: OpenNode) -> str:
    """Give what the agency is called."""
    return node.settings.agency_name or node.membership().agency_name


def known(connection: Connection, name: str) -> tuple[User | None, key_rows.NoteKey | None]:
    """Find whom a name belongs to, and that user's key for notes."""
    user = look_up(ACCESS, connection, name)
    return user, None if user is None else key_rows.find(connection, user.id)


def _at_set_up(user: User, stored: key_rows.NoteKey | None, password: str, code: str | None) -> Opened:
    """Open the key of a user whose password was reset, or make one for who needs it and has none."""
    if stored is None:
        return note_keys.open_with_password(None, user, password)
    if code is None:
        return Opened(None)
    opened = note_keys.open_with_recovery_code(stored, code, password)
    if opened.private is None:
        raise NotAuthenticated("the recovery code for notes is wrong; leave it out to go on without the old notes")
    return opened


def _is_code(node: OpenNode, connection: Connection, user: User, code: str, now: datetime) -> bool:
    """Tell whether a one-time code is the user's and was not used before; it is used now."""
    assert user.one_time_sealed is not None
    secret = open_secret(connection, node.vault, user.id, user.one_time_sealed)
    return use_code_of(ACCESS, connection, user, secret, code, now)


OPEN: dict[str, Callable[[OpenNode, dict[str, Any]], Any]] = {
    "sign_in": sign_in_,
    "set_up": set_up,
    "sign_out": sign_out,
    "whoami": whoami,
}
