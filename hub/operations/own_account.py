"""What a signed-in user of the hub does about the own password and codes; the password is proved again each time.

Passwords are hashed beside the writer, never in it.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from common.access import answers, managing, one_time
from common.access.answers import signed_in, text
from common.access.passwords import check_new
from common.access.second_factors import first_step, turn_off_codes, turn_on_codes
from common.access.session_rows import open_session
from common.access.signing_in import prove_again
from common.access.users import User, get_by_id
from common.errors import NotAuthenticated
from common.rpc.local import Operation
from hub.asking import ASKING
from hub.identity.user_secrets import seal_secret
from hub.operations.answering import NO_SESSION
from hub.operations.signing_in import PASSWORDS
from hub.persistence.access import ACCESS
from hub.persistence.transaction import Transaction

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on the own account."""
    return {
        "whoami": partial(_whoami, hub),
        "change password": partial(_change_password, hub),
        "new recovery codes": partial(_new_recovery_codes, hub),
        "one-time begin": partial(_begin_one_time, hub),
        "one-time finish": partial(_finish_one_time, hub),
        "one-time end": partial(_end_one_time, hub),
    }


async def _whoami(hub: "Hub", _: Arguments) -> Any:
    user = await asking(hub)
    return await hub.reader.read(lambda connection: answers.who_is(ACCESS, connection, user.id))


async def _change_password(hub: "Hub", arguments: Arguments) -> Any:
    """Set another password; every session of the user ends, this one is opened anew."""
    old, new = text(arguments, "password"), text(arguments, "new_password")
    user = await proved(hub, old)
    check_new(new, [user.name, hub.region.name])
    hashed = await asyncio.to_thread(PASSWORDS.hash, new)

    def write(tx: Transaction, now: datetime) -> tuple[list[str], str]:
        codes = managing.set_password(ACCESS, tx.connection, now, user, hashed, "password change")
        return codes, open_session(ACCESS, tx.connection, user.id, "password", None, now)

    codes, token = await hub.writer.submit(write)
    return signed_in(user, token) | {"recovery_codes": codes}


async def _new_recovery_codes(hub: "Hub", arguments: Arguments) -> Any:
    user = await proved(hub, text(arguments, "password"))
    return await hub.writer.submit(lambda tx, now: answers.new_recovery_codes(ACCESS, tx.connection, now, user))


async def _begin_one_time(hub: "Hub", arguments: Arguments) -> Any:
    """Give a secret for the user's phone; nothing changes until a code of it was given."""
    user, secret = await proved(hub, text(arguments, "password")), one_time.new_secret()
    return {"secret": secret, "uri": one_time.secret_uri(secret, user.name, hub.region.name)}


async def _finish_one_time(hub: "Hub", arguments: Arguments) -> Any:
    """Ask for one-time codes from now on, by the secret that the phone has."""
    user, secret = await proved(hub, text(arguments, "password")), text(arguments, "secret")
    step = first_step(secret, text(arguments, "code"), hub.clock.now())
    sealed = seal_secret(hub.ledger_key, user.id, secret)
    await hub.writer.submit(lambda tx, now: turn_on_codes(ACCESS, tx.connection, now, user, sealed, step))
    return {}


async def _end_one_time(hub: "Hub", arguments: Arguments) -> Any:
    user = await proved(hub, text(arguments, "password"))
    had = await hub.writer.submit(lambda tx, now: turn_off_codes(ACCESS, tx.connection, now, user))
    return {"had_one_time_codes": had}


async def asking(hub: "Hub") -> User:
    person = ASKING.get()
    if person is None:
        raise NotAuthenticated(NO_SESSION)
    return await hub.reader.read(lambda connection: get_by_id(ACCESS, connection, person.user_id))


async def proved(hub: "Hub", password: str) -> User:
    """Have the password proved again; raises what `prove_again` gives."""
    user = await asking(hub)
    is_right = await asyncio.to_thread(PASSWORDS.verify, user.password_hash, password)
    refusal = await hub.writer.submit(lambda tx, now: prove_again(ACCESS, tx.connection, now, user, is_right=is_right))
    if refusal is not None:
        raise refusal
    return user
