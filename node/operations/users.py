"""Users of the node: added, listed, changed by an operator; the first one by whoever holds the machine."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from common.access import managing, users
from common.access.answers import Change, changes, roles_said, with_code
from common.access.person import Person
from common.access.roles import Action, Role
from common.access.shown import shown_users
from common.access.users import User
from common.access.words import NODE_ROLES
from common.errors import InvalidRequest, NotAllowed, NotAuthenticated
from node.domain.supporter import read_code
from node.opened import OpenNode
from node.operations.guarded import Guarded
from node.operations.sessions import NO_SESSION
from node.persistence.access import ACCESS
from node.use_cases import note_keys
from node.use_cases.supporters import get_by_name

MACHINE = "operator"  # whoever holds the machine, as in the audit trail


def found_operator(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Add the first operator, as long as no active user is one: whoever holds the machine may."""
    roles, now = roles_said(arguments, NODE_ROLES), node.clock.now()

    def write(connection: Connection) -> tuple[User, str]:
        if users.count_active(ACCESS, connection, Role.OPERATOR):
            raise NotAuthenticated(NO_SESSION)
        if Role.OPERATOR not in roles:
            raise NotAllowed(
                "no user is an operator yet: add one first, with --role operator, who then adds the others"
            )
        return managing.add_user(ACCESS, connection, now, MACHINE, str(arguments["name"]), roles)

    return with_code(*node.write("users", write))


def add(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Add a user; gives the set-up code that is told once."""
    roles, now, supporter_id = roles_said(arguments, NODE_ROLES), node.clock.now(), arguments.get("supporter_id")
    linked = None if supporter_id is None else _id(node, supporter_id)
    return with_code(
        *node.write(
            "users",
            lambda connection: managing.add_user(
                ACCESS, connection, now, _by(person), str(arguments["name"]), roles, linked
            ),
        )
    )


def list_(node: OpenNode, _: Person, __: dict[str, Any]) -> Any:
    """List users with their roles and how they stand."""
    now = node.clock.now()
    return node.read(lambda connection: shown_users(ACCESS, connection, now))


def reset(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Take a user's password away; the key for notes then opens by its recovery code alone."""
    now = node.clock.now()

    def write(connection: Connection) -> tuple[User, str, bool]:
        user, code = managing.reset(ACCESS, connection, now, _by(person), str(arguments["name"]))
        return user, code, note_keys.close(connection, now, _by(person), user)

    user, code, had_key = node.write("users", write)
    return with_code(user, code) | {"note_key_closed": had_key}


def reset_by_machine(node: OpenNode, arguments: dict[str, Any]) -> Any:
    """Reset an operator who has no other role: whoever holds the machine may, signed in or not."""
    name, now = str(arguments["name"]), node.clock.now()

    def write(connection: Connection) -> tuple[User, str, bool] | NotAllowed:
        found = managing.reset_by_machine(ACCESS, connection, now, MACHINE, name)
        return found if isinstance(found, NotAllowed) else (*found, note_keys.close(connection, now, MACHINE, found[0]))

    found = node.write("users", write)
    if isinstance(found, NotAllowed):
        raise found
    user, code, had_key = found
    return with_code(user, code) | {"note_key_closed": had_key}


def link(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Say which supporter of the roster a user is."""
    supporter_id, now = _id(node, arguments["supporter_id"]), node.clock.now()
    node.write(
        "users",
        lambda connection: managing.link(ACCESS, connection, now, _by(person), str(arguments["name"]), supporter_id),
    )
    return {}


def _id(node: OpenNode, said: Any) -> bytes:
    code = read_code(said) if isinstance(said, str) else None
    if code is not None:
        return node.read(lambda connection: get_by_name(connection, node.vault, code)).id
    try:
        raw = bytes.fromhex(said)
    except (TypeError, ValueError):
        raw = b""
    if len(raw) != 16:
        raise InvalidRequest("supporter: give the code, such as S-07, that the roster shows; or the id")
    return raw


def _by(person: Person) -> str:
    return f"user {person.name}"


def _changed(change: Change) -> Callable[[OpenNode, Person, dict[str, Any]], Any]:
    def changed(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
        now, by = node.clock.now(), _by(person)
        return node.write("users", lambda connection: change(ACCESS, connection, now, by, arguments))

    return changed


OPERATIONS: dict[str, Guarded] = {
    "user_add": Guarded(Action.MANAGE_USERS, add),
    "user_list": Guarded(Action.MANAGE_USERS, list_),
    "user_reset": Guarded(Action.MANAGE_USERS, reset),
    "user_link": Guarded(Action.MANAGE_USERS, link),
    **{f"user_{verb}": Guarded(Action.MANAGE_USERS, _changed(each)) for verb, each in changes(NODE_ROLES).items()},
}
