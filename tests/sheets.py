"""The five sheets of the project's scenario as they are, and what a node makes of a sheet without storing it."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from node.domain.imported import ImportedRow, RefusedRow
from node.importer.mapping import Map, read_map
from node.importer.report import Report
from node.importer.rows import read_rows
from node.importer.sheet import open_source
from node.importer.study import study
from tests.builders import NOON

FOLDER = Path(__file__).parent.parent / "deploy" / "demo" / "sheets"
DENVER = ZoneInfo("America/Denver")


def read_sheet(
    raw: bytes,
    map_text: str | None = None,
    *,
    zone: tzinfo = DENVER,
    now: datetime = NOON,
    report: Report | None = None,
) -> tuple[list[ImportedRow], list[RefusedRow], Map]:
    """Read a file's bytes, by a map or by what is guessed."""
    source = open_source(raw)
    map_ = study(source) if map_text is None else read_map(map_text)
    found: Sequence[ImportedRow | RefusedRow] = list(read_rows(source, map_, zone, now, report or Report()))
    read = [row for row in found if isinstance(row, ImportedRow)]
    return read, [row for row in found if isinstance(row, RefusedRow)], map_
