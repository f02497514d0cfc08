"""Times as pages say them: in a sentence of a side, by the clocks of the agency or region."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from common.web.moments import by_clocks

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
