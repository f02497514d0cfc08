"""A released table on the wire, from versions that knew less of it."""

import pytest

from common.errors import InvalidRequest
from common.wire.canonical import decode, encode
from common.wire.v1.report_pb2 import TableRelease

_WINDOW, _TABLE, _CATALOGUE = b"\x0a\x10" + b"w" * 16, b"\x10\x05", b"\x18\x01"
_CELLS = b"\x22\x02\x18\x2a" + b"\x22\x02\x08\x01"  # the total is 42, the first row withheld
BEFORE = _WINDOW + _TABLE + _CATALOGUE + _CELLS


def test_a_release_that_says_nothing_of_zeros_shows_them_and_is_the_same_bytes_as_before_one_could() -> None:
    told = decode(BEFORE, TableRelease)

    assert not told.zeros_withheld
    assert [cell.HasField("count") for cell in told.cells] == [True, False]
    assert encode(told) == BEFORE


def test_t05_that_zeros_are_withheld_is_one_more_field_and_that_they_are_not_is_never_written_out() -> None:
    told = decode(BEFORE, TableRelease)
    told.zeros_withheld = True

    assert encode(told) == BEFORE + b"\x28\x01"
    assert decode(encode(told), TableRelease).zeros_withheld
    with pytest.raises(InvalidRequest, match="a default"):
        decode(BEFORE + b"\x28\x00", TableRelease)
