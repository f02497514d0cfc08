"""Code words, times and names as a tired person types them."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InvalidRequest
from node.domain.encounter import ActivationType, Mode, Referral, SupportKind
from node.domain.moments import read_day, read_moment, start_of
from node.domain.name_search import folded, indexed_terms, wanted_terms
from node.domain.words import read_word

DENVER = ZoneInfo("America/Denver")
NOW = datetime(2026, 11, 3, 10, 0, tzinfo=UTC)  # three at night in Denver


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("grief", SupportKind.GRIEF_OR_LOSS),
        ("GRIEF/LOSS", SupportKind.GRIEF_OR_LOSS),
        ("Grief and loss", SupportKind.GRIEF_OR_LOSS),
        (" moral-injury ", SupportKind.MORAL_INJURY),
        ("su", None),
        ("s", None),
        ("sui", SupportKind.SUICIDE_CONCERN),
        ("family relationship", SupportKind.FAMILY_OR_RELATIONSHIP),
        ("", None),
        ("or", None),
        ("griefs", None),
        ("x" * 61, None),
        (7, None),
        (None, None),
    ],
)
def test_a_word_is_read_by_its_beginning_where_that_is_one_words_alone(said: object, word: SupportKind | None) -> None:
    if word is None:
        with pytest.raises(InvalidRequest, match="^kind: "):
            read_word(SupportKind, said, "kind")
    else:
        assert read_word(SupportKind, said, "kind") is word


def test_a_word_that_could_be_several_asks_which_and_one_that_is_none_lists_all() -> None:
    with pytest.raises(InvalidRequest, match=r"^kind: which one: substance_use, suicide_concern\?$"):
        read_word(SupportKind, "su", "kind")
    with pytest.raises(
        InvalidRequest, match="^mode: is not one of in_person, phone, video, text_or_chat, group_session$"
    ):
        read_word(Mode, "letter", "mode")


def test_apostrophes_and_the_other_spelling_do_not_matter() -> None:
    for said in ("another agency's request", "another agency\u2019s request", "another agencys"):
        assert read_word(ActivationType, said, "type") is ActivationType.ANOTHER_AGENCYS_REQUEST
    assert read_word(Referral, "substance-use program", "r") is Referral.SUBSTANCE_USE_PROGRAMME


@given(st.sampled_from([*SupportKind, *ActivationType, *Mode]), st.data())
def test_every_beginning_gives_that_word_or_asks(
    word: SupportKind | ActivationType | Mode, data: st.DataObject
) -> None:
    said = word.value[: data.draw(st.integers(1, len(word.value)))]
    try:
        assert read_word(type(word), said, "field") is word
    except InvalidRequest as error:
        assert "which one" in str(error) or said.endswith(("_o", "_or"))  # noqa: PT017


@pytest.mark.parametrize(
    ("said", "utc"),
    [
        ("now", "2026-11-03 10:00"),
        ("20m", "2026-11-03 09:40"),
        ("20 min ago", "2026-11-03 09:40"),
        ("2h", "2026-11-03 08:00"),
        ("1d", "2026-11-02 10:00"),
        ("02:30", "2026-11-03 09:30"),
        ("0230", "2026-11-03 09:30"),
        ("23:10", "2026-11-03 06:10"),  # to come today: yesterday's
        ("03:01", "2026-11-03 10:01"),  # a clock that is a minute ahead
        ("yesterday 14:20", "2026-11-02 21:20"),
        ("2026-10-31 14:20", "2026-10-31 20:20"),  # still summer time
        ("2026-11-01 14:20", "2026-11-01 21:20"),
        ("2026-11-03 09:00+00:00", "2026-11-03 09:00"),
        ("2026-11-03T09:00Z", "2026-11-03 09:00"),
        ("2026-11-01 01:30", "2026-11-01 07:30"),  # the hour that comes twice: its first
        ("2026-11-01 01:30-07:00", "2026-11-01 08:30"),  # its second is said with an offset
        ("2026-03-08 02:30", "2026-03-08 09:30"),  # the hour that there is not
    ],
)
def test_a_time_is_read_where_the_agency_is(said: str, utc: str) -> None:
    assert read_moment(said, "occurred", DENVER, NOW) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "said", ["", "soon", "25:00", "12:60", "2026-13-01", "2026-02-30 10:00", "9" * 41, "1e3h", 7, None]
)
def test_what_is_no_time_is_refused_and_says_what_is(said: object) -> None:
    with pytest.raises(InvalidRequest, match="^occurred: "):
        read_moment(said, "occurred", DENVER, NOW)


@given(st.text(max_size=45))
def test_no_text_is_more_than_refused(said: str) -> None:
    with suppress(InvalidRequest):
        read_moment(said, "at", DENVER, NOW)
    with suppress(InvalidRequest):
        read_day(said, "at", date(2026, 11, 3))


def test_a_day_counts_ahead_where_it_is_to_come_and_back_where_it_was() -> None:
    today = date(2026, 11, 3)
    assert read_day("3d", "due", today, is_to_come=True) == date(2026, 11, 6)
    assert read_day("3d", "since", today) == date(2026, 10, 31)
    assert read_day("2w", "due", today, is_to_come=True) == date(2026, 11, 17)
    assert [read_day(said, "d", today) for said in ("yesterday", "Today", "tomorrow")] == [
        today - timedelta(days=1), today, today + timedelta(days=1)
    ]  # fmt: skip


def test_a_day_begins_at_local_midnight_on_either_side_of_a_change_of_clocks() -> None:
    assert start_of(date(2026, 11, 1), DENVER) == datetime(2026, 11, 1, 6, tzinfo=UTC)
    assert start_of(date(2026, 11, 2), DENVER) == datetime(2026, 11, 2, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Kevin O'Brien", "obrien"),
        ("Kevin OBrien", "O'Brien"),
        ("Kevin O\u2019Brien", "O'Brien"),
        ("Jürgen Müller", "muller"),
        ("Jürgen Müller", "MÜL"),
        ("Ana Smith-Jones", "jones"),
        ("Ana Smith-Jones", "smith-jones"),
        ("Ana Smith-Jones", "smithjones"),
        ("Søren Łukasz", "soren lukasz"),
        ("José Núñez", "nunez jose"),
        ("Bo Li", "li"),
        ("Mary Ann St. Clair", "st clair"),
        ("Wolfeschlegelsteinhausenbergerdorff", "wolfeschlegelsteinhausen"),
    ],
)
def test_a_name_is_found_however_it_is_written(name: str, said: str) -> None:
    assert set(wanted_terms(said)) <= indexed_terms(name)


@pytest.mark.parametrize(
    ("name", "said"), [("Bo Li", "l"), ("Kevin O'Brien", "ob"), ("Ann Ek", "anne"), ("Ann Ek", "nn")]
)
def test_a_name_is_not_found_by_less_than_three_letters_or_its_middle(name: str, said: str) -> None:
    assert not set(wanted_terms(said)) <= indexed_terms(name)


@given(st.text(max_size=60))
def test_whatever_is_folded_is_folded_already_and_a_whole_name_finds_itself(name: str) -> None:
    assert folded(folded(name)) == folded(name)
    assert set(wanted_terms(name)) <= indexed_terms(name)
