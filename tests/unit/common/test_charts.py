"""A chart shows no more than the figures do."""

import pytest

from common.web.charts import chart_of


def test_a_count_that_nothing_limits_has_no_upper_edge_and_one_not_released_no_place() -> None:
    figure = {"low": 22, "high": None, "shown": False, "why_not": "withheld", "share_low": None, "share_high": None}
    missing = figure | {"low": None, "why_not": "not released"}
    known = figure | {"low": 80, "high": 80, "shown": True, "why_not": None}

    chart = chart_of("x", "Contacts", ["2026 Q1", "2026 Q2", "2026 Q3"], [figure, missing, known])

    assert [mark.kind for mark in chart.marks] == ["open", "unknown", "point"]
    top, floor = chart.ticks[-1][0], chart.ticks[0][0]
    assert (chart.marks[0].top, chart.marks[1].top) == (top, top)
    assert chart.marks[0].top + chart.marks[0].height == pytest.approx(floor - (floor - top) * 22 / 100, abs=0.1)
    assert chart.told == "2026 Q1: 22 or more, withheld; 2026 Q2: not released; 2026 Q3: 80"
