"""Tokens of the JSON interface: made and removed by an operator, found with each call.

Source: node/domain/api_token.py.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from common.access.names import clean_name, name_key
from common.access.sessions import NOTED_EVERY
from common.audit.entry import Entry
from common.errors import AlreadyExists, InvalidRequest, NotAuthenticated, NotFound, WrongState
from common.ids import new_id
from node.domain.api_token import NO_TOKEN, ApiToken, Permission, api_token_hash, check_until, new_api_token
from node.persistence import api_tokens
from node.persistence.audit import TRAIL


def add_token(
    connection: Connection,
    by: str,
    name: str,
    permissions: Iterable[Permission],
    until: datetime,
    now: datetime,
) -> tuple[ApiToken, str]:
    """Make a token, and give what is told once.

    Args:
        by: who does it, as in the audit trail.

    Raises:
        InvalidRequest: the name is none, no permission was given, or it would stand too long.
        AlreadyExists: a token was called so before, and the trail tells of it.
    """
    name, may = clean_name(name), frozenset(permissions)
    if not may:
        raise InvalidRequest("may: a token needs one permission or more")
    if api_tokens.find_token_by_name(connection, name_key(name)) is not None:
        raise AlreadyExists(f"a token was called {name!r} before: the audit trail tells of it by that name")
    told, found_by = new_api_token()
    token = ApiToken(new_id(now), name, may, now, by, check_until(until, now))
    api_tokens.add_token(connection, token, name_key(name), found_by)
    said = ", ".join(sorted(may))
    TRAIL.record(connection, now, Entry(by, "api-token add", token.actor, f"done: {said}"))
    return token, told


def remove_token(connection: Connection, by: str, name: str, now: datetime) -> ApiToken:
    """End a token at once; its name stays taken.

    Raises:
        NotFound: there is none of that name.
        WrongState: it was removed before.
    """
    token = api_tokens.find_token_by_name(connection, name_key(name))
    if token is None:
        raise NotFound(f"there is no token {name!r}")
    if token.removed_at is not None:
        raise WrongState(f"the token {token.name!r} was removed before")
    api_tokens.change_token(connection, token.id, removed_at=now)
    TRAIL.record(connection, now, Entry(by, "api-token remove", token.actor))
    return token


def find_caller(connection: Connection, said: object) -> ApiToken | None:
    """Find whose token this is, also one that is over."""
    found_by = api_token_hash(said)
    return None if found_by is None else api_tokens.find_token(connection, found_by)


def get_caller(connection: Connection, said: object, now: datetime) -> ApiToken:
    """Fetch the token that a call came with; raises NotAuthenticated."""
    token = find_caller(connection, said)
    if token is None:
        raise NotAuthenticated(NO_TOKEN)
    token.check_stands(now)
    return token


def note_use(connection: Connection, token: ApiToken, now: datetime) -> None:
    """Note that a token was used, to half a minute."""
    if token.used_at is None or now - token.used_at >= NOTED_EVERY:
        api_tokens.change_token(connection, token.id, used_at=now)
