"""Ids of what is made here."""

import secrets
from datetime import datetime

ID_LENGTH = 16  # bytes
_TIME = 6  # bytes of milliseconds since 1970


def new_id(now: datetime) -> bytes:
    """Make an id, 16 bytes: the time, then 80 random bits. New ones lie at the end of an index, not all over it.

    Only for what says its time anyway. Source: RFC 9562, version 7, without its version and variant bits.
    """
    return int(now.timestamp() * 1000).to_bytes(_TIME, "big") + secrets.token_bytes(ID_LENGTH - _TIME)
