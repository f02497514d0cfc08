"""Importing an agency's own sheet: studied, shown as a map, tried, and read in batches; and the list of what was."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.errors import InvalidRequest
from node.domain.imported import ImportedRow, RefusedRow
from node.importer.mapping import Map, as_text, read_map
from node.importer.report import READ_OTHERWISE, Report
from node.importer.roles import Role
from node.importer.rows import read_rows
from node.importer.sheet import MOST_BYTES, Source, open_source
from node.importer.study import study
from node.opened import OpenNode
from node.operations.exports import csv_lines
from node.operations.guarded import Guarded, Progress, progress_of
from node.operations.import_words import map_shown, row_shown
from node.operations.outside_files import read_outside, write_outside
from node.operations.typed import iso
from node.persistence import import_runs
from node.persistence.import_runs import ImportRun
from node.use_cases import imports as use_case
from node.use_cases.imports import Known

Arguments = dict[str, Any]
BATCH = 2_000  # rows of one transaction
SHOWN = 20  # refused rows in an answer; a file has them all
MOST_MAP_BYTES = 4 * 1024 * 1024
_LISTED = 200


@dataclass
class _Import:
    """One file on its way in."""

    node: OpenNode
    person: Person
    source: Source
    map: Map
    lines: int  # about how many
    progress: Progress
    report: Report = field(default_factory=Report)
    refused: list[RefusedRow] = field(default_factory=list)
    read: int = 0

    def batches(self) -> Iterator[list[ImportedRow]]:
        """Read the file's rows in batches; what is refused is set aside."""
        self.report, self.refused, self.read = Report(), [], 0
        now = self.node.clock.now()
        rows = self._good(read_rows(self.source, self.map, self.node.settings.zone, now, self.report))
        while batch := list(islice(rows, BATCH)):
            yield batch
            self.progress(min(batch[-1].line, self.lines), self.lines)

    def _good(self, rows: Iterable[ImportedRow | RefusedRow]) -> Iterator[ImportedRow]:
        for row in rows:
            self.read += 1
            if isinstance(row, RefusedRow):
                self.refused.append(row)
            else:
                yield row


