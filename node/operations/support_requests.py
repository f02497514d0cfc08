"""Requests for a peer: made and looked up with no sign-in; read and answered by the coordinators they are sealed to."""

from functools import partial
from typing import Any

from sqlalchemy import Connection

from common.access import users
from common.access.person import Person
from common.access.roles import Action, Role
from common.errors import InvalidRequest, NotAllowed, NotFound, TooMuch
from common.short_ids import one_meant
from common.text import clean_line, clean_text
from node.domain import support_request as rules
from node.domain.encounter import SupportKind
from node.domain.one_time_code import grouped, read_code
from node.domain.support_request import LONGEST, OPEN, Asked, CloseReason, State, Wish
from node.domain.words import read_word
from node.opened import OpenNode
from node.operations.guarded import Guarded
from node.operations.refusing import refuse
from node.operations.typed import iso
from node.persistence import guesses, note_keys
from node.persistence import support_requests as rows
from node.persistence.access import ACCESS
from node.persistence.guesses import Purpose
from node.persistence.support_requests import StoredRequest
from node.use_cases import support_requests as use_case
from node.use_cases.people_notices import Announcer
from node.use_cases.support_requests import Desk, Reader

Arguments = dict[str, Any]
ACTION = Action.SEE_PEER_REQUESTS
MOST_WRONG = 30  # codes in an hour


def ask(node: OpenNode, arguments: Arguments) -> Any:
    """Take in a request from somebody who is not signed in; gives the code to look for the answer with."""
    wish = read_word(Wish, arguments.get("wish") or Wish.ANYONE.value, "wish")
    said = {name: clean_line(arguments.get(name) or "", name, LONGEST[name]) for name in ("named", "contact", "when")}
    rules.check_wish(wish, said["named"])
    kind = read_word(SupportKind, arguments["kind"], "kind").value if arguments.get("kind") else ""
    now = node.clock.now()

    def told(code_key: bytes) -> Asked:
        return Asked(wish, code_key, kind=kind, **said)

    code = node.write("support_request", lambda connection: use_case.ask(desk_of(node), connection, told, now))
    return {"code": grouped(code), "reached": bool(said["contact"]), "crisis_line": node.settings.crisis_line}


def look(node: OpenNode, arguments: Arguments) -> Any:
    """Give the state of a request and its answer to whoever holds its code."""
    code, now = read_code(str(arguments.get("code", ""))), node.clock.now()

    def read(connection: Connection) -> tuple[State, str] | None:
        if guesses.count_wrong(connection, Purpose.SUPPORT_REQUEST, now) >= MOST_WRONG:
            raise TooMuch("too many wrong codes were said here: try again in an hour")
        found = use_case.look(desk_of(node), connection, code)
        if found is None:
            guesses.note_wrong(connection, Purpose.SUPPORT_REQUEST, now)
        return found

    found = node.write("support_request_looked", read)
    if found is None:
        raise NotAllowed("this code is not known here, or its request is gone: ask again")
    return {"state": found[0].value, "answer": found[1], "crisis_line": node.settings.crisis_line}


