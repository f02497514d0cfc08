"""Signing in to a hub and out; a new user's first password. Passwords are hashed beside the writer, never in it."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from common.access import managing
from common.access.passwords import Passwords, check_new
from common.access.session_rows import end_session, find_person
from common.access.signing_in import Answer, Given, let_in, look_up, sign_in
from common.access.users import User
from common.audit.entry import Entry
from common.errors import InvalidRequest, NotAuthenticated
from common.rpc.local import Operation
from hub.asking import ASKING
from hub.operations.answering import NO_SESSION
from hub.persistence.access import ACCESS
from hub.persistence.audit import TRAIL
from hub.persistence.transaction import Transaction

if TYPE_CHECKING:
    from hub.process import Hub

PASSWORDS = Passwords()
Arguments = dict[str, Any]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations of signing in; `sign out` takes the token itself."""
    return {"sign in": partial(_sign_in, hub), "set up": partial(_set_up, hub), "whoami": partial(_whoami, hub)}


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
    name, password = _text(arguments, "name"), _text(arguments, "password")
    user = await hub.reader.read(lambda connection: look_up(ACCESS, connection, name))
    known = None if user is None else user.password_hash
    is_right = await asyncio.to_thread(PASSWORDS.verify, known, password)  # once, whoever it is: TRUST.md i05
    rehashed = None
    if is_right and known is not None and PASSWORDS.is_outdated(known):
        rehashed = await asyncio.to_thread(PASSWORDS.hash, password)
    given = Given(name, known, is_right, rehashed, recovery_code=arguments.get("recovery_code"))

    def write(tx: Transaction, now: datetime) -> Answer:
        return sign_in(ACCESS, tx.connection, now, given, lambda *_: False)

    answer = await hub.writer.submit(write)
    if answer.refusal is not None or answer.user is None:
        raise answer.refusal or NotAuthenticated(NO_SESSION)
    return _signed_in(answer.user, answer.token)


async def _set_up(hub: "Hub", arguments: Arguments) -> Any:
    name, said, password = (_text(arguments, field) for field in ("name", "setup_code", "password"))
    check_new(password, [name, hub.region.name])
    hashed = await asyncio.to_thread(PASSWORDS.hash, password)

    def write(tx: Transaction, now: datetime) -> tuple[User, list[str], str]:
        user, codes = managing.set_up(ACCESS, tx.connection, now, name, said, hashed)
        return user, codes, let_in(ACCESS, tx.connection, now, user, "set-up")

    user, codes, token = await hub.writer.submit(write)
    return _signed_in(user, token) | {"recovery_codes": codes}


async def _whoami(hub: "Hub", _: Arguments) -> Any:
    person = ASKING.get()
    if person is None:
        raise NotAuthenticated(NO_SESSION)
    return {"name": person.name, "user_id": person.user_id.hex(), "roles": sorted(person.roles)}


def _signed_in(user: User, token: str | None) -> dict[str, Any]:
    return {"token": token, "name": user.name, "roles": sorted(user.roles)}


def _text(arguments: Arguments, field: str) -> str:
    said = arguments.get(field)
    if not isinstance(said, str):
        raise InvalidRequest(f"{field}: a text is needed")
    return said
