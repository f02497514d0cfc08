"""What people are to be told, and how each wants it. Their addresses are sealed."""

import json
from datetime import datetime

from sqlalchemy import Connection, LargeBinary, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from common.notify.preference import Preference, preference_of
from common.notify.queue import declare_queue
from node.persistence.data_keys import KeyKind, find_keys, make_key
from node.persistence.schema import Base, table_of
from node.vault.fields import DataKey, Place
from node.vault.vault import Vault

QUEUE = declare_queue(Base.metadata)


class NoticePreferenceRow(Base):
    __tablename__ = "notice_preference"
    __table_args__ = ({"sqlite_with_rowid": False},)

    user_id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)  # sealed


_TABLE = table_of(NoticePreferenceRow)


def about(vault: Vault, *named: str) -> bytes:
    """Give the digest by which the queue knows an event: nobody who reads it learns what it is about."""
    return vault.blind("people_notice.about", "\0".join(named))


def save_preference(connection: Connection, vault: Vault, user_id: bytes, chosen: Preference, now: datetime) -> None:
    """Store how somebody wants to be told."""
    key = _key(connection, vault, user_id, now)
    body = key.seal(_place(user_id), json.dumps(chosen.to_json(), sort_keys=True).encode())
    connection.execute(delete(_TABLE).where(_TABLE.c.user_id == user_id))
    connection.execute(insert(_TABLE), {"user_id": user_id, "body": body})


def find_preference(connection: Connection, vault: Vault, user_id: bytes) -> Preference:
    """Find how somebody wants to be told; with no address, when they never said."""
    body = connection.execute(select(_TABLE.c.body).where(_TABLE.c.user_id == user_id)).scalar_one_or_none()
    subject = _subject(vault, user_id)
    keys = {} if body is None else find_keys(connection, vault, [subject])
    if body is None or subject not in keys:
        return Preference()
    return preference_of(json.loads(keys[subject].open(_place(user_id), bytes(body))))


def _key(connection: Connection, vault: Vault, user_id: bytes, now: datetime) -> DataKey:
    subject = _subject(vault, user_id)
    found = find_keys(connection, vault, [subject])
    return found[subject] if subject in found else make_key(connection, vault, KeyKind.NOTICES, subject, now)


def _subject(vault: Vault, user_id: bytes) -> bytes:
    return vault.blind("notice_preference.key", user_id.hex())


def _place(user_id: bytes) -> Place:
    return Place("notice_preference", "body", user_id)
