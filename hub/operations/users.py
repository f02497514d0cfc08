"""Users of the hub: added, listed, changed by an operator; the first one by whoever holds the machine."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from common.access import managing, users
from common.access.answers import Change, changes, roles_said, with_code
from common.access.roles import Action, Role
from common.access.shown import shown_users
from common.access.tables import Access
from common.access.users import User
from common.access.words import HUB_ROLES
from common.errors import NotAllowed, NotAuthenticated
from common.rpc.local import Operation
from hub.asking import ASKING, MACHINE
from hub.operations.answering import NO_SESSION, get_allowed
from hub.persistence.access import ACCESS
from hub.persistence.transaction import Transaction

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on users."""
    every = {**changes(HUB_ROLES), "reset": _reset}
    return {
        "user add": partial(_add, hub),
        "user list": partial(_list, hub),
        "has operator": partial(_has_operator, hub),
        "operator reset by machine": partial(_reset_by_machine, hub),
        **{f"user {verb}": partial(_changed, hub, change) for verb, change in every.items()},
    }


async def _add(hub: "Hub", arguments: Arguments) -> Any:
    roles, name = roles_said(arguments, HUB_ROLES), str(arguments["name"])
    by = MACHINE if ASKING.get() is None else f"user {(await get_allowed(hub, Action.MANAGE_USERS)).name}"

    def write(tx: Transaction, now: datetime) -> tuple[User, str]:
        is_first = Role.OPERATOR in roles and not users.count_active(ACCESS, tx.connection, Role.OPERATOR)
        if by == MACHINE and not is_first:
            raise NotAuthenticated(NO_SESSION)
        return managing.add_user(ACCESS, tx.connection, now, by, name, roles)

    return with_code(*await hub.writer.submit(write))


async def _has_operator(hub: "Hub", _: Arguments) -> Any:
    """Tell whether the hub was set up so far that somebody can add users."""
    return {"has_operator": bool(await hub.reader.read(lambda found: users.count_active(ACCESS, found, Role.OPERATOR)))}


async def _list(hub: "Hub", _: Arguments) -> Any:
    await get_allowed(hub, Action.MANAGE_USERS)
    now = hub.clock.now()
    return await hub.reader.read(lambda connection: shown_users(ACCESS, connection, now))


async def _changed(hub: "Hub", change: Change, arguments: Arguments) -> Any:
    by = f"user {(await get_allowed(hub, Action.MANAGE_USERS)).name}"
    return await hub.writer.submit(lambda tx, now: change(ACCESS, tx.connection, now, by, arguments))


async def _reset_by_machine(hub: "Hub", arguments: Arguments) -> Any:
    """Reset an operator who has no other role: whoever holds the machine may, signed in or not."""
    name = str(arguments["name"])
    found = await hub.writer.submit(
        lambda tx, now: managing.reset_by_machine(ACCESS, tx.connection, now, MACHINE, name)
    )
    if isinstance(found, NotAllowed):
        raise found
    return with_code(*found)


def _reset(access: Access, connection: Connection, now: datetime, by: str, said: Arguments) -> dict[str, Any]:
    return with_code(*managing.reset(access, connection, now, by, str(said["name"])))
