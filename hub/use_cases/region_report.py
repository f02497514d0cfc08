"""The region's report for its leaders, and where each agency stands with each period: decided from what is stored.

Source: DESIGN.md 7; DOMAIN.md 2 (regional coordinator, board), 5.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection

from common.codes import word
from common.disclosure.catalogue import TABLES
from common.disclosure.cell import Window
from common.errors import InvalidRequest, NotFound
from common.report.building import key_figures, sections
from common.report.choosing import chosen, is_day, named
from common.report.report import Report, period_name
from common.wire.v1.codes_pb2 import Discipline
from hub.domain.coverage import Coverage
from hub.domain.edition import REGION
from hub.domain.region_report import released_of, remarks
from hub.domain.reporting_window import ReportingWindow
from hub.persistence import agencies, editions, incidents, reporting_windows
from hub.use_cases.editions import coverage_of
from hub.use_cases.typed_ids import get_incident_id


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see.

    Args:
        periods: `period`, `around` or `last`, as `common.report.choosing.chosen` reads them; without any, the newest.
        discipline: wire Discipline of the agencies that are counted; `REGION` for all.
        tables: wire TableKind; None for every one, with the key figures before them.
    """

    periods: Mapping[str, Any] = field(default_factory=dict)
    discipline: int = REGION
    tables: Sequence[int] | None = None


class AgencyStanding(NamedTuple):
    """Where an agency stands with a window."""

    window: ReportingWindow
    agency: str  # its name
    slug: str
    standing: Coverage


def region_report(connection: Connection, region: str, asked: Asked, now: datetime) -> Report:
    """Make the report that somebody asked for.

    Args:
        region: its name.

    Raises:
        NotFound: no window has ended, or none is meant.
        InvalidRequest: names what is wrong.
    """
    windows = _ended(connection, now)
    parts, standing = editions.load_parts(connection), coverage_of(connection, now)
    if not windows:
        raise NotFound("there are no figures yet: no reporting window has ended")
    has_figures = [each for each in windows if each.id in parts] if asked.periods.get("period") is None else []
    candidates = [each.window for each in has_figures or windows]
    periods, last = chosen(asked.periods, candidates, partial(_moment, connection))
    meant = _own(periods, windows)
    released = released_of(meant, parts, standing, asked.discipline)
    key = key_figures(released, periods, last) if asked.tables is None else None
    tables = list(TABLES) if asked.tables is None else asked.tables
    shown = [*([] if key is None else [key]), *sections(released, periods, tables, last)]
    used = {period.id for section in shown for period in section.periods}
    names = {each.id: period_name(each.window) for each in meant}
    subject = region
    if asked.discipline != REGION:
        subject += f", {word(Discipline, asked.discipline).replace('_', ' ')}"
    said = remarks([each for each in meant if each.id in used], standing, names)
    return Report(
        f"{subject}: peer support in figures", subject, max(each.k for each in meant), tuple(shown), tuple(said)
    )


def list_standings(connection: Connection, period: str | None, now: datetime) -> list[AgencyStanding]:
    """List where each agency stands with each window that has ended, the newest window first.

    Args:
        period: the name of those that are meant; None for all.

    Raises:
        NotFound: there is no such period.
        InvalidRequest: that names none.
    """
    windows = _ended(connection, now)
    if period is not None:
        windows = _own(named(period, [each.window for each in windows]), windows)
    standing = coverage_of(connection, now)
    known = {agency.id: agency for agency in agencies.list_agencies(connection)}
    return [
        AgencyStanding(window, known[agency_id].name, known[agency_id].slug, each)
        for window in reversed(windows)
        for agency_id, each in sorted(standing[window.id].items(), key=lambda item: known[item[0]].name)
    ]


def _moment(connection: Connection, said: str) -> date | datetime:
    """Read a day, or an incident's id as the moment at which it began."""
    if is_day(said):
        try:
            return date.fromisoformat(said.strip())
        except ValueError:
            raise InvalidRequest("around: a day is needed, such as 2026-11-03") from None
    incident, _ = incidents.get_board(connection, get_incident_id(connection, said))
    return incident.started_at


def _ended(connection: Connection, now: datetime) -> list[ReportingWindow]:
    return [each for each in reporting_windows.list_windows(connection) if each.ends_at <= now]


def _own(found: Collection[Window], windows: Sequence[ReportingWindow]) -> list[ReportingWindow]:
    ids = {each.id for each in found}
    return [each for each in windows if each.id in ids]
