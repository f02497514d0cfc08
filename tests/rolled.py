"""A region's figures of one window, made of what each of its agencies shows."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from common.disclosure.catalogue import TABLES
from common.disclosure.cell import Figures
from hub.domain.contribution import contributions_of
from hub.domain.edition import Part, State, figures
from hub.domain.release_audit import Taken
from hub.domain.reporting_window import ReportingWindow
from hub.domain.rollup import make_part
from hub.domain.table_layout import layout_of
from hub.domain.table_release import WITHHELD, packed
from tests.counting import RATINGS

FIRE, EMS, JAIL = 1, 2, 5
STARTS = datetime(2026, 10, 1, tzinfo=UTC)

Counts = Sequence[int | None]


def window(*tables: int, k: int = 11, months: int = 3, first: datetime = STARTS) -> ReportingWindow:
    """A reporting window of these tables; its id says when it begins."""
    ends = first + timedelta(days=31 if months == 1 else 92)
    id_ = f"{first:%Y-%m} {months}".encode().ljust(16, b"w")
    return ReportingWindow(id_, first, ends, frozenset(tables), k, ends, first)


def part_of(
    of: ReportingWindow,
    *agencies: tuple[int, Mapping[int, Counts]],
    number: int = 1,
    months: Sequence[Part] | None = None,
    first_agency: int = 0,
) -> Part:
    """What an edition says of these agencies, each with its discipline and the counts of its tables."""
    ids = [bytes([first_agency + place]).ljust(16, b"a") for place in range(len(agencies))]
    released = {
        id_: {
            kind: packed([WITHHELD if count is None else count for count in counts]) for kind, counts in tables.items()
        }
        for id_, (_, tables) in zip(ids, agencies, strict=True)
    }
    disciplines = {id_: discipline for id_, (discipline, _) in zip(ids, agencies, strict=True)}
    contributions = contributions_of(released, disciplines, layout_of(of.tables))
    return make_part(of, number, contributions, of.ends_at, months)


def rated(*by_agency: tuple[int, Counts], k: int = 11) -> Part:
    """The same of the table of ratings alone."""
    return part_of(window(RATINGS, k=k), *((discipline, {RATINGS: counts}) for discipline, counts in by_agency))


def shown(part: Part, discipline: int, kind: int = RATINGS) -> list[tuple[int, int | None] | State]:
    """A table's figures as (lowest, highest), or why each is withheld."""
    found = figures([part], discipline, kind)
    assert found is not None
    return [each if isinstance(each, State) else (each.low, each.high) for each in found.places]


def taken_of(figures: Figures, came: datetime, withheld: int = WITHHELD) -> list[Taken]:
    """What a hub has of an agency's figures, once they came."""
    stored = {cell: withheld if count is None else count for cell, count in figures.items()}
    return [
        Taken(window_id, kind, packed([stored[cell] for cell in TABLES[kind].cells(window_id)]), came)
        for window_id, kind in sorted({cell[:2] for cell in figures})
    ]
