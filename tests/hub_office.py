"""A hub at work whose users are signed in one by one, asked as the local socket and the console ask it."""

from typing import Any

from common.access import managing
from common.access.roles import Role
from common.access.session_rows import open_session
from hub.operations import operations_of
from hub.persistence import audit
from hub.persistence.access import ACCESS
from hub.persistence.transaction import Transaction
from hub.process import Hub
from tests.fakes import SetClock


class Office:
    """A hub at work, and how one asks it."""

    def __init__(self, hub: Hub, clock: SetClock) -> None:
        self.hub, self.clock = hub, clock
        self._operations = operations_of(hub)

    async def ask(self, operation: str, **arguments: Any) -> Any:
        return await self._operations[operation](arguments)

    async def sign_in_as(self, *roles: Role, name: str) -> str:
        def write(tx: Transaction, now: Any) -> str:
            user, _ = managing.add_user(ACCESS, tx.connection, now, "operator", name, frozenset(roles))
            return open_session(ACCESS, tx.connection, user.id, "password", None, now)

        return await self.hub.writer.submit(write)

    def lines(self) -> list[tuple[object, object, object]]:
        with self.hub.store.read() as connection:
            return [(line["actor"], line["action"], line["outcome"]) for line in audit.list_entries(connection)]
