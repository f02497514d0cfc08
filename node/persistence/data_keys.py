"""The data keys of members, supporters, encounters and requests, each wrapped; destroying one erases its subject.

Source: DESIGN.md 6; TRUST.md i04.
"""

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Label,
    LargeBinary,
    SmallInteger,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from common.errors import NotFound
from common.storage.bulk import insert_all
from common.storage.columns import UtcDateTime
from node.persistence.schema import Base, table_of
from node.vault.fields import DataKey
from node.vault.vault import Vault


class KeyKind(IntEnum):
    """What a data key belongs to: retention and erasure go by it."""

    MEMBER = 1
    SUPPORTER = 2
    ENCOUNTER = 3
    FOLLOW_UP = 4
    PEER_REQUEST = 5
    DISCLOSURE = 6
    USER = 7  # of the node: what it must read itself to let somebody in
    NOTICES = 8  # how people are reached
    RELEASE = 9  # why a figure is withheld


class Erased(NotFound):
    """The record was erased: its key is destroyed, and nobody can read it again."""


@dataclass(frozen=True)
class KeyCopy:
    """One data key as it is stored: wrapped, or destroyed."""

    subject_id: bytes
    kind: int
    key_id: bytes
    wrapped: bytes | None
    made_at: datetime
    destroyed_at: datetime | None


class DataKeyRow(Base):
    __tablename__ = "data_key"
    __table_args__ = (
        CheckConstraint("length(subject_id) = 16", name="subject_length"),
        CheckConstraint("(wrapped IS NULL) = (destroyed_at IS NOT NULL)", name="destroyed_or_there"),
        {"sqlite_with_rowid": False},
    )

    subject_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    kind: Mapped[int] = mapped_column(SmallInteger)
    key_id: Mapped[bytes] = mapped_column(LargeBinary)  # which key-encryption key wraps it
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)  # None: destroyed
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    destroyed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


_KEY = table_of(DataKeyRow)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COPY = struct.Struct(">16sB8sqqH")  # then the wrapped key; a time that is none is -1
_AT_ONCE = 2000  # data keys re-wrapped before the next are read


def make_keys(
    connection: Connection, vault: Vault, kind: KeyKind, subject_ids: Iterable[bytes], now: datetime
) -> dict[bytes, DataKey]:
    """Make and store a data key for each of some new subjects."""
    wanted = list(subject_ids)
    made = dict(zip(wanted, vault.new_keys(wanted), strict=True))
    what, at = (int(kind), vault.key_id), UtcDateTime.number(now)
    insert_all(connection, _KEY, [(id_, *what, wrapped, at, None) for id_, (_, wrapped) in made.items()])
    return {subject_id: key for subject_id, (key, _) in made.items()}


def make_key(connection: Connection, vault: Vault, kind: KeyKind, subject_id: bytes, now: datetime) -> DataKey:
    """Make and store the data key of a new subject."""
    return make_keys(connection, vault, kind, [subject_id], now)[subject_id]


def get_key(connection: Connection, vault: Vault, subject_id: bytes) -> DataKey:
    """Fetch a subject's data key.

    Raises:
        Erased: the key was destroyed, or there never was one.
        Altered: what is stored is not this subject's key.
    """
    found = find_keys(connection, vault, [subject_id])
    if subject_id not in found:
        raise Erased("this record was erased: its key is destroyed, and nobody can read it again")
    return found[subject_id]


def find_keys(connection: Connection, vault: Vault, subject_ids: Iterable[bytes]) -> Mapping[bytes, DataKey]:
    """Fetch the data keys of those subjects that have one; erased ones are left out."""
    found = find_wrapped(connection, subject_ids)
    return {subject_id: vault.unwrap(subject_id, wrapped) for subject_id, wrapped in found.items()}


def find_wrapped(connection: Connection, subject_ids: Iterable[bytes]) -> Mapping[bytes, bytes]:
    """Fetch wrapped data keys: one that does not open then leaves the others readable."""
    wanted = list(subject_ids)
    query = select(_KEY.c.subject_id, _KEY.c.wrapped).where(_KEY.c.subject_id.in_(wanted), _KEY.c.wrapped.is_not(None))
    return {bytes(id_): bytes(wrapped) for id_, wrapped in connection.execute(query)}


