"""Moments and spans keep their zone and their microseconds on the wire and in the store; naive times are refused."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from common.clock import SystemClock
from common.storage.columns import UtcDateTime
from common.wire.times import duration, moment, timestamp

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=ZONES)  # noqa: DTZ001  (zone is drawn)
NAIVE = datetime(2026, 11, 3, 12, 0)  # noqa: DTZ001  (the point of the test)
DIALECT = sqlite.dialect()


@given(MOMENTS)
def test_a_moment_comes_back_from_the_wire_in_utc(when: datetime) -> None:
    assert moment(timestamp(when)) == when
    assert moment(timestamp(when)).utcoffset() == timedelta(0)


@given(MOMENTS)
def test_a_moment_comes_back_from_the_store_in_utc(when: datetime) -> None:
    stored = UtcDateTime().process_bind_param(when, DIALECT)
    back = UtcDateTime().process_result_value(stored, DIALECT)

    assert back == when
    assert back is not None
    assert back.tzinfo is UTC


@given(MOMENTS, MOMENTS)
def test_stored_moments_are_ordered_as_the_moments_are(one: datetime, other: datetime) -> None:
    first, second = (UtcDateTime().process_bind_param(when, DIALECT) for when in (one, other))

    assert first is not None
    assert second is not None
    assert (first < second) == (one < other)


def test_a_time_without_a_zone_is_neither_stored_nor_sent() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        UtcDateTime().process_bind_param(NAIVE, DIALECT)
    with pytest.raises(ValueError, match="without a zone"):
        timestamp(NAIVE)


def test_no_moment_is_no_moment() -> None:
    assert UtcDateTime().process_bind_param(None, DIALECT) is None
    assert UtcDateTime().process_result_value(None, DIALECT) is None


def test_what_lies_under_a_microsecond_is_left_out() -> None:
    assert moment(Timestamp(seconds=1_800_000_000, nanos=1_999)) == datetime(2027, 1, 15, 8, 0, 0, 1, tzinfo=UTC)


@given(st.timedeltas(timedelta(0), timedelta(days=36_500)))
def test_a_span_comes_back_as_it_went(span: timedelta) -> None:
    assert duration(span).ToTimedelta() == span
    assert 0 <= duration(span).nanos < 1_000_000_000


def test_the_machines_clock_knows_its_zone() -> None:
    assert SystemClock().now().tzinfo is UTC