def list_(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """List requests: since when they wait, and to whom each is sealed. What they say is shown one by one."""
    states = frozenset(State) if arguments.get("all") else OPEN

    def read(connection: Connection) -> Any:
        names = {user.id: user.name for user in users.list_users(ACCESS, connection)}
        return [_row(node, connection, each, names, person) for each in rows.list_requests(connection, states)]

    return node.read(read)


def show(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Open a request."""
    request_id, now = _meant(node, arguments), node.clock.now()
    reader = _reader(node, person, request_id)
    stored, asked = node.write(
        "support_request", lambda connection: use_case.read(desk_of(node), connection, reader, request_id, now)
    )
    content = {name: value for name, value in asked.to_json().items() if name != "code_key"}
    return {"id": request_id.hex(), "state": stored.state.value, "asked_at": iso(node, stored.asked_at), **content}


def take(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Say who looks after a request: this coordinator, or a supporter."""
    by = clean_line(arguments.get("by") or person.name, "by", LONGEST["taken_by"], 1)
    return _change(node, person, arguments, partial(rules.take, by=by))


def answer(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Leave an answer, which whoever asked finds under the code."""
    text = clean_text(arguments.get("text"), "answer", LONGEST["answer"], 1)
    return _change(node, person, arguments, partial(rules.answer, text=text, by=person.name))


def close(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Close a request."""
    reason = read_word(CloseReason, arguments.get("reason"), "reason")
    return _change(node, person, arguments, partial(rules.close, reason=reason))


def share(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Seal a request to one more coordinator."""
    request_id, now = _meant(node, arguments), node.clock.now()
    reader = _reader(node, person, request_id)

    def write(connection: Connection) -> str:
        user = users.get(ACCESS, connection, str(arguments.get("to") or ""))
        public = note_keys.find_public(connection, user.id)
        if not user.is_active or Role.COORDINATOR not in user.roles or public is None:
            raise InvalidRequest(f"to: {user.name} is no active coordinator who has signed in once and got a key")
        use_case.share(desk_of(node), connection, reader, request_id, (user.id, bytes(public)), now)
        return user.name

    return {"id": request_id.hex(), "shared_with": node.write("support_request", write)}


OPERATIONS: dict[str, Guarded] = {
    "support_requests": Guarded(ACTION, list_),
    "support_request_show": Guarded(ACTION, show),
    "support_request_take": Guarded(ACTION, take),
    "support_request_answer": Guarded(ACTION, answer),
    "support_request_close": Guarded(ACTION, close),
    "support_request_share": Guarded(ACTION, share),
}
OPEN_TO_ALL = {"ask_for_peer": ask, "look_for_answer": look}


def expire_by_itself(node: OpenNode) -> None:
    """Close and erase what is past its time, as the scheduler does."""
    now = node.clock.now()
    node.write("support_requests_expired", lambda connection: use_case.expire(connection, now))


def desk_of(node: OpenNode) -> Desk:
    """Give what requests need of a node."""
    return Desk(node.vault, Announcer(node.vault, node.settings.zone), node.settings.crisis_line)


def _change(node: OpenNode, person: Person, arguments: Arguments, do: use_case.Change) -> Any:
    request_id, now = _meant(node, arguments), node.clock.now()
    reader = _reader(node, person, request_id)
    after = node.write(
        "support_request", lambda connection: use_case.change(desk_of(node), connection, reader, request_id, do, now)
    )
    return {"id": request_id.hex(), "state": after.state.value}


def _reader(node: OpenNode, person: Person, request_id: bytes) -> Reader:
    """Give who reads; refused and recorded, when the request is not sealed to them."""
    subject = f"{use_case.TABLE} {request_id.hex()}"
    if node.read(lambda connection: rows.find_key(connection, request_id, person.user_id)) is None:
        refuse(node, person, ACTION, subject, "it is not sealed to you; one of those it is sealed to can share it")
    if person.note_key is None:
        refuse(node, person, ACTION, subject, "your key is closed; sign in with your password to open it")
    return Reader(person.user_id, person.name, person.note_key)


def _meant(node: OpenNode, arguments: Arguments) -> bytes:
    known = [each.id for each in node.read(lambda connection: rows.list_requests(connection, frozenset(State)))]
    typed = str(arguments.get("id", "")).strip().lower()
    found = [id_ for id_ in known if id_.hex().endswith(typed)] if len(typed) >= _SHORTEST else []
    if len(found) == 1:  # the beginning of an id is its time, so people type the end
        return found[0]
    if found:
        raise InvalidRequest("request: several end so; give more of the id")
    if not typed:
        raise NotFound("request: give its id: `holdfast node requests-for-peer list` shows it")
    return one_meant(typed, known, "request", "there is no request {digits}: `requests-for-peer list` shows them")


_SHORTEST = 4


def _row(
    node: OpenNode, connection: Connection, stored: StoredRequest, names: dict[bytes, str], person: Person
) -> dict[str, Any]:
    recipients = rows.list_recipients(connection, stored.id)
    return {
        "id": stored.id.hex(),
        "asked_at": iso(node, stored.asked_at),
        "state": stored.state.value,
        "changed_at": iso(node, stored.changed_at),
        "sealed_to": ", ".join(sorted(names.get(each, "?") for each in recipients)),
        "is_yours": person.user_id in recipients,
    }
