"""Who asks: the person of a session, by the token that came with a command."""

from typing import Any

from common.access.person import Person
from common.access.roles import Action
from common.access.session_rows import drop_over, find_person
from common.audit.entry import Entry
from common.errors import NotAuthenticated
from node.opened import OpenNode
from node.persistence.access import ACCESS
from node.persistence.audit import TRAIL

SESSION = "session"  # the argument that carries a session's token
BY_ITSELF = "by_itself"  # set where nobody asks but a page that renews itself: no word of the session's person
NO_SESSION = "sign in first: holdfast node sign-in NAME"
ENDED = "your session has ended; sign in again: holdfast node sign-in NAME"


def get_person(node: OpenNode, action: Action | str, token: Any, *, is_word: bool = True) -> Person:
    """Find who asks; without a session that stands, the try is recorded.

    Args:
        is_word: a person asks, and the session's idle time begins anew.

    Raises:
        NotAuthenticated: nobody is signed in with this token, or not any more.
    """
    now = node.clock.now()
    person = None
    if token is not None:
        person = node.write("session", lambda connection: find_person(ACCESS, connection, token, now, is_word=is_word))
    if person is None:
        entry = Entry("unknown", str(action), "", "refused: nobody is signed in")
        node.write("audit", lambda connection: TRAIL.record(connection, now, entry))
        raise NotAuthenticated(NO_SESSION if token is None else ENDED)
    return person


def drop_ended(node: OpenNode) -> None:
    """Take away the sessions that ended by themselves, out of the store's log too, as the scheduler does."""
    now = node.clock.now()
    if node.write("sessions", lambda connection: drop_over(ACCESS, connection, now)):
        node.store.empty_log()
