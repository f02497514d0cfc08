"""Times as operators type them."""

from datetime import UTC, datetime

import pytest

from common.errors import InvalidRequest
from hub.cli.agencies import _clock_words
from hub.operations.typed import time_typed


@pytest.mark.parametrize(
    ("said", "hour"),
    [
        ("2026-11-03T14:20:00+00:00", 14),
        ("2026-11-03T14:20Z", 14),
        ("2026-11-01T01:30:00-06:00", 7),  # the hour that clocks in Denver show twice: the zone says which
        ("2026-11-01T01:30:00-07:00", 8),
    ],
)
def test_t08_a_time_with_its_zone_is_one_moment(said: str, hour: int) -> None:
    moment = time_typed(said, "started")

    assert (moment.tzinfo, moment.hour) == (UTC, hour)


@pytest.mark.parametrize(
    "said",
    [
        "2026-12-31T23:59:60+00:00",
        "2026-11-03T14:20:00",
        "2026-03-08T25:00:00+00:00",
        "yesterday",
        "",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1999-12-31T23:59:59+00:00",
        "2100-01-01T00:00:00+00:00",
    ],
)
def test_t08_a_second_60_or_what_no_node_takes_is_refused_in_one_line(said: str) -> None:
    with pytest.raises(InvalidRequest, match="^started: a time with its zone is needed, such as 2026-11-03T14:20"):
        time_typed(said, "started")


@pytest.mark.parametrize(
    ("off_s", "words"),
    [
        (None, None),
        (0.0, "ok"),
        (600.0, "ok"),
        (-600.0, "ok"),
        (3600.0, "OFF: 60 min ahead"),
        (-660.0, "OFF: 11 min behind"),
    ],
)
def test_t08_a_nodes_clock_that_is_off_by_more_than_ten_minutes_is_marked(off_s: float | None, words: str) -> None:
    assert _clock_words(off_s) == words


def test_a_time_is_kept_to_the_second_that_was_said() -> None:
    assert time_typed("2026-11-03T14:20:31+00:00", "from") == datetime(2026, 11, 3, 14, 20, 31, tzinfo=UTC)
