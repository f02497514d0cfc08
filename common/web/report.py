"""The report page of both sides: which periods somebody wants, the report as a page, as CSV and as JSON.

A side's own page is three addresses that call these; whoever may not see figures is refused by the side itself.

Source: DOMAIN.md 2 (leader, board), 5; DESIGN.md 7.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from common.disclosure.catalogue import TABLES
from common.errors import InvalidRequest, NotFound
from common.report.lines import lines_worth_showing
from common.report.sheet import report_sheet
from common.web import moments
from common.web.charts import charts_of
from common.web.desk import Desk
from common.web.texts import marked, texts_in

NEWEST = 4
COUNTS = (
    ("1", marked("The newest period")),
    ("4", marked("The newest 4")),
    ("8", marked("The newest 8")),
    ("12", marked("The newest 12")),
    ("24", marked("The newest 24")),
)
_ASKED = ("period", "around", "table")


def asked(said: Mapping[str, str], more: Sequence[str] = ()) -> dict[str, Any]:
    """Read which report is wanted; a period or what it is around is more than how many.

    Args:
        said: of the address.
        more: what this side's report may be asked for besides.

    Raises:
        InvalidRequest: names what is no number.
    """
    wanted: dict[str, Any] = {name: said[name].strip() for name in (*_ASKED, *more) if said.get(name, "").strip()}
    if "period" not in wanted and "around" not in wanted:
        last = said.get("last", "").strip() or str(NEWEST)
        if not (last.isascii() and last.isdigit() and len(last) <= 3):
            raise InvalidRequest("last: a whole number is needed, such as 4")
        wanted["last"] = int(last)
    return wanted


async def show_report(desk: Desk, more: Sequence[str] = (), **values: Any) -> Response:
    """Show the report that is asked for, or why there is none.

    Args:
        more: as `asked` has it.
        values: what the side's own template `report_more.html` needs.
    """
    said = {name: each for name, each in desk.request.query_params.items() if len(each) <= 100}
    shown: dict[str, Any] = {
        "values": {"last": str(NEWEST)} | said,
        "counts": [(code, desk.text(words)) for code, words in COUNTS],
        "tables": [("", desk.text(marked("All tables"))), *((each.name, each.title) for each in TABLES.values())],
        "query": str(desk.request.url.query),
        "report": None,
        "made": moments.whole(desk.site.now().astimezone(desk.site.zone), texts_in(desk.site.language)),
        "nothing": "",
    }
    try:
        found = await desk.ask("report", **asked(said, more))
    except NotFound as error:
        return desk.page("report.html", **(shown | {"nothing": desk.problem(error).words}), **values)
    except InvalidRequest as error:
        problem = desk.problem(error)
        return desk.page("report.html", problem.status, **shown, problem=problem, **values)
    return desk.page("report.html", **(shown | {"report": found, "parts": _parts(found, said)}), **values)


async def download_sheet(desk: Desk, more: Sequence[str] = ()) -> Response:
    """Give the report as CSV."""
    found = await desk.ask("report", **asked(desk.request.query_params, more))
    return _file(report_sheet(found), "text/csv; charset=utf-8", "report.csv")


async def download_json(desk: Desk, more: Sequence[str] = ()) -> Response:
    """Give the report as JSON."""
    found = await desk.ask("report", **asked(desk.request.query_params, more))
    return _file(json.dumps(found, indent=1), "application/json", "report.json")


def _parts(found: Mapping[str, Any], said: Mapping[str, str]) -> list[dict[str, Any]]:
    one = bool(said.get("table"))

    def notes(section: Mapping[str, Any]) -> list[tuple[str, str]]:
        told = zip(section["periods"], section["notes"], strict=False)  # key figures have none
        return [(period["name"], note) for period, note in told if note]

    return [
        {
            "section": section,
            "charts": charts_of(section, every_line=one or section["name"] == "key_figures"),
            "lines": lines_worth_showing(section),
            "notes": notes(section),
        }
        for section in found["sections"]
    ]


def _file(content: str, kind: str, name: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