def import_(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Import a file, or try it with `dry_run`."""
    raw = _content(node, person, arguments)
    map_, source = _understood(node, raw, arguments)
    if arguments.get("write_map"):
        write_outside(node, str(arguments["write_map"]), [as_text(map_).encode()])
    file = _Import(
        node, person, source, map_, max(1, *(sheet.about for sheet in source.sheets)), progress_of(arguments)
    )
    digest, reading = sha256(raw).digest(), _reading(map_)
    runs = node.read(lambda connection: import_runs.list_of_file(connection, digest))
    if arguments.get("dry_run"):
        run, known = None, _try(file)
        counts = {"imported": 0, "new": file.read - len(file.refused) - known, "already_there": known}
    else:
        run = _all_or_nothing(file, digest) if arguments.get("all_or_nothing") else _in_batches(file, digest)
        counts = {"imported": run.imported, "already_there": run.already_there}
    if counts["already_there"] and any(each.imported and each.reading_digest != reading for each in runs):
        file.report.told[READ_OTHERWISE] += counts["already_there"]
    kept = _keep_refused(node, person, arguments, file.refused)
    if run is not None and arguments.get("upload"):
        node.passing.drop(person.user_id, str(arguments["upload"]))
    return counts | {
        "refused_file": kept,
        "map_text": as_text(map_) if arguments.get("upload") else None,
        "import_id": run.id.hex() if run else None,
        "encoding": source.encoding,
        "separator": source.separator,
        "read": file.read,
        "refused": len(file.refused),
        "refused_rows": [row_shown(row) for row in file.refused[:SHOWN]],
        "told": dict(file.report.told),
        "left_out": dict(file.report.left_out),
        "not_read": file.report.not_read,
        "map": map_shown(map_),
    }


def list_(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """List the imports, the newest first."""
    runs = node.read(lambda connection: import_runs.list_runs(connection, _LISTED))
    return [
        {
            "id": run.id.hex(),
            "begun_at": iso(node, run.begun_at),
            "finished_at": iso(node, run.finished_at),
            "imported": run.imported,
            "already_there": run.already_there,
            "refused": run.refused,
            "file_sha256": run.file_digest.hex(),
        }
        for run in runs
    ]


def _content(node: OpenNode, person: Person, arguments: Arguments) -> bytes:
    """Read the file on this machine that is named, or the upload of the person who asks."""
    if arguments.get("upload"):
        return node.passing.get(person.user_id, str(arguments["upload"]))[1]
    return read_outside(node, str(arguments["file"]), MOST_BYTES)


def _understood(node: OpenNode, raw: bytes, arguments: Arguments) -> tuple[Map, Source]:
    """Read the map that was given, in a file or as its text, or study the file."""
    text = arguments.get("map_text")
    if not text and arguments.get("map"):
        try:
            text = read_outside(node, str(arguments["map"]), MOST_MAP_BYTES).decode()
        except UnicodeDecodeError:
            raise InvalidRequest("map: is no UTF-8 text") from None
    if not text:
        source = open_source(raw)
        return study(source), source
    map_ = read_map(str(text))
    source = open_source(raw, "" if map_.encoding == "workbook" else map_.encoding, map_.separator)
    return map_, source


def _try(file: _Import) -> int:
    """Read the whole file and store nothing; tell how many rows are known."""
    known, count = Known(), 0
    for batch in file.batches():
        count += file.node.read(lambda c, rows=batch: use_case.count_known(c, file.node.vault, rows, known))  # type: ignore[misc]
    return count


def _in_batches(file: _Import, digest: bytes) -> ImportRun:
    """Import what can be read, each batch in a transaction."""
    node, known = file.node, Known()
    now = node.clock.now()
    run = node.write("import", lambda c: use_case.begin(c, file.person, digest, _reading(file.map), now))
    for batch in file.batches():
        run = _store(file, run, batch, known)
    total = len(file.refused)
    return node.write("import", lambda c: use_case.finish(c, file.person, run, total, node.clock.now()))


def _store(file: _Import, run: ImportRun, rows: list[ImportedRow], known: Known) -> ImportRun:
    node, now = file.node, file.node.clock.now()

    def write(connection: Connection) -> tuple[ImportRun, list[RefusedRow]]:
        batch = _import_batch(file, connection, rows, known, now)
        return use_case.go_on(connection, run, batch), list(batch.refused)

    after, refused = node.write("import", write)
    file.refused += refused
    return after


def _import_batch(
    file: _Import, connection: Connection, rows: list[ImportedRow], known: Known, now: datetime
) -> use_case.Batch:
    settings = file.node.settings
    return use_case.import_batch(
        connection, file.node.vault, file.person, rows, known, now, settings.pack, settings.zone
    )


def _all_or_nothing(file: _Import, digest: bytes) -> ImportRun:
    """Import every row in one transaction, or none."""
    for _ in file.batches():
        _refuse_any(file.refused)
    _refuse_any(file.refused)
    node, known = file.node, Known()

    def write(connection: Connection) -> ImportRun:
        now = node.clock.now()
        run = use_case.begin(connection, file.person, digest, _reading(file.map), now)
        for rows in file.batches():
            batch = _import_batch(file, connection, rows, known, now)
            _refuse_any(batch.refused)
            run = use_case.go_on(connection, run, batch)
        return use_case.finish(connection, file.person, run, 0, now)

    return node.write("import", write)


def _refuse_any(refused: Iterable[RefusedRow]) -> None:
    for row in refused:
        where = f"sheet {row.sheet!r}, " if row.sheet else ""
        raise InvalidRequest(f"nothing was imported: {where}line {row.line}: {row.reason}")


def _reading(map_: Map) -> bytes:
    """Give a digest of what the map makes of the file, as far as a row is known by it."""
    told = [
        f"{each.name}\0{heading}\0{role}\0{each.date_order}"
        for each in map_.sheets
        if each.use == "encounters"
        for heading, role in sorted(each.columns.items())
        if role not in (Role.IGNORE, Role.RECORD)
    ]
    return sha256("\0\0".join(told).encode()).digest()


def _keep_refused(node: OpenNode, person: Person, arguments: Arguments, refused: list[RefusedRow]) -> str | None:
    """Write the refused rows to the file that was named; of an upload, keep them for who asked, and give the id."""
    rows = ({"sheet": row.sheet, "line": row.line, "reason": row.reason} for row in refused)
    lines = csv_lines(("sheet", "line", "reason"), rows, has_mark=False)
    if arguments.get("refused"):
        write_outside(node, str(arguments["refused"]), lines)
    elif arguments.get("upload") and refused:
        return node.passing.keep(person.user_id, "refused-rows.csv", b"".join(lines))
    return None


OPERATIONS: dict[str, Guarded] = {
    "import": Guarded(Action.IMPORT_RECORDS, import_, is_long=True),
    "imports": Guarded(Action.IMPORT_RECORDS, list_),
}
