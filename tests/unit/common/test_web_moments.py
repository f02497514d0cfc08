"""Times as pages say them: in a sentence of a side, by the clocks of the agency or region."""

from datetime import UTC, date, datetime, timedelta
from gettext import NullTranslations
from zoneinfo import ZoneInfo

import pytest

from common.web.moments import by_clocks, day, left, span

NOW = datetime(2026, 11, 3, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("locked until 2026-11-03 20:15 UTC: wait", "locked until 13:15: wait"),
        ("taken at 2027-01-04 00:00 UTC, once", "taken at 3 Jan 2027, 17:00, once"),
        ("from 2026-10-31 23:00 UTC to 2026-11-01 09:00 UTC", "from Sat 31 Oct, 17:00 to Sun 1 Nov, 02:00"),
        ("give a time such as 2026-11-03 14:20", "give a time such as 2026-11-03 14:20"),
        ("never, 0001-01-01 00:00 UTC; 2026-13-40 99:99 UTC", "never, 0001-01-01 00:00 UTC; 2026-13-40 99:99 UTC"),
    ],
)
def test_a_time_in_a_sentence_is_told_by_the_clocks_where_it_is_read(said: str, told: str) -> None:
    assert by_clocks(said, NOW, ZoneInfo("America/Denver")) == told


class _Bracketed(NullTranslations):
    """A language in which every text of the catalogue stands in brackets."""

    def gettext(self, message: str) -> str:
        return f"[{message}]"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"[{msgid1 if n == 1 else msgid2}]"


def test_days_and_spans_are_said_in_the_language_of_the_page() -> None:
    texts = _Bracketed()

    assert day(date(2026, 11, 27), NOW.date(), texts) == "[[Fri] 27 [Nov]]"
    assert day(date(2027, 5, 1), NOW.date(), texts) == "[1 [May] 2027]"
    assert span(timedelta(days=1, hours=2), texts) == "[1 day] [2 h]"
    assert span(timedelta(seconds=5), texts) == "[a moment]"
    assert left(NOW + timedelta(minutes=72), NOW, texts) == "[in [1 h] [12 min]]"
    assert left(NOW - timedelta(days=9), NOW, texts) == "[[9 days] ago]"


def test_in_english_they_are_said_as_people_say_them() -> None:
    assert day(date(2026, 11, 27), NOW.date()) == "Fri 27 Nov"
    assert [span(timedelta(minutes=each)) for each in (0, 1, 60, 61, 1440, 1500)] == [
        "a moment", "1 min", "1 h", "1 h 1 min", "1 day", "1 day 1 h",
    ]  # fmt: skip
    assert left(NOW - timedelta(minutes=12), NOW) == "12 min ago"
