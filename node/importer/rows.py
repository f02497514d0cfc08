"""From the lines of a sheet to rows, by the map: each is read, or refused with a reason that names the column.

1. What the sheet does not say stays not recorded; a day without a time is kept at noon, and that is told.
2. A word that the map does not explain refuses its row.
3. A time is the agency's own, unless it carries an offset; one that lies in the future is refused.
4. A follow-up column that says no, beside a day for one, refuses the row: nobody can tell which is meant.
5. A row is the same one when its cells say the same, whatever the map makes of them: capitals, blanks and empty cells
   do not count.
6. Free text is not read. An incident's number is some other system's: it says that there was one, and is not kept.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from hashlib import sha256
from typing import Any

from common.errors import InvalidRequest
from node.domain.encounter import (
    ActivationType,
    Duration,
    Encounter,
    Mode,
    RecipientClass,
    Referral,
    SupportKind,
    checked,
    duration_of,
)
from node.domain.imported import ImportedRow, RefusedRow
from node.importer import cells
from node.importer.amounts import is_rough
from node.importer.codewords import NOT_RECORDED
from node.importer.dates import When, read_day_after
from node.importer.layout import find_heading, rows_of
from node.importer.mapping import Map, SheetMap
from node.importer.report import INCIDENTS, NO_REFERRAL, NO_TIME, NO_YEAR, ROUGH, SKIPPED, UNDATED, Report
from node.importer.roles import Role
from node.importer.sheet import Cell, Line, Sheet, Source
from node.importer.study import plain_name

NOON = time(12)
_ACTIVATIONS = frozenset(str(each) for each in ActivationType)


def read_rows(
    source: Source, map_: Map, zone: tzinfo, now: datetime, report: Report
) -> Iterator[ImportedRow | RefusedRow]:
    """Read a file's rows by its map, in the file's order.

    Raises:
        InvalidRequest: the map names a sheet or a column that the file does not have.
        TooMuch: the file has too many lines.
    """
    sheets = {sheet.name: sheet for sheet in source.sheets}
    for each in map_.sheets:
        if each.use == "encounters":
            if each.name not in sheets:
                raise InvalidRequest(f"map: the file has no sheet {each.name!r}; it has {', '.join(map(repr, sheets))}")
            yield from _Reader(sheets[each.name], each, zone, now, report).rows()


class _Reader:
    """Reads one sheet."""

    def __init__(self, sheet: Sheet, map_: SheetMap, zone: tzinfo, now: datetime, report: Report) -> None:
        heading = find_heading(sheet, tuple(map_.columns))
        names = heading.names if heading else ()
        for wanted, role in map_.columns.items():
            if wanted not in names and role is not Role.IGNORE:
                there = f"it has {', '.join(map(repr, names))}" if names else "is the map for another file?"
                raise InvalidRequest(f"map: the sheet has no column {wanted!r}: {there}")
        assert heading is not None or not map_.columns
        roles = set(map_.columns.values())
        if heading is None or not {Role.WHEN, Role.SUPPORTER} <= roles:
            raise InvalidRequest('map: one column must be "when", and one "supporter"')
        self._sheet, self._map, self._heading, self._report = sheet, map_, heading, report
        self._zone, self._now, self._today = zone, now, now.astimezone(zone).date()
        place: dict[Role, int] = {role: names.index(h) for h, role in map_.columns.items() if role is not Role.IGNORE}
        self._place, self._width = place, len(names)
        self._read: dict[Role, Callable[[Cell], Any]] = {role: self._reading(role) for role in place}
        report.not_read += [name for name in names if map_.columns.get(name, Role.IGNORE) is Role.IGNORE]

    def rows(self) -> Iterator[ImportedRow | RefusedRow]:
        """Read the sheet's rows."""
        for line in rows_of(self._sheet, self._heading, self._report.left_out):
            try:
                yield self._row(line)
            except InvalidRequest as refused:
                yield RefusedRow(self._sheet.name, line.number, str(refused))

    def _reading(self, role: Role) -> Callable[[Cell], Any]:
        heading = self._map.column(role) or role
        words = self._map.words.get(heading, {})
        by_role: dict[Role, Callable[[], Callable[[Cell], Any]]] = {
            Role.WHEN: lambda: cells.when(heading, self._map.date_order),
            Role.TIME: lambda: cells.time_of(heading),
            Role.END: lambda: cells.time_of(heading),
            Role.SUPPORTER: lambda: cells.name(heading, self._map.supporters, plain_name),
            Role.MEMBER: lambda: cells.name(heading, {}, lambda text: text),
            Role.DURATION: lambda: cells.duration(heading, words),
            Role.INCIDENT: lambda: cells.incident(heading),
            Role.FOLLOW_UP: lambda: cells.yes_no(heading),
            Role.PARTICIPANTS: lambda: cells.count(heading),
            Role.RECORD: lambda: cells.record(heading),
            Role.FOLLOW_UP_DUE: lambda: cells.codes(heading, words),
        }
        return cells.Remembered(by_role.get(role, lambda: cells.codes(heading, words))())

    def _row(self, line: Line) -> ImportedRow:
        if line.fault:
            raise InvalidRequest(line.fault)
        row = self._cells(line)
        when = self._when(row)
        occurred, day = self._occurred(when)
        told = self._codes(row)
        encounter = Encounter(
            occurred,
            b"",
            kind=told["kind"],
            activation_type=told["activation_type"],
            recipient_class=told["recipient_class"],
            mode=told["mode"],
            duration=self._duration(row, when),
            participants=self._participants(row, told["mode"]),
            referrals=told["referrals"],
            follow_up_due=self._due(row, day),
            is_incident_related=self._is_incident_related(row, told["activation_type"]),
        )
        supporter = self._said(Role.SUPPORTER, row, "")
        if not supporter:
            raise InvalidRequest(f"{self._map.column(Role.SUPPORTER)}: no supporter")
        return ImportedRow(
            self._sheet.name,
            line.number,
            supporter,
            self._said(Role.MEMBER, row, ""),
            checked(encounter, self._now, self._zone, is_complete=False),
            _meaning(row),
            self._said(Role.RECORD, row, b"") or None,
        )

    def _cells(self, line: Line) -> tuple[Cell, ...]:
        row = line.cells
        if len(row) < self._width:
            return row + ("",) * (self._width - len(row))
        if len(row) > self._width and any(cell != "" for cell in row[self._width :]):
            raise InvalidRequest(f"{len(row)} cells where the heading has {self._width}: a separator within a cell?")
        return row

    def _said(self, role: Role, row: tuple[Cell, ...], otherwise: Any) -> Any:
        place = self._place.get(role)
        return otherwise if place is None else self._read[role](row[place])

    def _when(self, row: tuple[Cell, ...]) -> When:
        when: When = self._said(Role.WHEN, row, None)
        at, offset = self._said(Role.TIME, row, (None, None))
        return when if at is None else When(when.day, at, offset)

    def _occurred(self, when: When) -> tuple[datetime, date]:
        """Give the moment, and the agency's day (1, 3)."""
        if when.day > self._today + timedelta(days=1):
            raise InvalidRequest(f"{self._map.column(Role.WHEN)}: {when.day} lies in the future")
        if when.day.year < 1990:
            raise InvalidRequest(f"{self._map.column(Role.WHEN)}: {when.day} lies before 1990")
        if when.at is None:
            self._report.told[NO_TIME] += 1
            noon = datetime.combine(when.day, NOON, self._zone).astimezone(UTC)
            return (min(noon, self._now) if when.day == self._today else noon), when.day
        said = datetime.combine(when.day, when.at, when.offset or self._zone)
        moment = said.astimezone(UTC)
        if when.offset is None and moment.astimezone(self._zone).time() != said.time():
            self._report.told[SKIPPED] += 1
        return moment, when.day

    def _codes(self, row: tuple[Cell, ...]) -> dict[str, Any]:
        ways = [*self._said(Role.ACTIVATION, row, ()), *self._said(Role.MODE, row, ())]
        came = [code for code in ways if code in _ACTIVATIONS]
        by = [code for code in ways if code not in _ACTIVATIONS and code != NOT_RECORDED]
        recipient = self._said(Role.RECIPIENT, row, (self._map.recipient_class or NOT_RECORDED,))[0]
        if Role.REFERRAL in self._place and row[self._place[Role.REFERRAL]] == "":
            self._report.told[NO_REFERRAL] += 1
        return {
            "kind": SupportKind(self._said(Role.KIND, row, (SupportKind.UNDISCLOSED,))[0]),
            "activation_type": ActivationType(came[0]) if came else None,
            "mode": Mode(by[0]) if by else None,
            "recipient_class": None if recipient == NOT_RECORDED else RecipientClass(recipient),
            "referrals": tuple(map(Referral, self._said(Role.REFERRAL, row, (Referral.NONE,)))),
        }

    def _duration(self, row: tuple[Cell, ...], when: When) -> Duration | None:
        if Role.DURATION in self._place:
            if is_rough(row[self._place[Role.DURATION]]):
                self._report.told[ROUGH] += 1
            said = self._said(Role.DURATION, row, NOT_RECORDED)
            return None if said == NOT_RECORDED else said
        end, _ = self._said(Role.END, row, (None, None))
        if end is None or when.at is None:
            return None
        return duration_of((end.hour * 60 + end.minute - when.at.hour * 60 - when.at.minute) % (24 * 60))

    def _participants(self, row: tuple[Cell, ...], mode: Mode | None) -> int | None:
        number = self._said(Role.PARTICIPANTS, row, 0)
        if mode is Mode.GROUP_SESSION:
            return number or None
        return number or (1 if mode is not None else None)

    def _due(self, row: tuple[Cell, ...], day: date) -> date | None:
        is_wanted = self._said(Role.FOLLOW_UP, row, "")
        place = self._place.get(Role.FOLLOW_UP_DUE)
        cell = "" if place is None else row[place]
        if cell == "":
            if is_wanted is True:
                self._report.told[UNDATED] += 1
            return None
        due = self._day_due(cell, day)
        if due is not None and is_wanted is False:
            raise InvalidRequest(f"{self._map.column(Role.FOLLOW_UP)}: says no, and a follow-up's day is given")  # 4
        return due

    def _day_due(self, cell: Cell, day: date) -> date | None:
        found = read_day_after(cell, day, self._map.date_order)
        if found is None:
            said = self._read[Role.FOLLOW_UP_DUE](cell)[0]
            return None if said == "none" else day + timedelta(days=int(said))
        if isinstance(cell, str) and str(found.year)[2:] not in cell:
            self._report.told[NO_YEAR] += 1
        return found

    def _is_incident_related(self, row: tuple[Cell, ...], came: ActivationType | None) -> bool:
        said = self._said(Role.INCIDENT, row, False)
        if said and isinstance(cell := row[self._place[Role.INCIDENT]], str) and any(map(str.isdigit, cell)):
            self._report.told[INCIDENTS] += 1
        return bool(said) or came is ActivationType.POST_INCIDENT_CHECK_IN


def _meaning(row: tuple[Cell, ...]) -> str:
    """Give a digest of what a row says (5)."""
    said = "\x1f".join(" ".join(str(cell).casefold().split()) for cell in row if cell != "")
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
