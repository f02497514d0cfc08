"""Signing in to a hub and out; a new user's first password. Passwords are hashed beside the writer, never in it."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from common.access import managing, users
from common.access.one_time import find_step
from common.access.passwords import Passwords, check_new
from common.access.session_rows import end_session, find_person
from common.access.signing_in import Answer, Given, let_in, look_up, sign_in
from common.access.users import User
from common.audit.entry import Entry
from common.errors import InvalidRequest
from common.rpc.local import Operation
from hub.identity.user_secrets import open_secret
from hub.persistence.access import ACCESS
from hub.persistence.audit import TRAIL
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

    def write(tx: Transaction, now: datetime) -> None:
        person = find_person(ACCESS, tx.connection, token, now)
        if person is not None:
            TRAIL.record(tx.connection, now, Entry(f"user {person.name}", "sign out"))
        end_session(ACCESS, tx.connection, token)

    await hub.writer.submit(write)
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
    step = find_step(open_secret(key, user.id, user.one_time_sealed), code, user.one_time_step, now)
    if step is not None:
        users.change(ACCESS, connection, user.id, one_time_step=step)
    return step is not None


def signed_in(user: User, token: str | None) -> dict[str, Any]:
    """Say who is signed in now, with the token."""
    return {"token": token, "name": user.name, "roles": sorted(user.roles)}


def text(arguments: Arguments, field: str) -> str:
    """Read an argument that must be text; raises InvalidRequest naming it."""
    said = arguments.get(field)
    if not isinstance(said, str):
        raise InvalidRequest(f"{field}: a text is needed")
    return said
