"""The region's report, and who has reported for it.

Source: DESIGN.md 7; DOMAIN.md 2 (regional coordinator, board), 5.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from common.access.roles import Action
from common.codes import code, word
from common.errors import InvalidRequest, NotFound
from common.report.building import key_figures, sections
from common.report.choosing import chosen, is_day, named, tables_said
from common.report.report import Report, period_name
from common.rpc.local import Operation
from common.wire.v1.codes_pb2 import Discipline
from hub.domain.edition import REGION
from hub.domain.region_report import released_of, remarks
from hub.domain.reporting_window import ReportingWindow
from hub.operations.answering import check_if_signed_in
from hub.persistence import agencies, editions, incidents, reporting_windows
from hub.use_cases.editions import coverage_of
from hub.use_cases.typed_ids import get_incident_id

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on reports."""
    return {"report": partial(_report, hub), "report coverage": partial(_coverage, hub)}


async def _report(hub: "Hub", arguments: Arguments) -> Any:
    await check_if_signed_in(hub, Action.SEE_AGGREGATES)
    now = hub.clock.now()
    return (
        await hub.reader.read(lambda connection: region_report(connection, hub.region.name, arguments, now))
    ).as_json()


async def _coverage(hub: "Hub", arguments: Arguments) -> Any:
    await check_if_signed_in(hub, Action.RUN_QUEUE)
    now = hub.clock.now()

    def read(connection: Connection) -> list[dict[str, Any]]:
        windows = _ended(reporting_windows.list_windows(connection), now)
        if arguments.get("period") is not None:
            windows = _own(named(str(arguments["period"]), [each.window for each in windows]), windows)
        standing = coverage_of(connection, now)
        names = {agency.id: agency.name for agency in agencies.list_agencies(connection)}
        return [
            {
                "period": period_name(window.window),
                "window": window.id.hex(),
                "release_by": window.release_by.isoformat(),
                "agency": names[agency_id],
                "standing": each.value,
            }
            for window in reversed(windows)
            for agency_id, each in sorted(standing[window.id].items(), key=lambda item: names[item[0]])
        ]

    return await hub.reader.read(read)


def region_report(connection: Connection, region: str, arguments: Arguments, now: datetime) -> Report:
    """Make the report that somebody asked for.

    Args:
        region: its name.
        arguments: what `common.report.choosing.chosen` reads, `discipline` and `table`.

    Raises:
        NotFound: no window has ended, or none is meant.
        InvalidRequest: names what is wrong.
    """
    windows = _ended(reporting_windows.list_windows(connection), now)
    parts, standing = editions.load_parts(connection), coverage_of(connection, now)
    if not windows:
        raise NotFound("there are no figures yet: no reporting window has ended (`holdfast hub reporting list`)")
    has_figures = [each for each in windows if each.id in parts] if arguments.get("period") is None else []
    candidates = [each.window for each in has_figures or windows]
    periods, last = chosen(arguments, candidates, partial(_moment, connection))
    meant = _own(periods, windows)
    discipline = REGION
    if arguments.get("discipline"):
        discipline = code(Discipline, str(arguments["discipline"]), "discipline")
    released = released_of(meant, parts, standing, discipline)
    tables = tables_said(arguments.get("table"))
    key = None if arguments.get("table") else key_figures(released, periods, last)
    shown = [*([] if key is None else [key]), *sections(released, periods, tables, last)]
    used = {period.id for section in shown for period in section.periods}
    names = {each.id: period_name(each.window) for each in meant}
    subject = region if discipline == REGION else f"{region}, {word(Discipline, discipline).replace('_', ' ')}"
    said = remarks([each for each in meant if each.id in used], standing, names)
    return Report(
        f"{subject}: peer support in figures", subject, max(each.k for each in meant), tuple(shown), tuple(said)
    )


def _moment(connection: Connection, said: str) -> date | datetime:
    """Read a day, or an incident's id as the moment at which it began."""
    if is_day(said):
        try:
            return date.fromisoformat(said.strip())
        except ValueError:
            raise InvalidRequest("around: a day is needed, such as 2026-11-03") from None
    incident, _ = incidents.get_board(connection, get_incident_id(connection, said))
    return incident.started_at


def _ended(windows: Sequence[ReportingWindow], now: datetime) -> list[ReportingWindow]:
    return [each for each in windows if each.ends_at <= now]


def _own(found: Sequence[Any], windows: Sequence[ReportingWindow]) -> list[ReportingWindow]:
    ids = {each.id for each in found}
    return [each for each in windows if each.id in ids]
