"""A report as CSV, one line a figure, for a spreadsheet to filter and chart. Nothing in it acts as a formula."""

import csv
import io
from typing import Any

_HEAD = (
    "table", "title", "counts", "row", "column", "period", "starts_at", "ends_at", "contributors", "low", "high",
    "shown", "why_not", "share_low", "share_high",
)  # fmt: skip


def report_sheet(report: dict[str, Any]) -> str:
    """Write a report; a figure that is withheld has its range in `low` and `high`, which are empty where unknown."""
    written = io.StringIO(newline="")
    rows = csv.writer(written)
    rows.writerow(_HEAD)
    for section in report["sections"]:
        for line in section["lines"]:
            for place, (period, figure) in enumerate(zip(section["periods"], line["figures"], strict=True)):
                contributors = section["contributors"][place] if section["contributors"] else ""
                rows.writerow(
                    [
                        section["name"], section["title"], section["counts"], line["row"], line["column"],
                        period["name"], period["starts_at"], period["ends_at"], contributors,
                        *("" if figure[key] is None else figure[key] for key in ("low", "high")),
                        "yes" if figure["shown"] else "no",
                        *("" if figure[key] is None else figure[key] for key in ("why_not", "share_low", "share_high")),
                    ]
                )  # fmt: skip
    return written.getvalue()
