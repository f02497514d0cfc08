"""The join string survives a mail program, and a slip of the hand is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InvalidRequest
from common.identity.join_string import JoinString, format_join_string, parse_join_string

JOIN = JoinString("hub.example.org", 7444, bytes(range(32)), b"0123456789abcdef")
TEXT = format_join_string(JOIN)


@pytest.mark.parametrize("host", ["hub.example.org", "198.51.100.7", "2001:db8::7", "localhost"])
def test_a_join_string_is_read_back(host: str) -> None:
    join = JoinString(host, 7444, b"p" * 32, b"s" * 16)
    assert parse_join_string(format_join_string(join)) == join


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=16, max_size=16), st.integers(1, 65535))
def test_every_join_string_is_read_back(pin: bytes, secret: bytes, port: int) -> None:
    join = JoinString("hub.example.org", port, pin, secret)
    assert parse_join_string(format_join_string(join)) == join


def test_line_breaks_and_letter_case_do_not_matter() -> None:
    broken = f"  {TEXT[:40]}\r\n {TEXT[40:].lower()} \n"
    assert parse_join_string(broken) == JOIN


@given(st.integers(0, len(TEXT) - 1), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567:.-"))
def test_one_wrong_character_anywhere_is_told(place: int, character: str) -> None:
    wrong = TEXT[:place] + character + TEXT[place + 1 :]
    if wrong.lower() == TEXT.lower():
        return
    with pytest.raises(InvalidRequest):
        parse_join_string(wrong)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "must start with"),
        ("hello", "must start with"),
        (TEXT.replace("join-1", "join-2"), "another version"),
        (TEXT[:-1], "missing at its end"),
        (TEXT + "a", "too much at its end"),
        (TEXT[:-3] + "111", "character in it is wrong"),
        (TEXT.replace("7444", "7445"), "checksum"),
        (TEXT.replace(":7444", ""), "host and a port"),
        (TEXT.replace("7444", "74440"), "host and a port"),
        (TEXT.replace("hub.", "hub_"), "host"),
        (TEXT + "x" * 600, "no join string"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    with pytest.raises(InvalidRequest, match=said):
        parse_join_string(text)


def test_the_secret_does_not_show_when_it_is_printed() -> None:
    assert "secret" not in repr(JOIN)
    assert "0123456789abcdef" not in repr(JOIN)
