"""How an operation is answered, by a running process and on a stopped node alike: who asks, and may they?

1. What touches records is asked for with the token of a session; the operation itself never sees it. What does not may
   be asked for without one by whoever holds the machine; with one, 2 and 3 hold for it as well.
2. The session's person is found, and its idle time begins anew, but for a page that renews itself.
3. One table decides whether one of the person's roles may do this. A refusal stands in the audit trail.
4. A call of the JSON interface comes with a token instead of a session, and its own table decides (`api_calls.py`).

Source: DOMAIN.md 2; TRUST.md i03.
"""

from typing import Any

from common.access.person import Person
from common.access.roles import NODE_MAY, Action, is_allowed
from common.access.token_file import HELD
from common.audit.entry import Entry
from node.opened import OpenNode
from node.operations import ACTIONS, API, BEFORE_API, GUARDED, OPEN, READING, TELLING, WRITING
from node.operations.api_calls import answer_call
from node.operations.guarded import PROGRESS, Progress
from node.operations.refusing import refuse
from node.operations.sessions import BY_ITSELF, SESSION, get_person
from node.persistence.audit import TRAIL

Arguments = dict[str, Any]


def names() -> tuple[str, ...]:
    """Name every operation that a node answers."""
    return (*READING, *WRITING, *GUARDED, *OPEN, *API, *BEFORE_API)


def is_written_in_turn(name: str) -> bool:
    """Tell whether an operation runs on the thread that writes; else it runs on one of its own."""
    return name in WRITING or name in API or (name in GUARDED and not GUARDED[name].is_long)


def answer(node: OpenNode, name: str, arguments: Arguments, on_progress: Progress | None = None) -> Any:
    """Do one operation for whoever asks.

    Raises:
        NotAuthenticated: it needs a session, and there is none.
        NotAllowed: no role of this person may do it.
        HoldfastError: what the operation answered.
    """
    arguments = _with_session(name, arguments)
    if name in GUARDED:
        return answer_guarded(node, name, arguments, on_progress)
    if name in API:  # 4
        return answer_call(node, name, arguments)
    if name in BEFORE_API:
        return BEFORE_API[name](node, arguments)
    operation = READING.get(name) or WRITING.get(name) or OPEN[name]
    asked = {key: value for key, value in arguments.items() if key != PROGRESS}
    if on_progress is not None and name in TELLING:
        asked[PROGRESS] = on_progress
    if name in OPEN or SESSION not in arguments:
        return operation(node, asked)
    person = _allowed(node, ACTIONS[name], asked)
    answered = operation(node, {key: value for key, value in asked.items() if key not in (SESSION, BY_ITSELF)})
    if name in WRITING or name in TELLING:
        now = node.clock.now()
        entry = Entry(f"user {person.name}", ACTIONS[name].value, name.replace("_", " "))
        node.write("audit", lambda connection: TRAIL.record(connection, now, entry))
    return answered


def _with_session(name: str, arguments: Arguments) -> Arguments:
    """Take the token that the command line holds where an operation needs a session; elsewhere it says nothing."""
    held = arguments.get(HELD)
    asked = {key: value for key, value in arguments.items() if key != HELD}
    return asked | {SESSION: held} if held is not None and (name in GUARDED or name in OPEN) else asked


def check(node: OpenNode, name: str, arguments: Arguments) -> None:
    """Check what the process itself answers, where a session comes with it (1); raises as `answer` does."""
    if SESSION in arguments:
        _allowed(node, ACTIONS[name], arguments)


def answer_guarded(node: OpenNode, name: str, arguments: Arguments, on_progress: Progress | None = None) -> Any:
    """Do one of the operations that need a session and a role; raises as `answer` does."""
    guarded = GUARDED[name]
    asked = {key: value for key, value in arguments.items() if key not in (SESSION, BY_ITSELF, PROGRESS)}  # 1
    person = _allowed(node, guarded.action, arguments)
    if on_progress is not None:
        asked[PROGRESS] = on_progress
    return guarded.do(node, person, asked)


def _allowed(node: OpenNode, action: Action, arguments: Arguments) -> Person:
    """Give who asks, when the roles allow it."""
    person = get_person(node, action, arguments.get(SESSION), is_word=not arguments.get(BY_ITSELF))  # 2
    if not is_allowed(NODE_MAY, action, person.roles):  # 3
        refuse(node, person, action, "", "none of your roles may do this")
    return person
