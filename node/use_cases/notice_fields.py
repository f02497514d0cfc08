"""How the fields of a notice are read, whatever it tells: bounded, printable, in range.

Source: TRUST.md t06, t07, r02.
"""

from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from common.errors import InvalidRequest
from common.ids import ID_LENGTH
from common.wire.times import moment
from common.wire.validate import FIRST_TIME_S, LAST_TIME_S

MAX_TITLE = 200
MAX_SENTENCE = 400
MAX_NAME = 200
MAX_ENTRIES = 4096  # of a list in a notice


def bounded(text: str, limit: int) -> str:
    """Cut text from the hub to `limit` characters, with a replacement sign for each that could act on a screen."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text[:limit])


def id_in(raw: bytes, field: str) -> bytes:
    """Read an id, or raise InvalidRequest naming the field."""
    if len(raw) != ID_LENGTH:
        raise InvalidRequest(f"{field}: must be exactly {ID_LENGTH} bytes")
    return raw


def time_in(stamp: Timestamp, field: str) -> datetime:
    """Read a time, or raise InvalidRequest naming the field."""
    if not FIRST_TIME_S <= stamp.seconds < LAST_TIME_S or not 0 <= stamp.nanos < 1_000_000_000:
        raise InvalidRequest(f"{field}: a time between the years 2000 and 2100 is needed")
    return moment(stamp)
