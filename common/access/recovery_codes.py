"""Recovery codes: ten for each user, each good once, kept hashed. They lift a lock and stand for a one-time code.

A code has 80 random bits, so a plain hash is enough: nobody goes through them all.
"""

import os
from base64 import b32encode
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, delete, func, insert, select, update

from common.access.tables import Access

CODES = 10
_BYTES = 10
_GROUP = 4


def new_code() -> str:
    """Make a code that a person can copy from paper: 16 letters and digits in groups of four."""
    letters = b32encode(os.urandom(_BYTES)).decode().lower()
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def read_code(said: str) -> bytes:
    """Give a code's bytes as they are compared, without capitals, spaces and dashes; 0 and 1 are read as o and l."""
    plain = "".join(sign for sign in said.casefold() if sign.isalnum()).replace("0", "o").replace("1", "l")
    return plain.encode("utf-8", "replace")[:64]


def code_hash(user_id: bytes, said: str) -> bytes:
    """Give what a user's code is known by."""
    return sha256(b"holdfast recovery code\0" + user_id + read_code(said)).digest()


def renew_codes(access: Access, connection: Connection, user_id: bytes, now: datetime) -> list[str]:
    """Make a user's codes anew; the old ones are void."""
    connection.execute(delete(access.recovery_codes).where(access.recovery_codes.c.user_id == user_id))
    codes = [new_code() for _ in range(CODES)]
    rows = [{"code_hash": code_hash(user_id, code), "user_id": user_id, "made_at": now} for code in codes]
    connection.execute(insert(access.recovery_codes), rows)
    return codes


def use_code(
    access: Access, connection: Connection, user_id: bytes, said: str, now: datetime, *, only_look: bool = False
) -> bool:
    """Tell whether a code is the user's and was not used; it is used now, unless it is only looked at."""
    table = access.recovery_codes
    is_unused = (table.c.code_hash == code_hash(user_id, said)) & table.c.used_at.is_(None)
    if only_look:
        return connection.execute(select(func.count()).select_from(table).where(is_unused)).scalar_one() > 0
    return connection.execute(update(table).where(is_unused).values(used_at=now)).rowcount > 0


def count_unused(access: Access, connection: Connection, user_id: bytes) -> int:
    """Count the codes that a user has left."""
    table = access.recovery_codes
    query = select(func.count()).select_from(table).where(table.c.user_id == user_id, table.c.used_at.is_(None))
    return int(connection.execute(query).scalar_one())
