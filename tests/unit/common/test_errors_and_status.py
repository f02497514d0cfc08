"""Errors cross the wire as statuses and come back as themselves; what a peer says of them stays one harmless line."""

from typing import Any

import common.rpc.tls  # noqa: F401  (before grpc)

import grpc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import errors
from common.rpc.status import MAX_DETAILS, SEQUENCE_WANTED, STATUS_OF, error_of, printable, status_of
from common.storage.lock import DirectoryHeld
from hub.domain.delivery import Forked

OUTSIDE = [code for code in grpc.StatusCode if code not in {*STATUS_OF.values(), grpc.StatusCode.DEADLINE_EXCEEDED}]


class Answered(grpc.RpcError):
    """What a client's call raises, as gRPC builds it from the answer."""

    def __init__(self, code: grpc.StatusCode, details: str | None = "said", trailing: Any = ()) -> None:
        self._code, self._details, self._trailing = code, details, trailing

    def code(self) -> grpc.StatusCode:
        return self._code

    def details(self) -> str | None:
        return self._details

    def trailing_metadata(self) -> Any:
        return self._trailing


@pytest.mark.parametrize("kind", STATUS_OF, ids=lambda kind: kind.__name__)
def test_an_error_comes_back_as_it_went(kind: type[errors.HoldfastError]) -> None:
    back = error_of(Answered(status_of(kind("title: too long")), "title: too long"))

    assert type(back) is kind
    assert str(back) == "title: too long"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Forked(7), grpc.StatusCode.FAILED_PRECONDITION),
        (DirectoryHeld("held"), grpc.StatusCode.FAILED_PRECONDITION),
        (errors.SequenceWanted(3), grpc.StatusCode.FAILED_PRECONDITION),
    ],
)
def test_a_narrower_error_has_the_status_of_its_kind(error: errors.HoldfastError, status: grpc.StatusCode) -> None:
    assert status_of(error) is status


@pytest.mark.parametrize("code", OUTSIDE)
def test_a_status_outside_the_table_is_an_error_that_nobody_retries(code: grpc.StatusCode) -> None:
    assert type(error_of(Answered(code))) is errors.HoldfastError


def test_an_answer_that_took_too_long_may_be_asked_for_again() -> None:
    assert type(error_of(Answered(grpc.StatusCode.DEADLINE_EXCEEDED))) is errors.TemporarilyUnavailable


@pytest.mark.parametrize("wanted", [1, 47, 2**53])
def test_t01_the_sequence_wanted_is_carried_beside_the_text(wanted: int) -> None:
    trailing = [("other", b"x"), (SEQUENCE_WANTED, str(wanted))]

    back = error_of(Answered(grpc.StatusCode.FAILED_PRECONDITION, "a gap", trailing))

    assert isinstance(back, errors.SequenceWanted)
    assert back.wanted == wanted


@pytest.mark.parametrize("said", ["", "-1", "1.5", "0x10", "9" * 17, "7\n", b"7", "seven", "²"])
def test_a_sequence_wanted_that_is_no_number_is_not_believed(said: str | bytes) -> None:
    back = error_of(Answered(grpc.StatusCode.FAILED_PRECONDITION, "a gap", [(SEQUENCE_WANTED, said)]))

    assert type(back) is errors.WrongState
    assert str(back) == "a gap"


@pytest.mark.parametrize("trailing", [None, (), [("other", "1")]])
def test_a_wrong_state_without_a_sequence_stays_one(trailing: Any) -> None:
    assert type(error_of(Answered(grpc.StatusCode.FAILED_PRECONDITION, "evicted", trailing))) is errors.WrongState


@pytest.mark.parametrize("details", [None, ""])
def test_an_answer_without_a_word_is_named_by_its_status(details: str | None) -> None:
    assert str(error_of(Answered(grpc.StatusCode.NOT_FOUND, details))) == "NOT_FOUND"


HOSTILE = {
    "line breaks": "first\r\nsecond\u2028third\x85fourth\x0bfifth",
    "terminal codes": "\x1b[2J\x1b]0;title\x07 and \x9b31m",
    "bidirectional overrides": "\u202egnp.exe\u202c \u2066x\u2069 \u200f",
    "invisible": "\x00\x08\x7f\u200b\ufeff\u00ad",
    "half a character": "\ud800",
    "a megabyte": "A\n" * 500_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_r02_what_a_peer_says_is_one_harmless_line(text: str) -> None:
    said = str(error_of(Answered(grpc.StatusCode.NOT_FOUND, text)))

    assert said.isprintable()
    assert 0 < len(said) <= MAX_DETAILS * len("\\U0010ffff")


@given(st.text(st.characters()))
def test_r02_any_text_is_shown_escaped_and_plain_text_as_it_is(text: str) -> None:
    shown = printable(text)

    assert shown.isprintable()
    if text.isprintable():
        assert shown == text[:MAX_DETAILS]
