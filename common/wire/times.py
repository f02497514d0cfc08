"""Moments and spans between Python and the wire: UTC-aware, to the microsecond."""

from datetime import UTC, datetime, timedelta

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp


def timestamp(moment: datetime) -> Timestamp:
    """Give a moment as the wire writes it."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be sent")
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp


def moment(stamp: Timestamp) -> datetime:
    """Read a moment off the wire; its range was checked by `common.wire.validate`."""
    return stamp.ToDatetime(UTC)


def duration(span: timedelta) -> Duration:
    """Give a span as the wire writes it."""
    written = Duration()
    written.FromTimedelta(span)
    return written
