"""Users of a node who are signed in, as a test needs them: no password is hashed for it."""

from sqlalchemy import Connection

from common.access import managing
from common.access.roles import Role
from common.access.session_rows import open_session
from node.opened import OpenNode
from node.persistence.access import ACCESS
from node.persistence.audit import TRAIL


def sign_in_as(
    node: OpenNode,
    *roles: Role,
    name: str = "casey",
    supporter_id: bytes | None = None,
    note_key: bytes | None = None,
) -> str:
    """Add a user with these roles and sign them in; give the session's token, for `arguments["session"]`."""
    now = node.clock.now()

    def write(connection: Connection) -> str:
        user, _ = managing.add_user(ACCESS, connection, now, "operator", name, frozenset(roles), supporter_id)
        return open_session(ACCESS, connection, user.id, "password", note_key, now)

    return node.write("users", write)


def audited(node: OpenNode) -> list[tuple[str, str, str, str]]:
    """Give the node's audit trail as (actor, action, subject, outcome)."""
    entries = node.read(lambda connection: list(TRAIL.read(connection)))
    return [(entry.actor, entry.action, entry.subject, entry.outcome) for _, _, entry in entries]
