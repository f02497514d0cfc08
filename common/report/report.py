"""A report's shape. Each figure stands under what it counts, beside its period and how many agencies gave it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from common.disclosure.cell import Window
from common.report.figure import Figure


@dataclass(frozen=True)
class Line:
    """One row of a section, with a figure for each period.

    Args:
        name: the row's code, or a few words.
        column: of a two-way table; empty for the row's total.
    """

    name: str
    figures: tuple[Figure, ...]
    column: str = ""


@dataclass(frozen=True)
class Section:
    """One declared table, or key figures.

    Args:
        counts: what one count stands for.
        periods: those that the table has, in order; each line has a figure for each.
        contributors: how many agencies' figures are in it, for each period; empty for one agency's own report.
        notes: per period, why the whole table is not shown; empty where it is.
    """

    name: str
    title: str
    counts: str
    periods: tuple[Window, ...]
    lines: tuple[Line, ...]
    contributors: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """A report on one or several closed periods.

    Args:
        subject: the agency or the region, or a part of it.
        k: counts under it are withheld.
        remarks: what a reader must know beside the figures, such as who is late.
        zeros_withheld: of an agency's own: names of the periods in which zeros are withheld like small counts.
    """

    title: str
    subject: str
    k: int
    sections: tuple[Section, ...]
    remarks: tuple[str, ...] = field(default_factory=tuple)
    zeros_withheld: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give it for scripts, for a sheet and for a page."""
        return {
            "title": self.title,
            "subject": self.subject,
            "k": self.k,
            "zeros_withheld": [*self.zeros_withheld],
            "sections": [_section(section) for section in self.sections],
            "remarks": [*self.remarks],
        }


def period_name(period: Window) -> str:
    """Name a period: `2026 Q2`, `2026-05`, or its first and last day."""
    start, end = period.starts_at, period.ends_at
    months = (end.year - start.year) * 12 + end.month - start.month
    if (start, end) == (_first_of_month(start), _first_of_month(end)):
        if months == 1:
            return f"{start:%Y-%m}"
        if months == 3 and start.month % 3 == 1:
            return f"{start.year} Q{start.month // 3 + 1}"
    return f"{start:%Y-%m-%d} to {end - timedelta(seconds=1):%Y-%m-%d}"


def _first_of_month(moment: datetime) -> datetime:
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _section(section: Section) -> dict[str, Any]:
    return {
        "name": section.name,
        "title": section.title,
        "counts": section.counts,
        "periods": [
            {
                "name": period_name(period),
                "window": period.id.hex(),
                "starts_at": period.starts_at.isoformat(),
                "ends_at": period.ends_at.isoformat(),
            }
            for period in section.periods
        ],
        "contributors": [*section.contributors],
        "notes": [*section.notes],
        "lines": [
            {"row": line.name, "column": line.column, "figures": [figure.as_json() for figure in line.figures]}
            for line in section.lines
        ],
    }
