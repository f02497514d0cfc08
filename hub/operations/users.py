"""Users of the hub: added, listed, changed by an operator; the first one by whoever holds the machine."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from common.access import managing, users
from common.access.roles import Action, Role
from common.access.shown import HUB_ROLES, read_roles, shown_user, shown_users
from common.access.users import User
from common.errors import NotAllowed, NotAuthenticated
from common.rpc.local import Operation
from hub.asking import ASKING, MACHINE
from hub.operations.answering import NO_SESSION, get_allowed
from hub.persistence.access import ACCESS
from hub.persistence.transaction import Transaction

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]
Change = Callable[[Connection, datetime, str, Arguments], dict[str, Any]]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on users."""
    changes: dict[str, Change] = {
        "user roles": _roles,
        "user disable": _plain(managing.disable),
        "user enable": _plain(managing.enable),
        "user unlock": _plain(managing.unlock),
        "user reset": _reset,
    }
    return {
        "user add": partial(_add, hub),
        "user list": partial(_list, hub),
        "operator reset by machine": partial(_reset_by_machine, hub),
        **{name: partial(_changed, hub, change) for name, change in changes.items()},
    }


async def _add(hub: "Hub", arguments: Arguments) -> Any:
    roles, name = read_roles(arguments.get("roles") or [], HUB_ROLES), str(arguments["name"])
    by = MACHINE if ASKING.get() is None else f"user {(await get_allowed(hub, Action.MANAGE_USERS)).name}"

    def write(tx: Transaction, now: datetime) -> tuple[User, str]:
        is_first = Role.OPERATOR in roles and not users.count_active(ACCESS, tx.connection, Role.OPERATOR)
        if by == MACHINE and not is_first:
            raise NotAuthenticated(NO_SESSION)
        return managing.add_user(ACCESS, tx.connection, now, by, name, roles)

    user, code = await hub.writer.submit(write)
    return shown_user(user) | {"setup_code": code}


async def _list(hub: "Hub", _: Arguments) -> Any:
    await get_allowed(hub, Action.MANAGE_USERS)
    now = hub.clock.now()
    return await hub.reader.read(lambda connection: shown_users(ACCESS, connection, now))


async def _changed(hub: "Hub", change: Change, arguments: Arguments) -> Any:
    by = f"user {(await get_allowed(hub, Action.MANAGE_USERS)).name}"
    return await hub.writer.submit(lambda tx, now: change(tx.connection, now, by, arguments))


async def _reset_by_machine(hub: "Hub", arguments: Arguments) -> Any:
    """Reset an operator who has no other role: whoever holds the machine may, signed in or not."""
    name = str(arguments["name"])
    found = await hub.writer.submit(
        lambda tx, now: managing.reset_by_machine(ACCESS, tx.connection, now, MACHINE, name)
    )
    if isinstance(found, NotAllowed):
        raise found
    user, code = found
    return shown_user(user) | {"setup_code": code}


def _plain(change: Callable[..., None]) -> Change:
    def changed(connection: Connection, now: datetime, by: str, arguments: Arguments) -> dict[str, Any]:
        change(ACCESS, connection, now, by, str(arguments["name"]))
        return {}

    return changed


def _roles(connection: Connection, now: datetime, by: str, arguments: Arguments) -> dict[str, Any]:
    roles = read_roles(arguments.get("roles") or [], HUB_ROLES)
    return shown_user(managing.change_roles(ACCESS, connection, now, by, str(arguments["name"]), roles))


def _reset(connection: Connection, now: datetime, by: str, arguments: Arguments) -> dict[str, Any]:
    user, code = managing.reset(ACCESS, connection, now, by, str(arguments["name"]))
    return shown_user(user) | {"setup_code": code}
