"""Passkeys and one-time codes: registered by who is signed in, and signing in by passkey. For the console.

A session that began with a passkey opens no notes until the password is given (`open_notes`).
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from common.access import one_time, passkeys
from common.access.answers import signed_in, text
from common.access.passkeys import Party, credential_in
from common.access.second_factors import first_step, turn_off_codes, turn_on_codes
from common.access.signing_in import Answer
from common.errors import NotAuthenticated, NotFound
from node.opened import OpenNode
from node.operations.own_account import asking, proved
from node.operations.sessions import SESSION
from node.operations.signing_in import agency_name
from node.persistence.access import ACCESS
from node.persistence.user_secrets import seal_secret


def begin_passkey(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Give what a browser needs to make a passkey; the password is proved again."""
    person = asking(node, arguments)
    proved(node, person, text(arguments, "password"))
    now, token = node.clock.now(), text(arguments, SESSION)
    return node.write(
        "passkeys",
        lambda connection: passkeys.begin_registration(ACCESS, connection, now, _party(node), person, token),
    )


def finish_passkey(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Store the passkey that the browser made."""
    person, now, token = asking(node, arguments), node.clock.now(), text(arguments, SESSION)
    credential, name = credential_in(arguments), text(arguments, "name")

    def write(connection: Connection) -> str | None:
        return passkeys.finish_registration(ACCESS, connection, now, _party(node), person, token, credential, name)

    refusal = node.write("passkeys", write)
    if refusal is not None:
        raise NotAuthenticated(refusal)
    return {}


def list_passkeys(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """List the user's passkeys."""
    person = asking(node, arguments)
    return node.read(lambda connection: passkeys.list_passkeys(ACCESS, connection, person.user_id))


def remove_passkey(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Remove one of the user's passkeys."""
    person, now, key = asking(node, arguments), node.clock.now(), text(arguments, "passkey")
    if not node.write("passkeys", lambda connection: passkeys.remove_passkey(ACCESS, connection, now, person, key)):
        raise NotFound("you have no such passkey")
    return {}


def begin_passkey_sign_in(node: OpenNode, _: dict[str, Any]) -> Any:
    """Give what a browser needs to sign in by passkey."""
    now = node.clock.now()
    return node.write("passkeys", lambda connection: passkeys.begin_sign_in(ACCESS, connection, now, _party(node)))


def finish_passkey_sign_in(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Sign in by passkey; gives the session's token."""
    now, attempt, credential = node.clock.now(), text(arguments, "attempt"), credential_in(arguments)

    def write(connection: Connection) -> Answer:
        return passkeys.finish_sign_in(ACCESS, connection, now, _party(node), attempt, credential)

    answer = node.write("passkeys", write)
    if answer.refusal is not None or answer.user is None:
        raise answer.refusal or NotAuthenticated(passkeys.WRONG)
    return signed_in(answer.user, answer.token)


def begin_one_time(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Give a secret for the user's phone; nothing changes until a code of it was given. The password is proved."""
    person, secret = asking(node, arguments), one_time.new_secret()
    proved(node, person, text(arguments, "password"))
    return {"secret": secret, "uri": one_time.secret_uri(secret, person.name, agency_name(node))}


def finish_one_time(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Ask for one-time codes from now on, by the secret that the phone has; the password is proved again."""
    user, _ = proved(node, asking(node, arguments), text(arguments, "password"))
    secret, now = text(arguments, "secret"), node.clock.now()
    step = first_step(secret, text(arguments, "code"), now)

    def write(connection: Connection) -> None:
        sealed = seal_secret(connection, node.vault, user.id, secret, now)
        turn_on_codes(ACCESS, connection, now, user, sealed, step)

    node.write("passkeys", write)
    return {}


def end_one_time(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Ask for no one-time codes any more; the password is proved again."""
    user, _ = proved(node, asking(node, arguments), text(arguments, "password"))
    now = node.clock.now()
    had = node.write("passkeys", lambda connection: turn_off_codes(ACCESS, connection, now, user))
    return {"had_one_time_codes": had}


OPEN: dict[str, Callable[[OpenNode, dict[str, Any]], Any]] = {
    "passkey_begin": begin_passkey,
    "passkey_finish": finish_passkey,
    "passkey_list": list_passkeys,
    "passkey_remove": remove_passkey,
    "passkey_sign_in_begin": begin_passkey_sign_in,
    "passkey_sign_in_finish": finish_passkey_sign_in,
    "one_time_begin": begin_one_time,
    "one_time_finish": finish_one_time,
    "one_time_end": end_one_time,
}


def _party(node: OpenNode) -> Party:
    return Party(node.settings.console_origin, agency_name(node))
