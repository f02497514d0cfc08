"""What a signed-in user does about the own password, codes and key for notes; the password is proved again each time.

Each runs on a thread of its own: a password is hashed before the store is written, never meanwhile.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from common.access import answers, managing
from common.access.answers import signed_in, text
from common.access.passwords import check_new
from common.access.person import Person
from common.access.session_rows import carry, open_session
from common.access.signing_in import prove_again
from common.access.users import User
from common.errors import HoldfastError, InvalidRequest, WrongState
from node.opened import OpenNode
from node.operations.sessions import SESSION, get_person
from node.operations.signing_in import PASSWORDS, agency_name, known
from node.persistence import note_keys as key_rows
from node.persistence.access import ACCESS
from node.use_cases import note_keys
from node.use_cases.note_keys import Opened

_CLOSED = "an operator reset your password, so it takes the key's recovery code too"


def change_password(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Set another password; every session of the user ends, this one is opened anew."""
    person, old, new = asking(node, arguments), text(arguments, "password"), text(arguments, "new_password")
    check_new(new, [person.name, agency_name(node)])
    user, opened = proved(node, person, old)
    hashed, now = PASSWORDS.hash(new), node.clock.now()
    if opened.private is not None:
        opened = note_keys.change_password(user.id, opened.private, new)

    def write(connection: Connection) -> tuple[list[str], str]:
        codes = managing.set_password(ACCESS, connection, now, user, hashed, "password change")
        note_keys.store(connection, now, user, opened)
        return codes, open_session(ACCESS, connection, user.id, "password", opened.private, now)

    codes, token = node.write("sign_in", write)
    return signed_in(user, token) | {"recovery_codes": codes}


def new_recovery_codes(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Make the user's recovery codes anew; the password is proved again."""
    user, _ = proved(node, asking(node, arguments), text(arguments, "password"))
    now = node.clock.now()
    return node.write("sign_in", lambda connection: answers.new_recovery_codes(ACCESS, connection, now, user))


def open_notes(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Have this session open notes: by the password, or after a reset by the note recovery code and the password."""
    person, password = asking(node, arguments), text(arguments, "password")
    user, opened = proved(node, person, password)
    stored = node.read(lambda connection: key_rows.find(connection, user.id))
    code = arguments.get("note_recovery_code")
    if opened.private is None and stored is not None and code is not None:
        opened = note_keys.open_with_recovery_code(stored, code, password)
    if opened.private is None:
        raise WrongState("the key for notes does not open: " + ("is the recovery code right?" if code else _CLOSED))
    return _carried(node, user, opened, arguments)


def renew_note_key(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Make a new key for notes, when the old one opens no more; what was sealed to the old one stays closed."""
    if arguments.get("confirm") is not True:
        raise InvalidRequest("confirm: say that you know it: notes that were sealed to the old one stay closed for you")
    password = text(arguments, "password")
    user, _ = proved(node, asking(node, arguments), password)
    if not note_keys.needs_one(user):
        raise WrongState("only supporters and clinicians have a key for notes")
    return _carried(node, user, note_keys.make(user, password), arguments)


def asking(node: OpenNode, arguments: dict[str, Any]) -> Person:
    """Give who is signed in; raises NotAuthenticated."""
    return get_person(node, "own account", arguments.get(SESSION))


def proved(node: OpenNode, person: Person, password: str) -> tuple[User, Opened]:
    """Have the password proved again; raises what `prove_again` gives."""
    user, stored = node.read(lambda connection: known(connection, person.name))
    assert user is not None
    is_right, now = PASSWORDS.verify(user.password_hash, password), node.clock.now()

    def write(connection: Connection) -> HoldfastError | None:
        return prove_again(ACCESS, connection, now, user, is_right=is_right)

    refusal = node.write("sign_in", write)
    if refusal is not None:
        raise refusal
    return user, note_keys.open_with_password(stored, user, password)


def _carried(node: OpenNode, user: User, opened: Opened, arguments: dict[str, Any]) -> Any:
    now, token = node.clock.now(), str(arguments[SESSION])
    private = opened.private
    assert private is not None

    def write(connection: Connection) -> None:
        note_keys.store(connection, now, user, opened)
        carry(ACCESS, connection, token, private)

    node.write("sign_in", write)
    return {"opens_notes": True, "note_recovery_code": opened.recovery_code}


OPEN: dict[str, Callable[[OpenNode, dict[str, Any]], Any]] = {
    "change_password": change_password,
    "new_recovery_codes": new_recovery_codes,
    "open_notes": open_notes,
    "renew_note_key": renew_note_key,
}
