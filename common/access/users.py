"""Users in a store: found by name or session, listed, changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from common.access.lockout import Limit
from common.access.names import name_digest, name_key
from common.access.roles import Role
from common.access.tables import Access
from common.errors import NotFound

ACTIVE, DISABLED = "active", "disabled"


@dataclass(frozen=True)
class User:
    """One user, as stored."""

    id: bytes  # 16 bytes
    name: str
    roles: frozenset[Role]
    state: str  # active or disabled; a lock is counted for the name, see `lockout`
    supporter_id: bytes | None
    made_at: datetime
    password_hash: str | None
    setup_hash: bytes | None
    setup_until: datetime | None
    one_time_sealed: bytes | None
    one_time_step: int
    signed_in_at: datetime | None

    @property
    def is_active(self) -> bool:
        """Tell whether the user may sign in at all."""
        return self.state == ACTIVE


def add(access: Access, connection: Connection, user: User, by: str) -> None:
    """Store a new user with its roles."""
    row = {name: value for name, value in vars(user).items() if name != "roles"}
    connection.execute(insert(access.users), row | {"name_key": name_key(user.name)})
    set_roles(access, connection, user.id, user.roles, by, user.made_at)


def set_roles(
    access: Access, connection: Connection, user_id: bytes, roles: frozenset[Role], by: str, now: datetime
) -> None:
    """Store which roles a user has; those that stay keep their date and their giver."""
    table = access.roles
    had = set(connection.execute(select(table.c.role).where(table.c.user_id == user_id)).scalars())
    gone = delete(table).where(table.c.user_id == user_id, table.c.role.not_in([role.value for role in roles]))
    connection.execute(gone)
    new = [
        {"user_id": user_id, "role": role.value, "given_at": now, "given_by": by}
        for role in sorted(roles)
        if role.value not in had
    ]
    if new:
        connection.execute(insert(table), new)


def change(access: Access, connection: Connection, user_id: bytes, **values: Any) -> None:
    """Change a user's columns."""
    connection.execute(update(access.users).where(access.users.c.id == user_id).values(**values))


def find(access: Access, connection: Connection, name: str) -> User | None:
    """Find a user by name, whatever its capitals."""
    found = _list(access, connection, access.users.c.name_key == name_key(name))
    return found[0] if found else None


def get(access: Access, connection: Connection, name: str) -> User:
    """Fetch a user by name; raises NotFound."""
    found = find(access, connection, name)
    if found is None:
        raise NotFound(f"there is no user {name!r}: `user list` shows them")
    return found


def get_by_id(access: Access, connection: Connection, user_id: bytes) -> User:
    """Fetch a user by id; raises NotFound."""
    found = _list(access, connection, access.users.c.id == user_id)
    if not found:
        raise NotFound("there is no such user")
    return found[0]


def list_users(access: Access, connection: Connection) -> list[User]:
    """List all users, by name."""
    return _list(access, connection, None)


def count_active(access: Access, connection: Connection, role: Role) -> int:
    """Count the active users who have a role."""
    users, roles = access.users, access.roles
    query = select(func.count()).select_from(users.join(roles, roles.c.user_id == users.c.id))
    return int(connection.execute(query.where(roles.c.role == role.value, users.c.state == ACTIVE)).scalar_one())


def get_limit(access: Access, connection: Connection, name: str) -> Limit:
    """Give what was counted against a name, of a user or of nobody."""
    table = access.limits
    row = connection.execute(select(table).where(table.c.name_digest == name_digest(name))).one_or_none()
    return Limit() if row is None else Limit(row.failures, row.lockouts, row.last_at, row.locked_until)


def set_limit(access: Access, connection: Connection, name: str, limit: Limit) -> None:
    """Store what is counted against a name."""
    clear_limit(access, connection, name)
    connection.execute(insert(access.limits), {"name_digest": name_digest(name), **vars(limit)})


def clear_limit(access: Access, connection: Connection, name: str) -> None:
    """Forget what was counted against a name."""
    connection.execute(delete(access.limits).where(access.limits.c.name_digest == name_digest(name)))


def forget_limits(access: Access, connection: Connection, before: datetime) -> None:
    """Forget what was counted so long ago that it begins anew: names that nobody has do not pile up."""
    table = access.limits
    is_past = (table.c.last_at < before) & (table.c.locked_until.is_(None) | (table.c.locked_until < before))
    connection.execute(delete(table).where(is_past))


def _list(access: Access, connection: Connection, which: Any) -> list[User]:
    users = access.users
    query = select(users) if which is None else select(users).where(which)
    rows = connection.execute(query.order_by(users.c.name_key)).all()
    roles = _roles_of(access, connection, [row.id for row in rows])
    return [_user(row, roles.get(bytes(row.id), frozenset())) for row in rows]


def _roles_of(access: Access, connection: Connection, ids: Iterable[bytes]) -> dict[bytes, frozenset[Role]]:
    table = access.roles
    found: dict[bytes, set[Role]] = {}
    wanted = list(ids)
    rows = connection.execute(select(table.c.user_id, table.c.role).where(table.c.user_id.in_(wanted))).all()
    for user_id, role in rows:
        found.setdefault(bytes(user_id), set()).add(Role(role))
    return {user_id: frozenset(roles) for user_id, roles in found.items()}


def _user(row: Any, roles: frozenset[Role]) -> User:
    return User(
        id=bytes(row.id),
        name=row.name,
        roles=roles,
        state=row.state,
        supporter_id=_bytes(row.supporter_id),
        made_at=row.made_at,
        password_hash=row.password_hash,
        setup_hash=_bytes(row.setup_hash),
        setup_until=row.setup_until,
        one_time_sealed=_bytes(row.one_time_sealed),
        one_time_step=row.one_time_step,
        signed_in_at=row.signed_in_at,
    )


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)
