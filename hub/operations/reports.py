"""The region's report, and who has reported for it.

Source: DOMAIN.md 2 (regional coordinator, board).
"""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from common.codes import code
from common.report.choosing import tables_said
from common.report.report import period_name
from common.rpc.local import Operation
from common.wire.v1.codes_pb2 import Discipline
from hub.domain.edition import REGION
from hub.use_cases.region_report import AgencyStanding, Asked, list_standings, region_report

if TYPE_CHECKING:
    from hub.process import Hub

Arguments = dict[str, Any]


def operations(hub: "Hub") -> Mapping[str, Operation]:
    """Give the operations on reports."""
    return {"report": partial(_report, hub), "report coverage": partial(_coverage, hub)}


async def _report(hub: "Hub", arguments: Arguments) -> Any:
    make = partial(region_report, region=hub.region.name, asked=asked_for(arguments), now=hub.clock.now())
    return (await hub.reader.read(make)).as_json()


async def _coverage(hub: "Hub", arguments: Arguments) -> Any:
    period = arguments.get("period")
    said = None if period is None else str(period)
    return [_line(each) for each in await hub.reader.read(partial(list_standings, period=said, now=hub.clock.now()))]


def asked_for(arguments: Mapping[str, Any]) -> Asked:
    """Read what somebody wants to see; raises InvalidRequest for a discipline or a table that there is not."""
    discipline, table = arguments.get("discipline"), arguments.get("table")
    return Asked(
        {name: arguments.get(name) for name in ("period", "around", "last")},
        code(Discipline, str(discipline), "discipline") if discipline else REGION,
        tables_said(table) if table else None,
    )


def _line(found: AgencyStanding) -> dict[str, Any]:
    window = found.window
    return {
        "period": period_name(window.window),
        "window": window.id.hex(),
        "release_by": window.release_by.isoformat(),
        "agency": found.agency,
        "slug": found.slug,
        "standing": found.standing.value,
    }
