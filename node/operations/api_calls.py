"""What another system of the agency, its CAD or RMS, may ask of this node with a token: JSON in, JSON out.

1. A call comes with its token, and no session: the token must stand and have the call's permission, in the transaction
   of what the call does. So a token that is removed meanwhile does nothing more.
2. Each call stands in the audit trail under the token's name, and so does each refusal.
3. No answer holds a record, a note, or the name of a member or supporter.

Source: issue "two consoles"; node/domain/api_token.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from common.audit.entry import Entry
from common.errors import HoldfastError, TemporarilyUnavailable
from node.domain.api_token import ApiToken, Permission
from node.opened import OpenNode
from node.operations import api_check_ins, api_incidents
from node.operations.api_incidents import Answered, Arguments
from node.persistence.audit import TRAIL
from node.use_cases.api_tokens import find_caller, get_caller, note_use

Do = Callable[[OpenNode, Connection, ApiToken, Arguments], Answered]


@dataclass(frozen=True)
class ApiCall:
    """One call.

    Args:
        permission: what a token needs for it; None: a token.
        place: of its commit: `audit` where nothing but the trail is written.
    """

    permission: Permission | None
    do: Do
    place: str = "api"


def answer_call(node: OpenNode, name: str, arguments: Arguments) -> Any:
    """Do what a call asks for (1).

    Raises:
        NotAuthenticated: no token that stands came with it.
        NotAllowed: the token lacks the permission.
        HoldfastError: what the call answered.
    """
    call, now, said = OPERATIONS[name], node.clock.now(), arguments.get("token")

    def do(connection: Connection) -> Any:
        token = get_caller(connection, said, now)
        if call.permission is not None:
            token.check_may(call.permission)
        note_use(connection, token, now)
        answered = call.do(node, connection, token, arguments)
        TRAIL.record(connection, now, Entry(token.actor, _action(name), answered.subject))
        return answered.said

    try:
        return node.write(call.place, do)
    except TemporarilyUnavailable:
        raise
    except HoldfastError as error:
        _record_refusal(node, said, _action(name), _WHY.get(type(error).__name__, "it cannot be done now"))
        raise


def caller(node: OpenNode, arguments: Arguments) -> Any:
    """Tell whose token this is; nothing is recorded."""
    now = node.clock.now()
    return {"name": node.read(lambda connection: get_caller(connection, arguments.get("token"), now)).name}


def turned_away(node: OpenNode, arguments: Arguments) -> Any:
    """Record that a call was refused before it was looked at."""
    why = str(arguments.get("why"))
    _record_refusal(node, arguments.get("token"), "api call", _WHY.get(why, "it cannot be read"))
    return {}


def _document(node: OpenNode, connection: Connection, token: ApiToken, arguments: Arguments) -> Answered:
    """Let a token's holder read the description of the interface."""
    return Answered({})


OPERATIONS: dict[str, ApiCall] = {
    "api_incidents": ApiCall(Permission.READ_INCIDENTS, api_incidents.list_, "audit"),
    "api_incident": ApiCall(Permission.READ_INCIDENTS, api_incidents.show, "audit"),
    "api_incident_numbers": ApiCall(Permission.LINK_INCIDENTS, api_incidents.link),
    "api_incident_roster": ApiCall(Permission.SET_ROSTERS, api_incidents.set_who_was_there),
    "api_check_in_create": ApiCall(Permission.CREATE_CHECK_INS, api_check_ins.create),
    "api_check_in": ApiCall(Permission.CREATE_CHECK_INS, api_check_ins.state, "audit"),
    "api_document": ApiCall(None, _document, "audit"),
}
BEFORE: dict[str, Callable[[OpenNode, Arguments], Any]] = {"api_caller": caller, "api_turned_away": turned_away}
_WHY = {
    "NotAuthenticated": "no token that stands",
    "NotAllowed": "the token lacks the permission",
    "NotFound": "there is no such thing, or it is not the token's",
    "InvalidRequest": "what was sent is wrong",
    "AlreadyExists": "it exists, and differs",
    "TooMuch": "too many calls",
}


def _record_refusal(node: OpenNode, said: Any, action: str, why: str) -> None:
    def write(connection: Connection) -> None:
        token = find_caller(connection, said)
        actor = "unknown" if token is None else token.actor
        TRAIL.record(connection, node.clock.now(), Entry(actor, action, "", f"refused: {why}"))

    node.write("audit", write)


def _action(name: str) -> str:
    return name.replace("_", " ")
