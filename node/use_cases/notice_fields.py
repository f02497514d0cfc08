"""Fields of a notice, checked as they are read: a hub's mistake is refused by name, and blocks nothing."""

from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from common.errors import InvalidRequest
from common.wire.times import moment
from common.wire.validate import FIRST_TIME_S, LAST_TIME_S

ID_LENGTH = 16


def id_of(raw: bytes, field: str) -> bytes:
    """Read an id; raises InvalidRequest naming the field."""
    if len(raw) != ID_LENGTH:
        raise InvalidRequest(f"{field}: must be exactly {ID_LENGTH} bytes")
    return raw


def time_of(stamp: Timestamp, field: str) -> datetime:
    """Read a time; raises InvalidRequest naming the field."""
    if not FIRST_TIME_S <= stamp.seconds < LAST_TIME_S or not 0 <= stamp.nanos < 1_000_000_000:
        raise InvalidRequest(f"{field}: a time between the years 2000 and 2100 is needed")
    return moment(stamp)
