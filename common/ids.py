"""Ids of what is made here."""

import secrets
from datetime import datetime

ID_LENGTH = 16  # bytes
_TIME = 6  # bytes of milliseconds since 1970


def new_id(now: datetime) -> bytes:
    """Make an id, 16 bytes: the time, then 80 random bits. New ones lie at the end of an index, not all over it.

    Only for what says its time anyway. Source: RFC 9562, version 7, without its version and variant bits.
    """
    return new_ids(now, 1)[0]


def new_ids(now: datetime, count: int) -> list[bytes]:
    """Make many ids of one moment as `new_id` does, in ascending order, with one call for all that is random."""
    moment, length = int(now.timestamp() * 1000).to_bytes(_TIME, "big"), ID_LENGTH - _TIME
    random = secrets.token_bytes(length * count)
    return sorted(moment + random[at : at + length] for at in range(0, len(random), length))
