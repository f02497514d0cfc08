"""Trends as charts that show no more than the figures do: a band from the lowest to the highest possible count.

1. A count that is shown is a point. One that is withheld is a band, of every count that it may be.
2. Where nothing limits it upwards, the band has no upper edge; where nothing was released, a dashed frame says so.
3. No line joins the periods: it would tell of a trend where there may be none.
4. A chart has its figures in words; the table beside it has the same numbers.

No chart library: they draw points and lines, and the band is what these charts are about. The drawing is SVG with
classes alone, as the console's policy wants it.

Source: DOMAIN.md 5; DESIGN.md 7.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from common.report.figure import said

WIDE, HIGH = 340, 170
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 6, 10, 24
_MOST_LABELS = 4
_THINNEST = 2.0
_STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Mark:
    """One period's figure.

    Args:
        kind: `point`, `band`, `open` (no upper edge) or `unknown`.
        x: its middle.
        top, height: of a band; a point is at `top`.
        label: the period's name, under the axis; empty where there is no room.
    """

    kind: str
    x: float
    left: float
    width: float
    top: float
    height: float
    label: str


@dataclass(frozen=True)
class Chart:
    """One figure over several periods.

    Args:
        ticks: (height, what stands there) of the axis.
        told: the same in words.
    """

    name: str
    title: str
    marks: Sequence[Mark]
    ticks: Sequence[tuple[float, str]]
    told: str
    floor: float = HIGH - _BOTTOM


def chart_of(name: str, title: str, periods: Sequence[str], figures: Sequence[Mapping[str, Any]]) -> Chart:
    """Draw one line of a report.

    Args:
        name: tells it from the page's other charts.
        periods: their names, in order.
        figures: as `common.report.figure.Figure.as_json` gives them, one for each.
    """
    top = _axis_top(max([0, *(each["high"] or each["low"] or 0 for each in figures)]))
    room = (WIDE - _LEFT - _RIGHT) / len(periods)
    every = -(-len(periods) // _MOST_LABELS)
    marks = [
        _mark(figure, _LEFT + room * place, room, top, period if place % every == 0 else "")
        for place, (period, figure) in enumerate(zip(periods, figures, strict=True))
    ]
    ticks = [(_height(count, top), f"{count:,}") for count in dict.fromkeys((0, top // 2, top))]
    told = "; ".join(f"{period}: {_words(figure)}" for period, figure in zip(periods, figures, strict=True))
    return Chart(name, title, marks, ticks, told)


def charts_of(section: Mapping[str, Any], *, every_line: bool) -> list[Chart]:
    """Draw what is worth a chart of one section of a report: nothing of a single period, no line of noughts.

    Args:
        every_line: each row, and not the total alone where the table has one.
    """
    periods = [each["name"] for each in section["periods"]]
    lines = [line for line in section["lines"] if any(each["high"] != 0 for each in line["figures"] if _is_count(each))]
    totals = [line for line in lines if line["row"] == "total" and line["column"] in ("", "total")]
    if len(periods) < 2:
        return []
    return [
        chart_of(f"{section['name']}-{place}", line["row"], periods, line["figures"])
        for place, line in enumerate(lines if every_line or not totals else totals)
        if not line["column"]
    ]


def _is_count(figure: Mapping[str, Any]) -> bool:
    return figure["low"] is not None


def _mark(figure: Mapping[str, Any], left: float, room: float, top: int, label: str) -> Mark:
    wide = min(room * 0.7, 40.0)
    middle = left + room / 2
    floor, ceiling = _height(0, top), _height(top, top)
    if figure["low"] is None:
        return Mark("unknown", middle, middle - wide / 2, wide, ceiling, floor - ceiling, label)
    low = _height(figure["low"], top)
    if figure["shown"]:
        return Mark("point", middle, middle, 0, low, 0, label)
    high = ceiling if figure["high"] is None else _height(figure["high"], top)
    kind = "open" if figure["high"] is None else "band"
    return Mark(kind, middle, middle - wide / 2, wide, high, max(_THINNEST, low - high), label)


def _words(figure: Mapping[str, Any]) -> str:
    if figure["low"] is None:
        return "not released"
    return said(dict(figure)) if figure["shown"] else f"{said(dict(figure))}, {figure['why_not']}"


def _height(count: int, top: int) -> float:
    return round(HIGH - _BOTTOM - count * (HIGH - _TOP - _BOTTOM) / top, 1)


def _axis_top(most: int) -> int:
    """Give a round number that is even, not less than the largest figure."""
    size = 1
    while True:
        for step in _STEPS:
            if step * size * 2 >= most:
                return step * size * 2
        size *= 10
