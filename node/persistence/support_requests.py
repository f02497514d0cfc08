"""Requests for a peer: clear are only times, the state and a blind index; the rest is sealed twice.

1. The inner key of a request is sealed to the coordinators who were on duty, one copy each (HPKE). Without one of their
   private keys nobody reads it: not an operator, not the machine.
2. Round it lies the request's data key, as for every record: destroying it erases the request, also in a backup whose
   key-encryption key was kept.

Source: DOMAIN.md 2, "sealed to the coordinators on duty"; TRUST.md i03, i04.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from common.storage.columns import UtcDateTime
from node.domain.support_request import State
from node.persistence.schema import Base, table_of

_STATES = ",".join(f"'{state.value}'" for state in State)


class SupportRequestRow(Base):
    __tablename__ = "support_request"
    __table_args__ = (
        CheckConstraint("length(id) = 16", name="id_length"),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
    )

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(8))
    version: Mapped[int] = mapped_column(Integer)
    code_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed to whoever holds the code
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class SupportRequestVersionRow(Base):
    __tablename__ = "support_request_version"

    request_id: Mapped[bytes] = mapped_column(
        LargeBinary, ForeignKey("support_request.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    author: Mapped[bytes] = mapped_column(LargeBinary)  # a user's id; empty: who asked
    body: Mapped[bytes] = mapped_column(LargeBinary)  # sealed


class SupportRequestKeyRow(Base):
    __tablename__ = "support_request_key"

    request_id: Mapped[bytes] = mapped_column(
        LargeBinary, ForeignKey("support_request.id", ondelete="CASCADE"), primary_key=True
    )
    recipient: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)  # a user's id
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True)
class StoredRequest:
    """What can be seen of a request without a key."""

    id: bytes
    asked_at: datetime
    state: State
    version: int
    answer: bytes | None
    changed_at: datetime


_TABLE, _VERSION, _KEY = (table_of(row) for row in (SupportRequestRow, SupportRequestVersionRow, SupportRequestKeyRow))


def add_request(connection: Connection, stored: StoredRequest, code_index: bytes) -> None:
    """Store a new request."""
    row = vars(stored) | {"state": stored.state.value, "code_index": code_index}
    connection.execute(insert(_TABLE), row)


def change_request(connection: Connection, stored: StoredRequest, from_version: int) -> bool:
    """Store what changed, if nobody changed it since; tell whether it was stored."""
    same = (_TABLE.c.id == stored.id) & (_TABLE.c.version == from_version)
    values = {"state": stored.state.value, "version": stored.version, "answer": stored.answer}
    changed = update(_TABLE).where(same).values(**values, changed_at=stored.changed_at)
    return connection.execute(changed).rowcount == 1


def add_version(
    connection: Connection, request_id: bytes, version: int, now: datetime, author: bytes, body: bytes
) -> None:
    """Store one version's sealed body."""
    row = {"request_id": request_id, "version": version, "written_at": now, "author": author, "body": body}
    connection.execute(insert(_VERSION), row)


def get_body(connection: Connection, request_id: bytes, version: int) -> bytes:
    """Fetch a version's sealed body."""
    one = (_VERSION.c.request_id == request_id) & (_VERSION.c.version == version)
    return bytes(connection.execute(select(_VERSION.c.body).where(one)).scalar_one())


def add_keys(connection: Connection, request_id: bytes, sealed: Mapping[bytes, bytes]) -> None:
    """Store the copies of a request's inner key, one for each recipient; a copy that stands is replaced."""
    rows = [{"request_id": request_id, "recipient": who, "sealed": copy} for who, copy in sealed.items()]
    known = (_KEY.c.request_id == request_id) & _KEY.c.recipient.in_(list(sealed))
    connection.execute(delete(_KEY).where(known))
    connection.execute(insert(_KEY), rows)


def find_key(connection: Connection, request_id: bytes, recipient: bytes) -> bytes | None:
    """Find one recipient's copy of the inner key."""
    one = (_KEY.c.request_id == request_id) & (_KEY.c.recipient == recipient)
    found = connection.execute(select(_KEY.c.sealed).where(one)).scalar_one_or_none()
    return None if found is None else bytes(found)


def list_recipients(connection: Connection, request_id: bytes) -> list[bytes]:
    """List the users to whom a request is sealed."""
    query = select(_KEY.c.recipient).where(_KEY.c.request_id == request_id).order_by(_KEY.c.recipient)
    return [bytes(recipient) for recipient in connection.execute(query).scalars()]


def find_by_code(connection: Connection, code_index: bytes) -> StoredRequest | None:
    """Find the request that a pick-up code belongs to."""
    row = connection.execute(select(_TABLE).where(_TABLE.c.code_index == code_index)).one_or_none()
    return None if row is None else _stored(row)


def find_request(connection: Connection, request_id: bytes) -> StoredRequest | None:
    """Find a request by id."""
    row = connection.execute(select(_TABLE).where(_TABLE.c.id == request_id)).one_or_none()
    return None if row is None else _stored(row)


def list_requests(connection: Connection, states: frozenset[State]) -> list[StoredRequest]:
    """List requests in these states, the oldest first."""
    query = select(_TABLE).where(_TABLE.c.state.in_([state.value for state in states]))
    return [_stored(row) for row in connection.execute(query.order_by(_TABLE.c.asked_at, _TABLE.c.id))]


def count_asked(connection: Connection, since: datetime) -> int:
    """Tell how many were made since a moment."""
    return int(connection.execute(select(func.count()).where(_TABLE.c.asked_at > since)).scalar_one())


def list_settled(connection: Connection, state: State, before: datetime) -> list[bytes]:
    """List the requests that have been in a state since before a moment."""
    query = select(_TABLE.c.id).where(_TABLE.c.state == state.value, _TABLE.c.changed_at <= before)
    return [bytes(id_) for id_ in connection.execute(query.order_by(_TABLE.c.changed_at)).scalars()]


def close_by_itself(connection: Connection, request_id: bytes, now: datetime) -> None:
    """Close an answered request; its last version stays."""
    one = (_TABLE.c.id == request_id) & (_TABLE.c.state == State.ANSWERED.value)
    connection.execute(update(_TABLE).where(one).values(state=State.CLOSED.value, changed_at=now))


def remove_requests(connection: Connection, request_ids: list[bytes]) -> None:
    """Delete requests with their versions and keys."""
    connection.execute(delete(_TABLE).where(_TABLE.c.id.in_(request_ids)))


def _stored(row: Any) -> StoredRequest:
    return StoredRequest(
        id=bytes(row.id),
        asked_at=row.asked_at,
        state=State(row.state),
        version=row.version,
        answer=None if row.answer is None else bytes(row.answer),
        changed_at=row.changed_at,
    )
