"""Requests for a peer: asked with no account, sealed to the coordinators on duty, looked up under a code.

1. A request is sealed to the coordinators on duty before it is stored; when nobody can open one, it is refused, with
   other ways to get help. Nothing is ever stored that the machine could read.
2. The trail tells that somebody asked, not who; and every reading and change by a coordinator.
3. A request whose newest version is not the one that the trail tells of does not open: it was put back or altered.
4. Whoever holds the code sees the state and the answer.
5. An answered request closes by itself; a closed one is erased, key and all. One that waits, waits until it is closed.

Source: DOMAIN.md 2 and 3; TRUST.md i03, i04, t03.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from common.access.roles import Action
from common.audit.entry import Entry
from common.errors import TemporarilyUnavailable, WrongState
from common.ids import new_id
from common.notify.catalogue import Kind
from node.domain.one_time_code import RANDOM_BYTES, code_from
from node.domain.support_request import (
    ANSWERED_FOR,
    CLOSED_FOR,
    COMES_ON_DUTY_WITHIN,
    Asked,
    State,
    check_room,
)
from node.persistence import support_requests as rows
from node.persistence.audit import TRAIL
from node.persistence.data_keys import KeyKind, destroy_keys, get_key, make_key
from node.persistence.support_requests import StoredRequest
from node.use_cases.on_duty import recipients_for
from node.use_cases.people_notices import Announcer
from node.use_cases.request_sealing import TABLE as TABLE
from node.use_cases.request_sealing import Reader as Reader
from node.use_cases.request_sealing import add_copies, inner_key, open_answer, open_request, seal_answer, write_version
from node.vault.fields import KEY_BYTES, DataKey
from node.vault.sealing import key_of_code, public_of
from node.vault.vault import Vault

ASKING, SOMEBODY = "ask for a peer", "somebody"  # in the trail
Change = Callable[[Asked, State], tuple[Asked, State]]


@dataclass(frozen=True)
class Desk:
    """What every request needs of the node."""

    vault: Vault
    announcer: Announcer
    crisis_line: str


def ask(desk: Desk, connection: Connection, told: Callable[[bytes], Asked], now: datetime) -> str:
    """Take in a request, and give its pick-up code.

    Args:
        told: gives what was asked, for the code's public key.

    Raises:
        TooMuch: too many wait.
        TemporarilyUnavailable: nobody could open it; says where else there is help.
    """
    waiting = len(rows.list_requests(connection, frozenset({State.WAITING})))
    check_room(waiting, rows.count_asked(connection, now - timedelta(hours=1)), desk.crisis_line)
    recipients = recipients_for(connection, now, desk.announcer.zone, COMES_ON_DUTY_WITHIN)
    if not recipients:  # 1
        raise TemporarilyUnavailable(
            "no coordinator can be asked through here now, and nothing was kept: speak to any supporter, or call "
            f"{desk.crisis_line}; in danger call the emergency number"
        )
    code, request_id = code_from(os.urandom(RANDOM_BYTES)), new_id(now)
    asked, inner = told(public_of(key_of_code(code))), os.urandom(KEY_BYTES)
    outer = make_key(connection, desk.vault, KeyKind.PEER_REQUEST, request_id, now)
    index = desk.vault.blind("support_request.code", code)
    stored = StoredRequest(request_id, now, State.WAITING, 1, None, now)
    rows.add_request(connection, stored, index)
    add_copies(connection, outer, request_id, recipients, inner)
    write_version(connection, (SOMEBODY, ASKING, b""), (outer, DataKey(inner)), stored, asked, now)
    desk.announcer.announce(connection, Kind.PEER_REQUEST_WAITS, [request_id.hex()], now, at=now)
    return code


def look(desk: Desk, connection: Connection, code: str) -> tuple[State, str] | None:
    """Give the state and the answer to whoever holds the code (4); None: there is no such request."""
    stored = rows.find_by_code(connection, desk.vault.blind("support_request.code", code))
    if stored is None:
        return None
    if stored.answer is None:
        return stored.state, ""
    outer = get_key(connection, desk.vault, stored.id)
    return stored.state, open_answer(outer, stored.id, key_of_code(code), stored.answer)


def read(
    desk: Desk, connection: Connection, reader: Reader, request_id: bytes, now: datetime
) -> tuple[StoredRequest, Asked]:
    """Open a request for a coordinator it is sealed to, and record the reading (2).

    Raises:
        NotAllowed: it is not sealed to this coordinator.
        WrongState: what is stored is not what was written (3).
    """
    opened = open_request(desk.vault, connection, reader, request_id)
    _record(connection, reader, now, request_id, "done: read")
    return opened.stored, opened.asked


def change(
    desk: Desk, connection: Connection, reader: Reader, request_id: bytes, do: Change, now: datetime
) -> StoredRequest:
    """Take, answer or close a request; raises as `read` does, and what the change refuses."""
    opened = open_request(desk.vault, connection, reader, request_id)
    stored = opened.stored
    changed, state = do(opened.asked, stored.state)
    answer = stored.answer
    if changed.answer != opened.asked.answer:
        answer = seal_answer(opened.outer, request_id, changed.code_key, changed.answer)
    after = StoredRequest(request_id, stored.asked_at, state, stored.version + 1, answer, now)
    if not rows.change_request(connection, after, stored.version):
        raise WrongState("this request was changed by somebody else just now: look at it again")
    by = (f"user {reader.name}", Action.SEE_PEER_REQUESTS.value, reader.user_id)
    write_version(connection, by, (opened.outer, opened.inner), after, changed, now)
    desk.announcer.withdraw(connection, Kind.PEER_REQUEST_WAITS, [request_id.hex()], now)
    return after


def share(
    desk: Desk, connection: Connection, reader: Reader, request_id: bytes, to: tuple[bytes, bytes], now: datetime
) -> None:
    """Seal a request to one more coordinator, such as the one who comes on duty; raises as `read` does."""
    inner = inner_key(desk.vault, connection, reader, request_id)
    outer = get_key(connection, desk.vault, request_id)
    add_copies(connection, outer, request_id, [to], inner)
    _record(connection, reader, now, request_id, f"done: shared with user {to[0].hex()}")


def expire(connection: Connection, now: datetime) -> int:
    """Close what was answered long ago, erase what was closed long ago (5); tell how many were erased."""
    for request_id in rows.list_settled(connection, State.ANSWERED, now - ANSWERED_FOR):
        rows.close_by_itself(connection, request_id, now)
        TRAIL.record(connection, now, Entry("retention", "close request for a peer", f"{TABLE} {request_id.hex()}"))
    gone = rows.list_settled(connection, State.CLOSED, now - CLOSED_FOR)
    if gone:
        destroy_keys(connection, gone, now)
        rows.remove_requests(connection, gone)
        told = (Entry("retention", "erase request for a peer", f"{TABLE} {each.hex()}") for each in gone)
        TRAIL.record_all(connection, now, told)
    return len(gone)


def _record(connection: Connection, reader: Reader, now: datetime, request_id: bytes, outcome: str) -> None:
    entry = Entry(f"user {reader.name}", Action.SEE_PEER_REQUESTS.value, f"{TABLE} {request_id.hex()}", outcome)
    TRAIL.record(connection, now, entry)
