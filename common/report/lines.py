"""A report as text, for a terminal or a printed sheet; where it is not wide enough, the periods stand in blocks."""

from collections.abc import Iterator
from textwrap import wrap
from typing import Any

from common.disclosure.catalogue import NOT_RECORDED
from common.report.figure import said, said_share
from common.report.wording import spoken

_NAME, _COLUMN = 42, 12  # columns of a terminal


def report_lines(report: dict[str, Any], wide: int = 80) -> Iterator[str]:
    """Say a report, line by line, none longer than `wide`."""
    yield from (report["title"], "=" * min(wide, len(report["title"])))
    for remark in report["remarks"]:
        yield from wrap(remark, wide)
    for section in report["sections"]:
        yield from _section_lines(section, wide)
    yield ""
    yield from wrap(
        f"Counts of 1 to {report['k'] - 1} are withheld, and as many others as would give one of them away. "
        f"{_of_zeros(report)}A range is what follows from the figures that are shown.",
        wide,
    )


def _of_zeros(report: dict[str, Any]) -> str:
    """Say in which of a report's periods zeros are withheld too."""
    withheld = report["zeros_withheld"]
    every = dict.fromkeys(period["name"] for section in report["sections"] for period in section["periods"])
    if not withheld:
        return ""
    which = "" if every.keys() <= set(withheld) else f": in {', '.join(withheld)}"
    return f"Zeros are withheld here too{which}. "


def _section_lines(section: dict[str, Any], wide: int) -> Iterator[str]:
    periods = [period["name"] for period in section["periods"]]
    yield from ("", section["title"])
    yield from wrap(f"Counted: {section['counts']}", wide)
    for period, note in zip(periods, section["notes"], strict=False):
        if note:
            yield from wrap(f"{period}: {note}", wide, subsequent_indent="  ")
    rooms = max(1, (wide - _NAME) // _COLUMN)
    for first in range(0, len(periods), rooms):
        yield from _block(section, periods, slice(first, first + rooms))


def _block(section: dict[str, Any], periods: list[str], part: slice) -> Iterator[str]:
    is_alone = len(periods) == 1
    yield _row("", periods[part])
    if section["contributors"]:
        yield _row("  contributing agencies", [str(count) for count in section["contributors"][part]])
    for line in lines_worth_showing(section, part):
        figures = line["figures"][part]
        texts = [text_of(figure) for figure in figures]
        if is_alone and figures[0]["low"] is not None:
            texts.append(said_share(figures[0]))
        yield _row(f"    of these {spoken(line['column'])}" if line["column"] else f"  {spoken(line['row'])}", texts)


def lines_worth_showing(section: dict[str, Any], part: slice = slice(None)) -> list[dict[str, Any]]:
    """Leave out what no older record needs: a row "not recorded" that is nowhere more than none."""
    return [
        line
        for line in section["lines"]
        if line["row"] != NOT_RECORDED or any(figure["high"] != 0 for figure in line["figures"][part])
    ]


def text_of(figure: dict[str, Any]) -> str:
    """Say a count; a share that stands alone is said as one."""
    return said(figure) if figure["low"] is not None else said_share(figure) or "-"


def _row(name: str, texts: list[str]) -> str:
    return (f"{name:<{_NAME}}" + "".join(f"{text:>{_COLUMN}}" for text in texts)).rstrip()
