"""Studies a file once and writes down what it seems to be: the map.

A workbook's sheet of labels and names is a roster: it tells whose label stands in the log.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from common.errors import InvalidRequest
from node.importer import codewords, columns
from node.importer.amounts import read_ahead, read_duration
from node.importer.codewords import NOT_RECORDED, UNKNOWN, folded
from node.importer.columns import Column
from node.importer.dates import Order, guess_order, read_day_after
from node.importer.layout import Heading, find_heading, rows_of
from node.importer.mapping import Map, SheetMap
from node.importer.roles import CODED, Role
from node.importer.sheet import Sheet, Source

_RANK_WORDS = (
    "dep deputy sgt sergeant lt lieutenant capt captain cpl corporal ofc officer off det detective chief cmdr ff eng "
    "engineer medic emt tpr trooper pso mr mrs ms sheriff insp"
)
_TEXT_WORDS = "notes note comments comment remarks narrative details notas observaciones remarques bemerkung"
_RANKS, _LEFT_OUT = frozenset(_RANK_WORDS.split()), frozenset(_TEXT_WORDS.split())
_SOME_DAY = date(2000, 1, 1)


@dataclass(frozen=True)
class _Studied:
    sheet: Sheet
    heading: Heading
    columns: list[Column]


def study(source: Source) -> Map:
    """Guess what a file is.

    Raises:
        InvalidRequest: no sheet of it is a log of contacts.
    """
    studied = [found for sheet in source.sheets if (found := _look(sheet))]
    sheets = [_roster(each) or _log(each) for each in studied]
    if not any(sheet.use == "encounters" for sheet in sheets):
        raise InvalidRequest(
            "no table with a date and a supporter was found: write a map (--write-map) and name them there"
        )
    names = {label: name for sheet in sheets if sheet.use == "roster" for label, name in sheet.supporters.items()}
    for sheet in sheets:
        if sheet.use == "encounters":
            for label in sheet.supporters:
                if label in names:
                    sheet.supporters[label] = names[label]
                    sheet.remarks["supporters", label] = "named by the workbook's roster"
    return Map(source.encoding, source.separator, sheets)


def plain_name(label: str) -> str:
    """Give a supporter's label without the rank before it."""
    words = label.split()
    while len(words) > 1 and folded(words[0]) in _RANKS:
        words.pop(0)
    return " ".join(words)


def _look(sheet: Sheet) -> _Studied | None:
    heading = find_heading(sheet)
    if heading is None:
        return None
    seen = [Column(name) for name in heading.names]
    for line in rows_of(sheet, heading, Counter()):
        if not line.fault:
            for column, cell in zip(seen, line.cells, strict=False):
                column.add(cell)
    return _Studied(sheet, heading, seen)


def _log(studied: _Studied) -> SheetMap:
    """Say what a sheet of contacts is."""
    seen = studied.columns
    roles = columns.guess_roles(seen)
    map_ = SheetMap(studied.sheet.name, "encounters", {c.heading: r for c, r in zip(seen, roles, strict=True)})
    if Role.WHEN not in roles or Role.SUPPORTER not in roles:
        map_.use = "nothing"
        map_.remarks["use",] = "no column with a date, or none with a supporter"
    _remark_columns(map_)
    _set_order(map_, seen)
    for column, role in zip(seen, roles, strict=True):
        if role in CODED:
            _set_words(map_, column, role)
        elif role is Role.FOLLOW_UP_DUE:
            _set_days(map_, column)
        elif role is Role.SUPPORTER:
            _set_supporters(map_, column)
        elif role is Role.MEMBER and Role.RECIPIENT not in roles:
            map_.recipient_class = columns.class_of_heading(column.heading)
            map_.remarks["recipient_class",] = (
                f"everybody under the heading {column.heading!r}; remove it if this is wrong"
            )
    return map_


def _remark_columns(map_: SheetMap) -> None:
    for heading, role in map_.columns.items():
        if role is Role.IGNORE:
            is_text = not _LEFT_OUT.isdisjoint(folded(heading).split())
            map_.remarks["columns", heading] = "free text stays where it is" if is_text else "not read"
        elif columns.role_of_heading(heading) is not role:
            map_.remarks["columns", heading] = "guessed from what stands in it: please check"


