"""Text that people enter is refused where it cannot be seen, turns a line round, or has no end."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InvalidRequest
from common.text import clean_line, clean_text

both = pytest.mark.parametrize("clean", [clean_line, clean_text])


@pytest.mark.parametrize(
    "said", ["Ann", " Ann ", "José Ñandú", "محمد", "李小龍", "O'Brien-Smith (Eng. 4)", "x" * 40, "👩‍🚒"]
)
@both
def test_what_people_are_called_is_taken_as_it_is(said: str, clean: Callable[[str, str, int], str]) -> None:
    assert clean(said, "name", 40) == said.strip()


@pytest.mark.parametrize(
    "said",
    [
        "Ann\0Ek", "Ann\x1b[2J", "Ann\x7f", "Ann\u0085Ek", "Ann\u2028Ek", "Ann\u2029Ek", "\u202eknA", "\u2066A\u2069",
        "A\ufeff", "A\ud800", "\udcff", "x" * 41, "x" * 1_000_000, None, 7, b"Ann", ["Ann"],
    ],
)  # fmt: skip
@both
def test_t07_what_cannot_be_shown_or_has_no_end_is_refused_naming_the_field(
    said: object, clean: Callable[[object, str, int], str]
) -> None:
    with pytest.raises(InvalidRequest, match=r"^name: ") as refused:
        clean(said, "name", 40)
    assert len(str(refused.value)) < 100
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("said", ["one\ntwo", "one\ttwo", "one\r\ntwo"])
def test_only_a_text_has_several_lines(said: str) -> None:
    assert clean_text(said, "note", 40) == said.replace("\r\n", "\n")
    with pytest.raises(InvalidRequest, match="name"):
        clean_line(said, "name", 40)


@both
def test_something_must_be_said_where_it_is_asked_for(clean: Callable[..., str]) -> None:
    assert clean("  ", "unit", 40) == ""
    with pytest.raises(InvalidRequest, match="name: say something"):
        clean("  ", "name", 40, 1)


def test_letters_that_are_written_in_two_ways_come_out_in_one() -> None:
    assert clean_line("Mu\u0308ller", "name", 40) == "M\u00fcller"


@both
@given(said=st.text(st.characters(codec=None), max_size=60))
def test_whatever_is_said_comes_out_clean_or_is_refused(said: str, clean: Callable[[str, str, int], str]) -> None:
    try:
        text = clean(said, "name", 40)
    except InvalidRequest:
        return
    assert len(text) <= 40
    assert clean(text, "name", 40) == text
    assert text.encode().decode() == text
