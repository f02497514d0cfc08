"""How a file is read, and what was refused of it, as JSON can carry it."""

from typing import Any

from node.domain.imported import RefusedRow
from node.importer.mapping import Map


def row_shown(row: RefusedRow) -> dict[str, Any]:
    """Say where a refused row stands, and why it is refused."""
    return {"sheet": row.sheet, "line": row.line, "reason": row.reason}


def map_shown(map_: Map) -> dict[str, Any]:
    """Say what each sheet and column is taken for, and which words nobody explained yet."""
    return {
        "sheets": [
            {
                "name": each.name,
                "use": each.use,
                "columns": {heading: role.value for heading, role in each.columns.items()},
                "date_order": each.date_order,
                "why": each.remarks.get(("date_order",), ""),
                "recipient_class": each.recipient_class,
                "supporters": len(set(each.supporters.values())),
                "labels": len(each.supporters),
                "doubts": sum("check" in remark.casefold() for remark in each.remarks.values()),
            }
            for each in map_.sheets
        ],
        "unfilled": [{"sheet": sheet, "column": column, "word": word} for sheet, column, word in map_.unfilled()],
    }
