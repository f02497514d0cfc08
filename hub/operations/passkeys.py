"""Passkeys at a hub: registered by who is signed in, and signing in by one. For the console."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from common.access import passkeys
from common.access.answers import signed_in, text
from common.access.passkeys import Party, credential_in
from common.access.person import Person
from common.errors import NotAuthenticated, NotFound
from common.rpc.local import Operation
from hub.asking import ASKING, TOKEN
from hub.operations.answering import NO_SESSION
from hub.operations.own_account import proved
from hub.persistence.access import ACCESS

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on passkeys."""
    return {
        "passkey begin": partial(_begin, hub),
        "passkey finish": partial(_finish, hub),
        "passkey list": partial(_list, hub),
        "passkey remove": partial(_remove, hub),
        "passkey sign-in begin": partial(_begin_sign_in, hub),
        "passkey sign-in finish": partial(_finish_sign_in, hub),
    }


async def _begin(hub: "Hub", arguments: Arguments) -> Any:
    """Give what a browser needs to make a passkey; the password is proved again."""
    await proved(hub, text(arguments, "password"))
    return await _written(hub, passkeys.begin_registration, _party(hub), _person(), TOKEN.get())


async def _finish(hub: "Hub", arguments: Arguments) -> Any:
    """Store the passkey that the browser made."""
    credential, name = credential_in(arguments), text(arguments, "name")
    made = (_party(hub), _person(), TOKEN.get(), credential, name)
    refusal = await _written(hub, passkeys.finish_registration, *made)
    if refusal is not None:
        raise NotAuthenticated(refusal)
    return {}


async def _list(hub: "Hub", _: Arguments) -> Any:
    person = _person()
    return await hub.reader.read(lambda connection: passkeys.list_passkeys(ACCESS, connection, person.user_id))


async def _remove(hub: "Hub", arguments: Arguments) -> Any:
    if not await _written(hub, passkeys.remove_passkey, _person(), text(arguments, "passkey")):
        raise NotFound("you have no such passkey")
    return {}


async def _begin_sign_in(hub: "Hub", _: Arguments) -> Any:
    """Give what a browser needs to sign in by passkey."""
    return await _written(hub, passkeys.begin_sign_in, _party(hub))


async def _finish_sign_in(hub: "Hub", arguments: Arguments) -> Any:
    """Sign in by passkey; gives the session's token."""
    attempt, credential = text(arguments, "attempt"), credential_in(arguments)
    answer = await _written(hub, passkeys.finish_sign_in, _party(hub), attempt, credential)
    if answer.refusal is not None or answer.user is None:
        raise answer.refusal or NotAuthenticated(passkeys.WRONG)
    return signed_in(answer.user, answer.token)


async def _written(hub: "Hub", do: Callable[..., Any], *told: Any) -> Any:
    """Do one thing of `common.access.passkeys` in a transaction of the writer."""

    def write(tx: Any, now: datetime) -> Any:
        return do(ACCESS, tx.connection, now, *told)

    return await hub.writer.submit(write)


def _person() -> Person:
    person = ASKING.get()
    if person is None:
        raise NotAuthenticated(NO_SESSION)
    return person


def _party(hub: "Hub") -> Party:
    return Party(hub.settings.console_origin, hub.region.name)
