"""Tokens of the JSON interface, as an operator sees, makes and removes them."""

from datetime import datetime
from typing import Any

from common.access.answers import text
from common.access.person import Person
from common.access.roles import Action
from common.errors import InvalidRequest
from node.domain.api_token import USUAL, ApiToken, Permission
from node.opened import OpenNode
from node.operations.guarded import Guarded
from node.operations.typed import due_of, iso, words_of
from node.persistence.api_tokens import list_tokens
from node.use_cases import api_tokens


def add(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """Make a token; it is told once."""
    now, by, name = node.clock.now(), f"user {person.name}", text(arguments, "name")
    may = words_of(Permission, arguments.get("may"), "may")
    until = now + USUAL if arguments.get("until") is None else due_of(node, arguments["until"], "until")
    token, told = node.write(
        "api_tokens", lambda connection: api_tokens.add_token(connection, by, name, may, until, now)
    )
    return _shown(node, token, now) | {"token": told}


def list_(node: OpenNode, _: Person, __: dict[str, Any]) -> Any:
    """List every token, also those that are over."""
    now = node.clock.now()
    return [_shown(node, each, now) for each in node.read(list_tokens)]


def remove(node: OpenNode, person: Person, arguments: dict[str, Any]) -> Any:
    """End a token at once."""
    now, by, name = node.clock.now(), f"user {person.name}", text(arguments, "name")
    if len(name) > _LONGEST_SAID:
        raise InvalidRequest("name: is longer than any name")
    removed = node.write("api_tokens", lambda connection: api_tokens.remove_token(connection, by, name, now))
    return {"name": removed.name}


_LONGEST_SAID = 200
OPERATIONS: dict[str, Guarded] = {
    "api_token_add": Guarded(Action.MANAGE_USERS, add),
    "api_token_list": Guarded(Action.MANAGE_USERS, list_),
    "api_token_remove": Guarded(Action.MANAGE_USERS, remove),
}


def _shown(node: OpenNode, token: ApiToken, now: datetime) -> dict[str, Any]:
    return {
        "name": token.name,
        "may": sorted(token.permissions),
        "state": token.state(now),
        "made_at": iso(node, token.made_at),
        "made_by": token.made_by,
        "until": iso(node, token.until),
        "used_at": iso(node, token.used_at),
    }
