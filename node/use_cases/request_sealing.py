"""How a request for a peer is sealed and opened: the inner key for its coordinators, the data key round everything.

Source: DOMAIN.md 2, "sealed to the coordinators on duty"; TRUST.md t03, i04.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection

from common.audit.entry import Entry
from common.errors import NotAllowed, WrongState
from node.domain.support_request import Asked, State, asked_of
from node.persistence import support_requests as rows
from node.persistence.audit import TRAIL
from node.persistence.bodies import Flagged, Sealed, open_body, seal_body, subject_of
from node.persistence.data_keys import get_key
from node.persistence.support_requests import StoredRequest
from node.vault.fields import DataKey, Place
from node.vault.sealing import open_sealed, seal_to, seal_to_each
from node.vault.vault import Vault

TABLE = "support_request"


@dataclass(frozen=True)
class Reader:
    """A coordinator with the open key."""

    user_id: bytes
    name: str
    private_key: bytes


@dataclass(frozen=True)
class OpenRequest:
    """A request, opened, with its two keys."""

    stored: StoredRequest
    outer: DataKey
    inner: DataKey
    asked: Asked


def open_request(vault: Vault, connection: Connection, reader: Reader, request_id: bytes) -> OpenRequest:
    """Open a request with a coordinator's key.

    Raises:
        NotAllowed: it is not sealed to this coordinator.
        WrongState: what is stored is not what was written.
    """
    inner = DataKey(inner_key(vault, connection, reader, request_id))
    stored = rows.find_request(connection, request_id)
    if stored is None:
        raise WrongState("this request is gone")
    body = rows.get_body(connection, request_id, stored.version)
    content = open_body(connection, vault, TABLE, Sealed(request_id, stored.version, body))
    if isinstance(content, Flagged):
        raise WrongState(f"this request is not shown: {content.because}")
    written_state = State(content["state"])
    if stored.state is not written_state and (written_state, stored.state) != (State.ANSWERED, State.CLOSED):
        raise WrongState("this request is not shown: what stands beside it in the store is not what was written")
    plain = inner.open(_place(request_id, stored.version), bytes.fromhex(content["sealed"]))
    return OpenRequest(stored, get_key(connection, vault, request_id), inner, asked_of(json.loads(plain)))


def inner_key(vault: Vault, connection: Connection, reader: Reader, request_id: bytes) -> bytes:
    """Open a coordinator's copy of the inner key; raises NotAllowed when there is none."""
    copy = rows.find_key(connection, request_id, reader.user_id)
    if copy is None:
        raise NotAllowed("this request is not sealed to you: ask one of those it is sealed to, who can share it")
    outer = get_key(connection, vault, request_id)
    hidden = outer.open(_copy_place(request_id, reader.user_id), copy)
    return open_sealed(reader.private_key, hidden, _info("key", request_id))


def add_copies(
    connection: Connection,
    outer: DataKey,
    request_id: bytes,
    recipients: Iterable[tuple[bytes, bytes]],
    inner: bytes,
) -> None:
    """Store a copy of the inner key for each of these, given as (user id, public key)."""
    copies = seal_to_each(recipients, inner, _info("key", request_id))
    rows.add_keys(
        connection, request_id, {who: outer.seal(_copy_place(request_id, who), copy) for who, copy in copies.items()}
    )


def write_version(
    connection: Connection,
    by: tuple[str, str, bytes],
    keys: tuple[DataKey, DataKey],
    stored: StoredRequest,
    asked: Asked,
    now: datetime,
) -> None:
    """Store a version, sealed twice, with its line in the trail.

    Args:
        by: who and what, as the trail tells it, and the author's user id.
        keys: the outer and the inner one.
    """
    actor, action, author = by
    outer, inner = keys
    plain = json.dumps(asked.to_json(), sort_keys=True).encode()
    hidden = inner.seal(_place(stored.id, stored.version), plain)
    sealed = seal_body(outer, TABLE, stored.id, stored.version, {"state": stored.state.value, "sealed": hidden.hex()})
    rows.add_version(connection, stored.id, stored.version, now, author, sealed.body)
    line = Entry(
        actor, action, subject_of(TABLE, stored.id), version=sealed.version, digest=sha256(sealed.body).digest()
    )
    TRAIL.record(connection, now, line)


def seal_answer(outer: DataKey, request_id: bytes, code_key: bytes, text: str) -> bytes:
    """Seal an answer to the public key of the pick-up code."""
    return outer.seal(_answer_place(request_id), seal_to(code_key, text.encode(), _info("answer", request_id)))


def open_answer(outer: DataKey, request_id: bytes, code_private: bytes, answer: bytes) -> str:
    """Open an answer with the key of the pick-up code."""
    hidden = outer.open(_answer_place(request_id), answer)
    return open_sealed(code_private, hidden, _info("answer", request_id)).decode()


def _place(request_id: bytes, version: int) -> Place:
    return Place(TABLE, "asked", request_id, version)


def _answer_place(request_id: bytes) -> Place:
    return Place(TABLE, "answer", request_id)


def _copy_place(request_id: bytes, recipient: bytes) -> Place:
    return Place("support_request_key", recipient.hex(), request_id)


def _info(what: str, request_id: bytes) -> bytes:
    return b"holdfast request for a peer\0" + what.encode() + b"\0" + request_id
