"""`import_rows`, `import_rows_without_reading`: an agency's own sheet on its way in, beside plain rows.

The first is the whole import of a CSV file: studied, read, known rows looked up, members and supporters made, sealed,
recorded and committed batch by batch. The second has its rows read already. Both stand beside the same bare inserts.
"""

import random
import tempfile
from collections.abc import Iterator
from datetime import UTC, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter

from sqlalchemy import Connection

from common.access.roles import Role
from node.domain.imported import ImportedRow
from node.importer.report import Report
from node.importer.rows import read_rows
from node.importer.sheet import open_source
from node.importer.study import study
from node.operations.imports import BATCH, import_
from node.use_cases import imports as use_case
from tests.bench.measurement import Line, Scale, line, median, shown
from tests.bench.plain_imports import PlainImport
from tests.builders import NOON
from tests.local_node import local_node, person

ROWS, ROUNDS, MEMBERS, SUPPORTERS = 20_000, 5, 2_000, 40
_HEADING = "Date,Time,Peer,Employee,Reason,Mode,Minutes,Referred to,F/U date\n"
_KINDS = ("work stress", "family", "grief", "sleep", "alcohol", "critical incident")
_MODES = ("phone", "in person", "video", "text")


def measure_rows(_: Scale) -> Iterator[Line]:
    """Measure rows a second, of a file that a new node imports."""
    whole, stored, plain = list[float](), list[float](), list[float]()
    for number in range(ROUNDS):
        text = _sheet(random.Random(number))
        read = _read(text)
        told = [row.encounter for row in read]
        with tempfile.TemporaryDirectory() as folder:
            bare = PlainImport(Path(folder))
            begun = perf_counter()
            bare.add(told, NOON, BATCH)
            plain.append(ROWS / (perf_counter() - begun))
            bare.engine.dispose()
        with tempfile.TemporaryDirectory() as folder:
            stored.append(ROWS / _stored(Path(folder), read))
        with tempfile.TemporaryDirectory() as folder:
            whole.append(ROWS / _imported(Path(folder), text))
    config = {"rows": ROWS, "members": MEMBERS, "batch": BATCH, "limit_rounds": shown(plain)}
    yield line("import_rows", median(whole), "rows/s", median(plain), rounds=shown(whole), **config)
    yield line("import_rows_without_reading", median(stored), "rows/s", median(plain), rounds=shown(stored), **config)


def _imported(folder: Path, text: str) -> float:
    sheet = folder / "sheet.csv"
    sheet.write_text(text)
    (folder / "node").mkdir()
    with local_node(folder / "node") as node:
        begun = perf_counter()
        answer = import_(node, person(Role.COORDINATOR), {"file": str(sheet)})
        taken = perf_counter() - begun
    assert answer["imported"] == ROWS, answer
    return taken


def _stored(folder: Path, read: list[ImportedRow]) -> float:
    by = person(Role.COORDINATOR)
    with local_node(folder) as node:

        def store(connection: Connection, rows: list[ImportedRow]) -> None:
            use_case.import_batch(connection, node.vault, by, rows, known, NOON, node.settings.pack, UTC)

        begun, known = perf_counter(), use_case.Known()
        for first in range(0, ROWS, BATCH):
            rows = read[first : first + BATCH]
            node.write("bench", partial(store, rows=rows))
        return perf_counter() - begun


def _read(text: str) -> list[ImportedRow]:
    source = open_source(text.encode())
    rows = list(read_rows(source, study(source), UTC, NOON, Report()))
    read = [row for row in rows if isinstance(row, ImportedRow)]
    assert len(read) == ROWS, [row for row in rows if not isinstance(row, ImportedRow)][:3]
    return read


def _sheet(chance: random.Random) -> str:
    pick, lines = chance.choice, [_HEADING]
    for _ in range(ROWS):
        at = NOON - timedelta(minutes=chance.randrange(1_440, 1_000_000))
        due = f"{at + timedelta(days=7):%m/%d/%Y}" if chance.random() < 0.2 else ""
        who = f"Ann{chance.randrange(MEMBERS):04} Lee" if chance.random() < 0.6 else ""
        lines.append(
            f"{at:%m/%d/%Y},{at:%H:%M},Peer {chance.randrange(SUPPORTERS)},{who},{pick(_KINDS)},{pick(_MODES)},"
            f"{chance.randrange(5, 120)},{pick(('none', 'EAP', 'chaplain'))},{due}\n"
        )
    return "".join(lines)
