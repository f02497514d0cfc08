"""What a notice may say: fixed words and times, and nothing else by any way."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InvalidRequest
from common.notify.catalogue import SENTENCES, SUBJECT, Kind, sentence
from tests.builders import NOON

DENVER = ZoneInfo("America/Denver")
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
TIME, DAY = r"[0-2][0-9]:[0-5][0-9]", rf"[0-9]{{1,2}} ({MONTH}) [0-9]{{4}}"
# Word for word what leaves: who changes a sentence changes it here too, and sees it twice.
MAY_BE_SAID = {
    Kind.OFFER_WAITS: rf"An offer waits for you(; accept by {TIME}( on {DAY})?)?\.",
    Kind.ESCALATION: rf"Something waits on your queue( since {TIME}( on {DAY})?)?\.",
    Kind.PEER_REQUEST_WAITS: rf"Somebody asks for a peer(; waiting since {TIME}( on {DAY})?)?\.",
    Kind.CHECK_IN_OVERDUE: rf"A check-in is overdue( since {TIME}( on {DAY})?)?\.",
    Kind.TRAINING_EXPIRES: rf"A training expires (soon|on {DAY})\.",
    Kind.ROTA_GAP: rf"Nobody is on call (for some hours soon|from {TIME}( on {DAY})? on)\.",
    Kind.NODE_TROUBLE: rf"A node needs to be looked at(, since {TIME}( on {DAY})?)?\.",
    Kind.BACKUP_OVERDUE: rf"A backup is overdue(; the last one is of {DAY})?\.",
    Kind.COUNTS_WAIT: rf"Counts of a period wait for you(; they leave on {DAY})?\.",
    Kind.TEST: rf"This is a test( of {TIME}( on {DAY})?)?; nothing waits for you\.",
}


def test_every_kind_has_its_sentences_and_no_gap_but_for_times() -> None:
    assert set(SENTENCES) == set(MAY_BE_SAID) == set(Kind)
    gaps = {gap for pair in SENTENCES.values() for text in pair for gap in re.findall(r"\{(.*?)\}", text)}
    assert gaps == {"by", "since"}
    assert "{" not in SUBJECT


@given(st.sampled_from(Kind), st.none() | TIMES, TIMES)
def test_whatever_is_told_a_notice_is_one_of_the_fixed_sentences(
    kind: Kind, at: datetime | None, now: datetime
) -> None:
    assert re.fullmatch(MAY_BE_SAID[kind], sentence(kind, at, now, DENVER))


class Telling(datetime):
    """A time that would say something else when it is written out."""

    def __format__(self, how: str) -> str:
        return "M-0001 Dana"


@pytest.mark.parametrize(
    "said",
    ["M-0001", "04:20", b"x", 5, ["x"], datetime(2026, 1, 1), Telling.now(UTC), object()],  # noqa: DTZ001
    ids=lambda said: type(said).__name__,
)
def test_nothing_but_a_time_can_be_filled_in(said: Any) -> None:
    for kind in Kind:
        with pytest.raises(InvalidRequest):
            sentence(kind, said, NOON, DENVER)


def test_a_kind_is_not_made_up() -> None:
    with pytest.raises(ValueError, match="story"):
        sentence("a story", None, NOON, DENVER)  # type: ignore[arg-type]


def test_times_are_said_by_the_clock_of_the_agency_with_the_day_when_it_is_another() -> None:
    at = datetime(2026, 11, 3, 11, 20, tzinfo=UTC)

    assert sentence(Kind.OFFER_WAITS, at, at, DENVER) == "An offer waits for you; accept by 04:20."
    told_early = sentence(Kind.OFFER_WAITS, at, at - timedelta(days=2), DENVER)
    assert told_early == "An offer waits for you; accept by 04:20 on 3 November 2026."
