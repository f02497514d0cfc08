"""Ids as people type them."""

import pytest

from common.errors import InvalidRequest, NotFound
from common.short_ids import one_meant

FIRST, SECOND = bytes.fromhex("abcd1111" + "00" * 12), bytes.fromhex("abcd2222" + "00" * 12)


@pytest.mark.parametrize("typed", ["abcd1", "ABCD-1", " abcd1 ", FIRST.hex(), FIRST.hex().upper()])
def test_the_first_digits_mean_the_one_id_that_starts_so(typed: str) -> None:
    assert one_meant(typed, [FIRST, SECOND], "incident", "none") == FIRST


@pytest.mark.parametrize("typed", ["abc", "", "wxyz", "abcd 1", "a" * 33])
def test_too_few_digits_or_other_signs_are_refused(typed: str) -> None:
    with pytest.raises(InvalidRequest, match="incident: give its id, or its first 4 or more hex digits"):
        one_meant(typed, [FIRST], "incident", "none")


def test_digits_that_mean_none_or_several_are_refused_with_what_to_do() -> None:
    with pytest.raises(NotFound, match="no request ffff: look"):
        one_meant("ffff", [FIRST], "request", "no request {digits}: look")
    with pytest.raises(InvalidRequest, match="2 requests start with abcd: give more"):
        one_meant("abcd", [FIRST, SECOND], "request", "none")
