"""Secrets of users that the node itself must read, such as a one-time code's, sealed under the user's data key."""

from datetime import datetime

from sqlalchemy import Connection

from node.persistence.data_keys import KeyKind, find_keys, make_key
from node.vault.fields import Place
from node.vault.vault import Vault


def seal_secret(connection: Connection, vault: Vault, user_id: bytes, secret: str, now: datetime) -> bytes:
    """Seal a user's secret; the user gets a data key at the first one."""
    key = find_keys(connection, vault, [user_id]).get(user_id)
    if key is None:
        key = make_key(connection, vault, KeyKind.USER, user_id, now)
    return key.seal(_place(user_id), secret.encode())


def open_secret(connection: Connection, vault: Vault, user_id: bytes, sealed: bytes) -> str:
    """Open a user's secret; raises Altered."""
    return find_keys(connection, vault, [user_id])[user_id].open(_place(user_id), sealed).decode()


def _place(user_id: bytes) -> Place:
    return Place("user_account", "one_time_sealed", user_id)
