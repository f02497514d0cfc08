"""A region's report for its leaders, made of editions alone: what each shows, of how many agencies, and who is missing.

1. A figure is a number or a range, as its edition shows it. What an edition withholds is withheld, with the reason.
2. A period whose edition is not made yet says how many agencies have reported, and when it comes at the latest.
3. No agency is named: the board sees how many are missing. Who they are is for coordinators (`coverage`).

Source: DESIGN.md 7; DOMAIN.md 2 (board), 5.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from common.disclosure.catalogue import TABLES
from common.disclosure.cell import Bounds, Cell
from common.report.building import Released
from hub.domain.coverage import PATIENCE, Coverage
from hub.domain.edition import Part, State, figures
from hub.domain.reporting_window import ReportingWindow

_RANGE = "partly withheld"
_REASONS = {
    State.FEW_AGENCIES: "fewer than three agencies",
    State.DOMINATED: "most of it is one agency's",
    State.SMALL: "too few, all agencies together",
    State.PROTECTS_ANOTHER: "protects another figure",
    State.OTHER_AGENCIES: "counts other agencies than the tables beside it",
}
_MISSING = (
    (Coverage.COUNTED_IN_PART, "is in it without tables that would expose people"),
    (Coverage.LEFT_OUT, "is left out: its figures would expose people"),
    (Coverage.REPORTED_LATE, "came later, and counts once two more have"),
    (Coverage.HELD, "holds its counts back"),
    (Coverage.LATE, "has not reported"),
    (Coverage.DUE, "has time to report"),
)
Standing = Mapping[bytes, Coverage]  # of each agency


def released_of(
    windows: Sequence[ReportingWindow],
    parts: Mapping[bytes, Sequence[Part]],
    standing: Mapping[bytes, Standing],
    discipline: int,
) -> Released:
    """Give what there is to report on (1, 2).

    Args:
        parts: of each window that has an edition.
        standing: where each agency stands with each window.
        discipline: wire Discipline, or REGION.
    """
    shown: dict[Cell, int | Bounds | None] = {}
    why: dict[Cell, str] = {}
    not_released: dict[tuple[bytes, int], str] = {}
    contributors: dict[tuple[bytes, int], int] = {}
    for window in windows:
        for kind in window.tables & TABLES.keys():
            found = figures(parts.get(window.id, ()), discipline, kind)
            if found is None:
                not_released[window.id, kind] = _not_yet(window, standing[window.id], window.id in parts)
                continue
            contributors[window.id, kind] = found.contributors
            for cell, place in zip(TABLES[kind].cells(window.id), found.places, strict=True):
                shown[cell], why[cell] = _figure(place)
    return Released(shown, {}, not_released, why.__getitem__, contributors)


def remarks(
    windows: Sequence[ReportingWindow], standing: Mapping[bytes, Standing], names: Mapping[bytes, str]
) -> list[str]:
    """Say of each period how many agencies are in it, and how many are missing (3)."""
    return [
        f"{names[window.id]}: {', '.join(_missing(standing[window.id]))}"
        for window in windows
        if any(each is not Coverage.NOT_A_MEMBER for each in standing[window.id].values())
    ]


def _missing(standing: Standing) -> Iterator[str]:
    counts = Counter(standing.values())
    members = counts.total() - counts[Coverage.NOT_A_MEMBER]
    yield f"{counts[Coverage.COUNTED] + counts[Coverage.COUNTED_IN_PART]} of {members} agencies are in it"
    for coverage, words in _MISSING:
        if counts[coverage]:
            yield f"{counts[coverage]} {words if counts[coverage] == 1 else _several(words)}"


def _several(words: str) -> str:
    for one, many in (
        ("holds its", "hold their"),
        ("has ", "have "),
        ("counts once", "count once"),
        ("is left out: its", "are left out: their"),
        ("is in it", "are in it"),
    ):
        words = words.replace(one, many, 1)
    return words


def _not_yet(window: ReportingWindow, standing: Standing, has_edition: bool) -> str:
    if has_edition:
        return "no agency of it released this table"
    counts = Counter(standing.values())
    members = counts.total() - counts[Coverage.NOT_A_MEMBER]
    return (
        f"{counts[Coverage.REPORTED]} of {members} agencies have reported; figures come when all have, or at "
        f"{window.release_by + PATIENCE:%Y-%m-%d} with those that have, three at least"
    )


def _figure(place: Bounds | State) -> tuple[int | Bounds | None, str]:
    if isinstance(place, State):
        return None, _REASONS[place]
    if place.low == place.high:
        return place.low, ""
    return place, _RANGE