def _set_order(map_: SheetMap, seen: list[Column]) -> None:
    """Decide which comes first in dates of figures, by the columns of dates together."""
    dates = [column for column in seen if map_.columns[column.heading] in (Role.WHEN, Role.FOLLOW_UP_DUE)]
    dates.sort(key=lambda column: map_.columns[column.heading] is not Role.WHEN)
    if dates:
        guess = guess_order(dates[0].filled(), [cell for column in dates[1:] for cell in column.filled()])
        if guess.order is None and len(dates) > 1:
            guess = guess_order(dates[1].filled())
        map_.date_order = guess.order
        check = "" if guess.is_sure else "; PLEASE CHECK"
        map_.remarks["date_order",] = f"{guess.because}{check}"


def _set_words(map_: SheetMap, column: Column, role: Role) -> None:
    words: dict[str, tuple[str, ...]] = {}
    hours = columns.says_hours(column.heading)
    for cell, count in sorted(column.words.items(), key=lambda each: -each[1]):
        if role is Role.DURATION and (not isinstance(cell, str) or read_duration(cell, hours) is not None):
            continue
        word = str(cell)
        if role is Role.DURATION:
            nothing = codewords.guess(Role.KIND, word).codes == ("undisclosed",)
            meaning = codewords.Meaning((NOT_RECORDED,) if nothing else (), is_sure=nothing)
        else:
            meaning = codewords.guess(role, word)
        words[word] = meaning.codes or (UNKNOWN,)
        rows = f"{count} row{'s' if count > 1 else ''}"
        doubt = "" if meaning.is_sure else ": PLEASE FILL IN" if not meaning.codes else ": please check"
        map_.remarks["words", column.heading, word] = rows + doubt
    if words:
        map_.words[column.heading] = words


def _set_days(map_: SheetMap, column: Column) -> None:
    words: dict[str, tuple[str, ...]] = {}
    for cell, count in column.filled().items():
        if any(read_day_after(cell, _SOME_DAY, order) is not None for order in Order):
            continue
        ahead = read_ahead(cell)
        nothing = codewords.guess(Role.KIND, str(cell)).codes == ("undisclosed",)
        words[str(cell)] = (str(ahead.days),) if ahead is not None else ("none",) if nothing else (UNKNOWN,)
        said = "days after the contact" if ahead is not None else "no follow-up" if nothing else "PLEASE FILL IN"
        map_.remarks["words", column.heading, str(cell)] = f"{count} rows: {said}"
    if words:
        map_.words[column.heading] = words


def _set_supporters(map_: SheetMap, column: Column) -> None:
    for cell in sorted(column.filled(), key=lambda each: (plain_name(str(each)), str(each))):
        label = str(cell)
        map_.supporters[label] = plain_name(label)
        if plain_name(label) != label:
            map_.remarks["supporters", label] = "rank left out: please check that this is one person"


def _roster(studied: _Studied) -> SheetMap | None:
    """Say what a sheet of labels and names is; None where it is none."""
    by_heading = {folded(column.heading): column for column in studied.columns}
    named = next((by_heading[word] for word in ("name", "full name", "nombre", "nom") if word in by_heading), None)
    labels = next((c for c in studied.columns if columns.role_of_heading(c.heading) is Role.SUPPORTER), None)
    if named is None or labels is None or named is labels or len(studied.columns) > 6 or len(labels.words) > 500:
        return None
    places = (studied.columns.index(labels), studied.columns.index(named))
    pairs: dict[str, str] = {}
    for line in rows_of(studied.sheet, studied.heading, Counter()):
        cells = [str(line.cells[place]) if place < len(line.cells) else "" for place in places]
        if all(cells):
            pairs[cells[0]] = " ".join(cells[1].split())
    roles = {
        c.heading: Role.LABEL if c is labels else Role.NAME if c is named else Role.IGNORE for c in studied.columns
    }
    map_ = SheetMap(studied.sheet.name, "roster", roles, supporters=pairs)
    map_.remarks["use",] = "whose label stands in the log"
    for heading, role in roles.items():
        if role is Role.IGNORE:
            map_.remarks["columns", heading] = "not read"
    return map_
