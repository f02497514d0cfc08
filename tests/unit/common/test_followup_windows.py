"""Spans as people type them: those that the contract takes, and a clear word about the others."""

import math
from datetime import timedelta

import pytest

from common.errors import InvalidRequest
from common.followup.windows import ACCEPT_WITHIN, NEXT_CHECK_IN_WITHIN, span_in
from common.wire.times import duration
from common.wire.v1.report_pb2 import FollowUpCommand
from common.wire.validate import problem_of
from tests.followups import told

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("hours", [0, -4, 0.01, 721, 1e300, math.inf, -math.inf, math.nan])
def test_t08_hours_that_cannot_be_are_refused_with_what_may_be_given(hours: float) -> None:
    with pytest.raises(InvalidRequest, match=r"^accept-within: 0\.0167 to 720 hours may be given, not "):
        span_in(hours, HOUR, *ACCEPT_WITHIN, "accept-within")


def test_a_number_is_read_in_its_unit_and_none_is_none() -> None:
    assert span_in(1.5, HOUR, *ACCEPT_WITHIN, "accept-within") == timedelta(minutes=90)
    assert span_in(7, DAY, *NEXT_CHECK_IN_WITHIN, "next-days") == timedelta(days=7)
    assert span_in(None, DAY, *NEXT_CHECK_IN_WITHIN, "next-days") is None


def test_the_windows_are_exactly_those_of_the_contract() -> None:
    for field, verb, (least, most) in (
        ("accept_within", "offer", ACCEPT_WITHIN),
        ("next_check_in_within", "hold", NEXT_CHECK_IN_WITHIN),
    ):
        for span, fits in ((least, True), (most, True), (least - HOUR / 3600, False), (most + HOUR / 3600, False)):
            command: FollowUpCommand = told(verb, 1)
            getattr(command, field).CopyFrom(duration(span))
            assert (problem_of(command) == "") == fits
