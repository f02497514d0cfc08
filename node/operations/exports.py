"""An agency's own data as CSV or JSON files: formula-safe, for its owner's eyes alone, and each in the audit trail.

1. A cell that a spreadsheet program would take for a formula gets an apostrophe before it.
2. An export stands in the trail before its first byte is written, and again with its count.
3. Who is meant stands there by local code; names are in the exports of members and supporters only.
4. A record that cannot be believed or was erased is left out, and counted.

Source: DESIGN.md 6; TRUST.md e01, e03.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.audit.entry import Entry
from common.errors import InvalidRequest
from node.opened import OpenNode
from node.operations.guarded import Guarded, progress_of
from node.operations.outside_files import write_outside
from node.persistence.audit import TRAIL
from node.use_cases import exports as use_case

Arguments = dict[str, Any]
Row = Mapping[str, Any]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PIECE = 500  # rows


@dataclass(frozen=True)
class _Kind:
    columns: tuple[str, ...]
    rows: Callable[[Connection, OpenNode, bool], Iterator[Row | None]]  # None: cannot be read


_KINDS: dict[str, _Kind] = {
    "encounters": _Kind(
        ("encounter_id", "state", "occurred_at", "supporter", "activation_type", "support_kind", "recipient_class",
         "mode", "duration", "participants", "referrals", "follow_up_due", "incident_related", "incident", "member",
         "recorded_at"),
        lambda connection, node, void: use_case.encounter_rows(connection, node.vault, node.settings.zone, void),
    ),
    "members": _Kind(
        ("code", "name", "recipient_class", "unit", "contact", "supervisor", "state", "recorded_at"),
        lambda connection, node, _: use_case.member_rows(connection, node.vault, node.settings.zone),
    ),
    "supporters": _Kind(
        ("code", "name", "member", "selected_on", "designated_on", "ended_on", "cap", "languages", "trainings",
         "recorded_at"),
        lambda connection, node, _: use_case.supporter_rows(connection, node.vault, node.settings.zone),
    ),
    "check-ins": _Kind(
        ("code", "state", "due_at", "supporter", "member", "encounter", "incident", "hub_reference", "outcome",
         "opened_at", "ended_at"),
        lambda connection, node, _: use_case.check_in_rows(connection, node.vault, node.settings.zone),
    ),
    "resources": _Kind(
        ("code", "kind", "name", "reach", "hours", "languages", "confidential", "checked_on", "ended_on"),
        lambda connection, *_: use_case.resource_rows(connection),
    ),
}  # fmt: skip


def export(node: OpenNode, person: Person, arguments: Arguments) -> Any:
    """Write all records of one kind to a new file; with none named, keep it for who asks, who takes it by its id."""
    kind, form = str(arguments["kind"]), str(arguments.get("format") or "csv")
    if kind not in _KINDS:
        raise InvalidRequest(f"kind: {kind!r} is not one of {', '.join(_KINDS)}")
    if form not in ("csv", "json"):
        raise InvalidRequest("format: csv or json")
    counted = {"rows": 0, "left_out": 0}
    progress = progress_of(arguments)

    def rows(connection: Connection) -> Iterator[Row]:
        for row in _KINDS[kind].rows(connection, node, bool(arguments.get("with_void"))):
            counted["left_out" if row is None else "rows"] += 1
            if row is not None:
                yield row
            if counted["rows"] % _PIECE == 0:
                progress(counted["rows"], counted["rows"])

    def write(connection: Connection) -> str:
        columns, found = _KINDS[kind].columns, rows(connection)
        pieces = json_lines(found) if form == "json" else csv_lines(columns, found, bool(arguments.get("with_mark")))
        if arguments.get("file") is None:
            return node.passing.keep(person.user_id, f"{kind}.{form}", b"".join(pieces))
        return write_outside(node, str(arguments["file"]), pieces).name

    _record(node, person, kind, "begun")  # 2
    name = node.read(write)
    _record(node, person, kind, f"done: {counted['rows']} rows as {form}")
    return counted | {"kind": kind, "file": name}


def csv_lines(columns: Sequence[str], rows: Iterable[Row], has_mark: bool) -> Iterator[bytes]:
    """Write rows as CSV, formula-safe (1); the mark tells old spreadsheet programs that it is UTF-8."""
    if has_mark:
        yield b"\xef\xbb\xbf"
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    for number, row in enumerate(rows, start=1):
        writer.writerow([_safe(row.get(column)) for column in columns])
        if number % _PIECE == 0:
            yield _taken(text)
    yield _taken(text)


def json_lines(rows: Iterable[Row]) -> Iterator[bytes]:
    """Write rows as one JSON list, a line each."""
    before = b"[\n"
    for row in rows:
        yield before + json.dumps(row, ensure_ascii=False).encode()
        before = b",\n"
    yield b"[]\n" if before == b"[\n" else b"\n]\n"


def _safe(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    return "'" + text if text.startswith(_FORMULA) else text


def _taken(text: io.StringIO) -> bytes:
    written = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return written


def _record(node: OpenNode, person: Person, kind: str, outcome: str) -> None:
    now = node.clock.now()
    entry = Entry(f"user {person.name}", Action.EXPORT_RECORDS.value, kind, outcome)
    node.write("audit", lambda connection: TRAIL.record(connection, now, entry))


OPERATIONS: dict[str, Guarded] = {"export": Guarded(Action.EXPORT_RECORDS, export, is_long=True)}
