"""A report in plain words, from the contract's own names and codes: what `egress show` prints.

Nothing is written by hand for one kind, so that nothing in a report can be left out of what a person is shown. A figure
of a release is said by the names that the catalogue has for its place.
"""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from common.codes import word
from common.disclosure.catalogue import TABLES, VERSION
from common.report.wording import spoken
from common.wire.times import moment
from common.wire.v1.report_pb2 import Report, TableCell, TableRelease

Plain = dict[str, Any]


def report_words(report: Report) -> str:
    """Say in one line what a report says."""
    kind = report.WhichOneof("kind")
    if kind is None:
        return "nothing"
    return f"{_spaced(kind)}: {', '.join(_phrases(getattr(report, kind)))}"


def report_fields(report: Report) -> Plain:
    """Give a report's fields with codes by name, ids in hex and times in ISO 8601."""
    return _fields(report)


def _phrases(message: Message) -> Iterator[str]:
    for field, value in message.ListFields():
        name = _spaced(field.name)
        if isinstance(message, TableRelease) and field.name == "cells" and message.catalogue_version == VERSION:
            yield f"{name} [{'; '.join(_cell_words(message.table, cell) for cell in value)}]"
        elif field.type == FieldDescriptor.TYPE_BOOL and value:
            yield name
        elif field.is_repeated:
            yield f"{name} [{'; '.join(str(_word(field, item)) for item in value)}]"
        else:
            yield f"{name} {_word(field, value)}"


def _cell_words(kind: int, cell: TableCell) -> str:
    """Say a figure by the names of its place; a count that is not there is withheld."""
    table = TABLES.get(kind)
    if table is None or (cell.row, cell.column) not in set(table.places()):
        return f"({', '.join(_phrases(cell))})"
    column = f", {spoken(table.column_name(cell.column))}" if table.columns else ""
    return f"{spoken(table.row_name(cell.row))}{column}: {cell.count if cell.HasField('count') else 'withheld'}"


def _word(field: FieldDescriptor, value: Any) -> str:
    plain = _plain(field, value)
    if isinstance(plain, dict):
        return f"({', '.join(_phrases(value))})"
    return _spaced(plain) if field.enum_type is not None else str(plain)


def _fields(message: Message) -> Plain:
    return {
        field.name: [_plain(field, item) for item in value] if field.is_repeated else _plain(field, value)
        for field, value in message.ListFields()
    }


def _plain(field: FieldDescriptor, value: Any) -> Any:
    if field.enum_type is not None:
        return word(SimpleNamespace(DESCRIPTOR=field.enum_type), value)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return value.hex()
    if field.message_type is None:
        return value
    if field.message_type.full_name == "google.protobuf.Timestamp":
        return moment(value).isoformat()
    if field.message_type.full_name == "google.protobuf.Duration":
        return f"{value.seconds} s"
    return _fields(value)


def _spaced(name: str) -> str:
    return name.replace("_", " ")
