"""Moments and spans between Python and the wire: UTC-aware, to the microsecond."""

from datetime import UTC, datetime, timedelta

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def timestamp(moment: datetime) -> Timestamp:
    """Give a moment as the wire writes it."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be sent")
    since = moment - _EPOCH  # protobuf's own FromDatetime goes by calendar fields, and takes ten times as long
    return Timestamp(seconds=since.days * 86_400 + since.seconds, nanos=since.microseconds * 1000)


def moment(stamp: Timestamp) -> datetime:
    """Read a moment off the wire; its range was checked by `common.wire.validate`."""
    return stamp.ToDatetime(UTC)


def duration(span: timedelta) -> Duration:
    """Give a span as the wire writes it."""
    written = Duration()
    written.FromTimedelta(span)
    return written
