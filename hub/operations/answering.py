"""Who asks: the person of the session that came with a command, and what that person may do.

1. A command without a session is of whoever holds the machine, and is recorded as `operator`.
2. A command with one is recorded under the user's name. A session that has ended is refused.
3. Whoever is signed in does only what their roles allow (`allowed.ACTIONS`). What concerns users, and the access
   review, needs a session.
"""

from typing import TYPE_CHECKING, Any

from common.access.person import Person
from common.access.roles import HUB_MAY, Action, is_allowed
from common.access.session_rows import find_person
from common.audit.entry import Entry
from common.errors import NotAllowed, NotAuthenticated
from common.rpc.local import Operation
from hub.asking import ASKING, TOKEN
from hub.operations.allowed import ACTIONS, OWN
from hub.persistence.access import ACCESS
from hub.persistence.audit import TRAIL

if TYPE_CHECKING:
    from hub.process import Hub

SESSION = "session"
BY_ITSELF = "by_itself"  # set where nobody asks but a page that renews itself: no word of the session's person
NO_SESSION = "sign in first: holdfast hub sign-in NAME"
ENDED = "your session has ended: sign in again (holdfast hub sign-in NAME), or sign out to go on as the machine's owner"


async def answered(hub: "Hub", name: str, operation: Operation, arguments: dict[str, Any]) -> Any:
    """Do the operation of this name as who asks for it (1, 2, 3)."""
    token = arguments.get(SESSION)
    if token is None:
        return await operation(arguments)
    is_word = not arguments.get(BY_ITSELF)
    person = await hub.writer.submit(lambda tx, now: find_person(ACCESS, tx.connection, token, now, is_word=is_word))
    if person is None:
        await _refuse(hub, "unknown", "session", "nobody is signed in")
        raise NotAuthenticated(ENDED)
    before, by = ASKING.set(person), TOKEN.set(str(token))
    try:
        if name not in OWN:
            await get_allowed(hub, ACTIONS[name])
        return await operation({each: value for each, value in arguments.items() if each not in (SESSION, BY_ITSELF)})
    finally:
        ASKING.reset(before)
        TOKEN.reset(by)


async def get_allowed(hub: "Hub", action: Action) -> Person:
    """Give who asks, when the roles allow it (3); a refusal stands in the audit trail."""
    person = ASKING.get()
    if person is None:
        await _refuse(hub, "unknown", action.value, "nobody is signed in")
        raise NotAuthenticated(NO_SESSION)
    if not is_allowed(HUB_MAY, action, person.roles):
        await _refuse(hub, f"user {person.name}", action.value, "none of your roles may do this")
        raise NotAllowed(f"{action.value}: none of your roles may do this")
    return person


async def check_if_signed_in(hub: "Hub", action: Action) -> None:
    """Let whoever holds the machine, and who is signed in only with a role that may."""
    if ASKING.get() is not None:
        await get_allowed(hub, action)


async def _refuse(hub: "Hub", actor: str, action: str, why: str) -> None:
    entry = Entry(actor, action, "", f"refused: {why}")
    await hub.writer.submit(lambda tx, now: TRAIL.record(tx.connection, now, entry))