def wrapped_of(subject_id: Column[Any]) -> Label[bytes | None]:
    """Give the column `wrapped` for a query: a subject's wrapped data key, read together with it, or NULL."""
    return select(_KEY.c.wrapped).where(_KEY.c.subject_id == subject_id).scalar_subquery().label("wrapped")


def destroy_keys(connection: Connection, subject_ids: Iterable[bytes], now: datetime) -> int:
    """Destroy data keys, and tell how many there were."""
    wanted = list(subject_ids)
    destroyed = update(_KEY).where(_KEY.c.subject_id.in_(wanted), _KEY.c.wrapped.is_not(None))
    return connection.execute(destroyed.values(wrapped=None, destroyed_at=now)).rowcount


def count_keys(connection: Connection) -> tuple[int, int]:
    """Count the data keys that are there, and those that were destroyed."""
    held = connection.execute(select(func.count(), func.count(_KEY.c.wrapped)).select_from(_KEY)).one()
    return held[1], held[0] - held[1]


def find_key_id(connection: Connection) -> bytes | None:
    """Tell which key-encryption key wraps the data keys; None where there is none."""
    held = connection.execute(select(_KEY.c.key_id).where(_KEY.c.wrapped.is_not(None)).limit(1)).scalar_one_or_none()
    return None if held is None else bytes(held)


def rewrap(connection: Connection, old: Vault, new: Vault, told: Callable[[int, int], None] | None = None) -> int:
    """Wrap every data key anew, and tell how many there were. One transaction: all of them or none.

    Args:
        told: called now and then with how many are done, of how many.

    Raises:
        Altered: what is stored is no key of the old key-encryption key.
    """
    waiting = _KEY.c.wrapped.is_not(None) & (_KEY.c.key_id != new.key_id)
    whole = connection.execute(select(func.count()).select_from(_KEY).where(waiting)).scalar_one()
    put = update(_KEY).where(_KEY.c.subject_id == bindparam("id")).values(wrapped=bindparam("fresh"), key_id=new.key_id)
    done, last = 0, b""
    following = select(_KEY.c.subject_id, _KEY.c.wrapped).where(waiting, _KEY.c.subject_id > bindparam("last"))
    while rows := connection.execute(following.order_by(_KEY.c.subject_id).limit(_AT_ONCE), {"last": last}).all():
        last = bytes(rows[-1].subject_id)
        fresh = [
            {"id": id_, "fresh": new.wrap(bytes(id_), old.unwrapped(bytes(id_), bytes(wrapped)))}
            for id_, wrapped in rows
        ]
        connection.execute(put, fresh)
        done += len(rows)
        if told is not None:
            told(done, whole)
    return done


def list_keys(connection: Connection) -> list[KeyCopy]:
    """List every data key, the destroyed ones too."""
    return [KeyCopy(**row._mapping) for row in connection.execute(select(_KEY).order_by(_KEY.c.subject_id))]


def put_keys(connection: Connection, keys: Sequence[KeyCopy]) -> None:
    """Store data keys as they were listed, into a store that has none."""
    if keys:
        connection.execute(insert(_KEY), [vars(key) for key in keys])


def pack_keys(keys: Iterable[KeyCopy]) -> bytes:
    """Write data keys one behind the other."""
    return b"".join(
        _COPY.pack(key.subject_id, key.kind, key.key_id, _micros(key.made_at), _micros(key.destroyed_at), len(wrapped))
        + wrapped
        for key in keys
        for wrapped in [key.wrapped or b""]
    )


def unpack_keys(content: bytes) -> list[KeyCopy]:
    """Read what `pack_keys` wrote."""
    found, at = [], 0
    while at < len(content):
        subject_id, kind, key_id, made, destroyed, length = _COPY.unpack_from(content, at)
        at += _COPY.size + length
        made_at, destroyed_at = _moment(made), _moment(destroyed)
        assert made_at is not None
        found.append(KeyCopy(subject_id, kind, key_id, content[at - length : at] or None, made_at, destroyed_at))
    return found


def _micros(moment: datetime | None) -> int:
    number = UtcDateTime.number(moment)
    return -1 if number is None else number


def _moment(number: int) -> datetime | None:
    return None if number < 0 else _EPOCH + timedelta(microseconds=number)
