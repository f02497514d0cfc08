"""Sessions in a store: opened, found by their token, ended.

One that is over is taken away: what it carried must not wait for a token that was left lying about.
"""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select, update

from common.access.person import Person
from common.access.sessions import IDLE, LONGEST, NOTED_EVERY, is_over, new_token, open_carried, seal_for, token_hash
from common.access.tables import Access
from common.access.users import get_by_id


def open_session(
    access: Access, connection: Connection, user_id: bytes, method: str, carried: bytes | None, now: datetime
) -> str:
    """Open a session and give its token.

    Args:
        method: how the user signed in: `password`, `passkey`.
        carried: what only the token's holder may open.
    """
    table, token = access.sessions, new_token()
    drop_over(access, connection, now)
    sealed = None if carried is None else seal_for(token, carried)
    row = {"token_hash": token_hash(token), "user_id": user_id, "method": method, "carried": sealed}
    connection.execute(insert(table), row | {"made_at": now, "seen_at": now})
    return token


def find_person(
    access: Access, connection: Connection, token: object, now: datetime, *, is_word: bool = True
) -> Person | None:
    """Find who acts, by the token; None: there is no such session any more.

    Args:
        is_word: a person did something, so the idle time begins anew; a page that renews itself is no word.
    """
    table, hashed = access.sessions, token_hash(token)
    if hashed is None:
        return None
    row = connection.execute(select(table).where(table.c.token_hash == hashed)).one_or_none()
    if row is None or is_over(row.made_at, row.seen_at, now):
        return None
    user = get_by_id(access, connection, bytes(row.user_id))
    if not user.is_active:
        return None
    if is_word and now - row.seen_at >= NOTED_EVERY:
        connection.execute(update(table).where(table.c.token_hash == hashed).values(seen_at=now))
    carried = None if row.carried is None else open_carried(str(token), bytes(row.carried))
    return Person(user.id, user.name, user.roles, user.supporter_id, carried)


def carry(access: Access, connection: Connection, token: str, carried: bytes) -> None:
    """Have a session carry something, in place of what it carried."""
    of_token = update(access.sessions).where(access.sessions.c.token_hash == token_hash(token))
    connection.execute(of_token.values(carried=seal_for(token, carried)))


def drop_over(access: Access, connection: Connection, now: datetime) -> int:
    """Take away every session that ended by itself; tell how many there were."""
    table = access.sessions
    is_over = or_(table.c.seen_at <= now - IDLE, table.c.made_at <= now - LONGEST)
    return connection.execute(delete(table).where(is_over)).rowcount


def end_session(access: Access, connection: Connection, token: object) -> None:
    """End the session with this token."""
    connection.execute(delete(access.sessions).where(access.sessions.c.token_hash == token_hash(token)))


def end_sessions(access: Access, connection: Connection, user_id: bytes) -> None:
    """End every session of a user."""
    connection.execute(delete(access.sessions).where(access.sessions.c.user_id == user_id))
