"""The map: what was guessed about a file, as a TOML file that a person reads and changes.

Every word of a coded column stands in it with what it is taken for and how many rows have it. `?` waits to be filled:
rows with such a word are refused until it is.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from common.errors import InvalidRequest
from node.domain.encounter import RecipientClass
from node.importer.codewords import CODES_OF, SEVERAL, UNKNOWN
from node.importer.dates import Order
from node.importer.roles import Role

USES = ("encounters", "roster", "nothing")
EVERY_OTHER = "*"
_LONGEST = 1_000_000  # characters of a map


@dataclass
class SheetMap:
    """What one sheet is.

    Args:
        columns: by heading.
        words: by heading, then by word as it stands in the sheet: codes, or `?`.
        supporters: the name of a supporter by what the sheet calls them.
        remarks: what a person should know about a guess, by the key it stands at; not read again.
    """

    name: str
    use: str
    columns: dict[str, Role]
    date_order: Order | None = None
    recipient_class: str = ""
    words: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    supporters: dict[str, str] = field(default_factory=dict)
    remarks: dict[tuple[str, ...], str] = field(default_factory=dict)

    def column(self, role: Role) -> str | None:
        """Give the heading of the column that has a role."""
        return next((heading for heading, each in self.columns.items() if each is role), None)


@dataclass
class Map:
    """What a file is."""

    encoding: str
    separator: str
    sheets: list[SheetMap]

    def unfilled(self) -> list[tuple[str, str, str]]:
        """List the words that wait for a meaning: sheet, heading, word."""
        return [
            (sheet.name, heading, word)
            for sheet in self.sheets
            for heading, words in sheet.words.items()
            for word, codes in words.items()
            if codes == (UNKNOWN,)
        ]


def as_text(map_: Map) -> str:
    """Write a map as its file."""
    lines = [
        '# How this file is read. Change what is wrong, and fill in each "?"; then import with --map and this file.',
        "# Columns: " + " ".join(role for role in Role if role not in (Role.LABEL, Role.NAME)),
        '# A word may carry several codes: ["in_person", "self_referral"]. "*" stands for every word not listed.',
        "",
        f"encoding = {_quoted(map_.encoding)}",
        *([f"separator = {_quoted(map_.separator)}"] if map_.separator else []),
    ]
    for sheet in map_.sheets:
        lines += ["", "[[sheet]]", f"name = {_quoted(sheet.name)}"]
        lines += [f"use = {_quoted(sheet.use)}" + _remark(sheet, "use")]
        if sheet.date_order:
            lines += [f"date_order = {_quoted(sheet.date_order)}" + _remark(sheet, "date_order")]
        if sheet.recipient_class:
            remark = _remark(sheet, "recipient_class")
            lines += [f"recipient_class = {_quoted(sheet.recipient_class)}" + remark]
        lines += ["", "[sheet.columns]"]
        lines += [f"{_quoted(h)} = {_quoted(role)}" + _remark(sheet, "columns", h) for h, role in sheet.columns.items()]
        for heading, words in sheet.words.items():
            role = sheet.columns[heading]
            lines += ["", f"# {role}: {' '.join(sorted(CODES_OF[role]))}" if role in CODES_OF else "# days or none"]
            lines += [f"[sheet.words.{_quoted(heading)}]"]
            lines += [
                f"{_quoted(w)} = {_said(codes)}" + _remark(sheet, "words", heading, w) for w, codes in words.items()
            ]
        if sheet.supporters:
            lines += ["", "# Who is meant: two labels with one name are one supporter.", "[sheet.supporters]"]
            lines += [
                f"{_quoted(label)} = {_quoted(name)}" + _remark(sheet, "supporters", label)
                for label, name in sheet.supporters.items()
            ]
    return "\n".join(lines) + "\n"


def read_map(text: str) -> Map:
    """Read a map's file.

    Raises:
        InvalidRequest: it is no map; names the line, or the key and what may stand there.
    """
    if len(text) > _LONGEST:
        raise InvalidRequest("map: this file is too long for a map")
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise InvalidRequest(f"map: {wrong}") from None
    _check_keys(found, {"encoding", "separator", "sheet"}, "", text)
    sheets = found.get("sheet")
    if not isinstance(sheets, list) or not all(isinstance(each, dict) for each in sheets):
        raise InvalidRequest("map: needs a [[sheet]]")
    return Map(_text(found, "encoding", text), _text(found, "separator", text), [_sheet(each, text) for each in sheets])


def _sheet(found: Mapping[str, Any], text: str) -> SheetMap:
    known = {"name", "use", "date_order", "recipient_class", "columns", "words", "supporters"}
    _check_keys(found, known, "[[sheet]] ", text)
    use = _one_of(_text(found, "use", text) or USES[0], USES, "use", text)
    columns = {h: Role(_one_of(v, tuple(Role), h, text)) for h, v in _table(found, "columns", text).items()}
    given = [role for role in columns.values() if role is not Role.IGNORE]
    for role in given:
        if given.count(role) > 1:
            raise InvalidRequest(f"map: two columns are {role}")
    order = _text(found, "date_order", text)
    class_ = _text(found, "recipient_class", text)
    words: dict[str, dict[str, tuple[str, ...]]] = {}
    for heading, table in _table(found, "words", text).items():
        if heading not in columns or not isinstance(table, dict):
            raise _wrong(text, heading, f"words: there is no column {heading!r}")
        words[heading] = {word: _codes(said, columns[heading], word, text) for word, said in table.items()}
    return SheetMap(
        _text(found, "name", text),
        use,
        columns,
        Order(_one_of(order, tuple(Order), "date_order", text)) if order else None,
        _one_of(class_, tuple(RecipientClass), "recipient_class", text) if class_ else "",
        words,
        {label: _string(name, label, text) for label, name in _table(found, "supporters", text).items()},
    )


def _codes(said: Any, role: Role, word: str, text: str) -> tuple[str, ...]:
    codes = tuple(said) if isinstance(said, list) else (said,)
    if codes == (UNKNOWN,):
        return codes
    if role is Role.FOLLOW_UP_DUE:
        if len(codes) == 1 and (codes[0] == "none" or (isinstance(codes[0], int) and 0 <= codes[0] <= 3650)):
            return (str(codes[0]),)
        raise _wrong(text, word, f'{word!r}: give a number of days, or "none"')
    may = CODES_OF.get(role)
    if may is None:
        raise _wrong(text, word, f"words: a column that is {role} has none")
    for code in codes:
        if code not in may:
            raise _wrong(text, word, f"{word!r}: {code!r} is no code; one of {', '.join(sorted(may))}")
    if not codes or (len(codes) > 1 and role not in SEVERAL):
        raise _wrong(text, word, f"{word!r}: give one code")
    return codes


def _wrong(text: str, name: object, reason: str) -> InvalidRequest:
    """Say what is wrong, and on which line of the map it stands."""
    lines = text.splitlines()
    where = next(
        (
            n
            for n, line in enumerate(lines, 1)
            if line.lstrip().startswith((_quoted(str(name)), f"{name} ", f"{name}="))
        ),
        0,
    )
    return InvalidRequest(f"map, line {where}: {reason}" if where else f"map: {reason}")


def _one_of(said: Any, may: tuple[str, ...], name: str, text: str) -> str:
    if said not in may:
        raise _wrong(text, name, f"{name}: {said!r} is not one of {', '.join(may)}")
    return str(said)


def _check_keys(found: Mapping[str, Any], known: set[str], where: str, text: str) -> None:
    for name in found:
        if name not in known:
            raise _wrong(text, name, f"{where}{name!r} is not known; there are {', '.join(sorted(known))}")


def _table(found: Mapping[str, Any], name: str, text: str) -> Mapping[str, Any]:
    table = found.get(name, {})
    if not isinstance(table, dict):
        raise _wrong(text, name, f"{name}: must be a table")
    return table


def _text(found: Mapping[str, Any], name: str, text: str) -> str:
    return _string(found.get(name, ""), name, text)


def _string(said: Any, name: str, text: str) -> str:
    if not isinstance(said, str):
        raise _wrong(text, name, f"{name}: must be a text")
    return said


def _remark(sheet: SheetMap, *key: str) -> str:
    remark = sheet.remarks.get(key)
    return f"  # {remark}" if remark else ""


def _said(codes: tuple[str, ...]) -> str:
    if len(codes) == 1:
        return codes[0] if codes[0].isdigit() else _quoted(codes[0])
    return "[" + ", ".join(_quoted(code) for code in codes) + "]"


def _quoted(text: str) -> str:
    return json.dumps(str(text), ensure_ascii=False).replace("\x7f", "\\u007F")
