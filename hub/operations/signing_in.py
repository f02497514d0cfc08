"""Signing in to a hub and out; a new user's first password. Passwords are hashed beside the writer, never in it."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from common.access import answers, managing
from common.access.answers import signed_in, text
from common.access.passwords import Passwords, check_new
from common.access.second_factors import use_code_of
from common.access.signing_in import Answer, Given, let_in, look_up, sign_in
from common.access.users import User
from common.rpc.local import Operation
from hub.identity.user_secrets import open_secret
from hub.persistence.access import ACCESS
from hub.persistence.transaction import Transaction

if TYPE_CHECKING:
    from hub.process import Hub

PASSWORDS = Passwords()
Arguments = dict[str, Any]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations of signing in; `sign out` takes the token itself."""
    return {"sign in": partial(_sign_in, hub), "set up": partial(_set_up, hub)}


async def sign_out(hub: "Hub", arguments: Arguments) -> Any:
    """End the session, also one that ended by itself."""
    token = arguments.get("session")

    await hub.writer.submit(lambda tx, now: answers.sign_out(ACCESS, tx.connection, now, token))
    return {}


async def _sign_in(hub: "Hub", arguments: Arguments) -> Any:
    name, password = text(arguments, "name"), text(arguments, "password")
    user = await hub.reader.read(lambda connection: look_up(ACCESS, connection, name))
    known = None if user is None else user.password_hash
    is_right = await asyncio.to_thread(PASSWORDS.verify, known, password)  # once, whoever it is: TRUST.md i05
    rehashed = None
    if is_right and known is not None and PASSWORDS.is_outdated(known):
        rehashed = await asyncio.to_thread(PASSWORDS.hash, password)
    given = Given(name, known, is_right, rehashed, arguments.get("code"), arguments.get("recovery_code"))

    def write(tx: Transaction, now: datetime) -> Answer:
        return sign_in(ACCESS, tx.connection, now, given, partial(_is_code, hub.ledger_key))

    answer = await hub.writer.submit(write)
    if answer.refusal is not None:
        raise answer.refusal
    if answer.wants_code or answer.user is None:
        return {"wants": "code"}
    return signed_in(answer.user, answer.token)


async def _set_up(hub: "Hub", arguments: Arguments) -> Any:
    name, said, password = (text(arguments, field) for field in ("name", "setup_code", "password"))
    check_new(password, [name, hub.region.name])
    hashed = await asyncio.to_thread(PASSWORDS.hash, password)

    def write(tx: Transaction, now: datetime) -> tuple[User, list[str], str]:
        user, codes = managing.set_up(ACCESS, tx.connection, now, name, said, hashed)
        return user, codes, let_in(ACCESS, tx.connection, now, user, "set-up")

    user, codes, token = await hub.writer.submit(write)
    return signed_in(user, token) | {"recovery_codes": codes}


def _is_code(key: Ed25519PrivateKey, connection: Connection, user: User, code: str, now: datetime) -> bool:
    """Tell whether a one-time code is the user's and was not used before; it is used now."""
    assert user.one_time_sealed is not None
    secret = open_secret(key, user.id, user.one_time_sealed)
    return use_code_of(ACCESS, connection, user, secret, code, now)
