"""The agency's report for its leaders: the figures that were released, and nothing else.

1. It shows what was drawn for closed periods, as it leaves the agency or, without a hub, as its leaders may see it. A
   period that is held has its figures here too: the hold is the region's business.
2. Ranges follow from everything that was drawn, so that nobody sees more here than could be worked out.
3. Nothing is opened but releases: no record of a person.

Source: DESIGN.md 7; DOMAIN.md 2 (leader), 5.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from common.access.person import Person
from common.access.roles import Action
from common.disclosure.cell import Cell, Rule
from common.disclosure.relations import relations_of
from common.errors import NotFound
from common.report.building import Released, key_figures, sections
from common.report.choosing import chosen, is_day, tables_said
from common.report.report import Report, Section, period_name
from common.short_ids import one_meant
from node.domain.release import ReportingWindow
from node.opened import OpenNode
from node.operations.guarded import Guarded
from node.operations.typed_times import day_said
from node.persistence import incidents, releases, reporting_windows
from node.persistence.bodies import Flagged
from node.persistence.membership import find_membership

Arguments = dict[str, Any]


def report(node: OpenNode, _: Person, arguments: Arguments) -> Any:
    """Report on a period, the newest ones, or those around an incident."""
    return node.read(lambda connection: _report(node, connection, arguments).as_json())


OPERATIONS: dict[str, Guarded] = {"report": Guarded(Action.SEE_AGGREGATES, report, is_long=True)}


def _report(node: OpenNode, connection: Connection, arguments: Arguments) -> Report:
    windows = reporting_windows.list_windows(connection)
    stored = releases.list_releases(connection, node.vault)
    drawn = sorted(
        (window for window in windows if window.id in stored), key=lambda window: (window.starts_at, window.ends_at)
    )
    if not drawn:
        raise NotFound(_nothing_yet(windows))
    periods, last = chosen(arguments, drawn, partial(_moment, connection))
    tables = tables_said(arguments.get("table"))
    membership = find_membership(connection)
    name = node.settings.agency_name if membership is None else membership.agency_name
    rule = Rule(max(window.k for window in periods), releases.zeros_withheld_in(stored.values()))
    released = _released(stored, drawn, periods, rule)
    key = None if arguments.get("table") else key_figures(released, periods, last)
    parts = [*([] if key is None else [key]), *sections(released, periods, tables, last)]
    return Report(
        f"{name}: peer support in figures",
        name,
        rule.k,
        tuple(parts),
        tuple(_remarks(stored, periods)),
        _zeros_withheld(parts, rule),
    )


def _released(
    stored: dict[bytes, releases.StoredRelease],
    drawn: Sequence[ReportingWindow],
    periods: Sequence[ReportingWindow],
    rule: Rule,
) -> Released:
    """Give the figures of some periods, with what follows from all that were drawn (2)."""
    from common.disclosure.audit import bounds  # with the solver: most commands reckon nothing

    shown: dict[Cell, int | None] = {}
    not_released: dict[tuple[bytes, int], str] = {}
    for window in drawn:
        found = stored[window.id]
        if isinstance(found.kept, Flagged):
            not_released |= {(window.id, table): found.kept.because for table in window.tables}
            continue
        shown |= found.figures
        not_released |= {(window.id, table): reason for table, reason in found.kept.refused.items()}
    ids = {window.id for window in periods}
    asked = [cell for cell, count in shown.items() if count is None and cell.window in ids]
    return Released(shown, bounds(shown, relations_of(drawn), rule, asked), not_released)


def _moment(connection: Connection, said: str) -> date | datetime:
    """Read a day, or an incident's id as the moment at which it began."""
    if is_day(said):
        return day_said(said, "around")
    begun = {incident.id: incident.started_at for incident in incidents.list_incidents(connection)}
    return begun[one_meant(said, begun, "incident", "no incident begins with {digits}, and it is no day either")]


def _zeros_withheld(parts: Sequence[Section], rule: Rule) -> tuple[str, ...]:
    """Name the periods of a report in which zeros are withheld."""
    shown = (period for part in parts for period in part.periods if period.id in rule.zeros_withheld_in)
    return tuple(dict.fromkeys(map(period_name, shown)))


def _remarks(stored: dict[bytes, releases.StoredRelease], periods: Sequence[ReportingWindow]) -> Iterable[str]:
    for window in periods:
        kept = stored[window.id].kept
        if not isinstance(kept, Flagged) and kept.flagged:
            yield f"{window.label}: {kept.flagged} records could not be read when it was counted, and are not in it."


def _nothing_yet(windows: Sequence[ReportingWindow]) -> str:
    if not windows:
        return "there are no figures yet: no period was opened; the first is a quarter, or a month where it was agreed"
    first = min(windows, key=lambda window: window.draws_at)
    return (
        f"there are no figures yet: those of {first.label} are counted at {first.draws_at:%Y-%m-%d %H:%M} UTC, three "
        "days after it ends"
    )
