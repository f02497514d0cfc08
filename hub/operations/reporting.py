"""Reporting windows: listed with who has reported, and opened for past periods."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import partial
from typing import TYPE_CHECKING, Any

from common.disclosure.catalogue import TABLES
from common.errors import InvalidRequest
from common.report.report import period_name
from common.rpc.local import Operation
from hub.domain.reporting_window import ReportingWindow
from hub.persistence import reporting_windows
from hub.use_cases.reporting_windows import open_past

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on reporting windows."""
    return {
        "reporting open": partial(_open, hub),
        "reporting list": partial(_list, hub),
        "reporting run": partial(_run, hub),
    }


async def _open(hub: "Hub", arguments: Arguments) -> Any:
    first = _day(arguments["from"])
    return [_plain(window) for window in await hub.writer.submit(partial(open_past, first))]


async def _run(hub: "Hub", _: Arguments) -> Any:
    """Do at once what the hub's calendar does by itself within a minute."""
    return {"done": await hub.reporting.look()}


async def _list(hub: "Hub", _: Arguments) -> Any:
    return [_plain(window) for window in await hub.reader.read(reporting_windows.list_windows)]


def _plain(window: ReportingWindow) -> dict[str, Any]:
    return {
        "id": window.id.hex(),
        "period": period_name(window.window),
        "starts_at": window.starts_at.isoformat(),
        "ends_at": window.ends_at.isoformat(),
        "release_by": window.release_by.isoformat(),
        "k": window.k,
        "tables": [TABLES[kind].name for kind in sorted(window.tables)],
    }


def _day(text: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        raise InvalidRequest("from: a day is needed, such as 2024-10-01") from None
