"""Reporting windows: which are open, and who has reported for those that ended.

Source: DESIGN.md 7; DOMAIN.md 5.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desking import SignedIn
from common.web.texts import marked
from hub.console.words import grouped
from hub.domain.coverage import Coverage

router = APIRouter(prefix="/reporting")
NEWEST = 8
# In the order in which somebody asks after them; who was not a member comes last, and is not counted.
STANDINGS: Mapping[str, str] = {
    Coverage.LATE: marked("Their counts were to have left by now. Call them."),
    Coverage.DUE: marked("There is time left."),
    Coverage.HELD: marked("They hold their counts back, which is theirs to decide."),
    Coverage.LEFT_OUT: marked("What they reported would expose people: the hub shows none of it."),
    Coverage.REPORTED_LATE: marked("They reported after the figures were made, and wait for further agencies."),
    Coverage.REPORTED: marked("The figures are made when every agency has reported, or a week after the date."),
    Coverage.COUNTED_IN_PART: marked("They are in the figures, without tables that would expose people."),
    Coverage.COUNTED: marked("They are in the region's figures."),
    Coverage.NOT_A_MEMBER: marked("They were not in the region in time for this period, or have left it."),
}


@router.get("")
async def reporting(desk: SignedIn) -> Response:
    """List the windows, and how many agencies reported for each that ended."""
    now = desk.site.now().isoformat()
    coverage = grouped(await desk.ask("report coverage"), "window")
    ended = [(rows[0], _counted(rows)) for _, rows in coverage]
    return desk.page(
        "reporting.html",
        running=[each for each in await desk.ask("reporting list") if each["ends_at"] > now],
        newest=ended[:NEWEST],
        earlier=ended[NEWEST:],
    )


@router.get("/{window}")
async def coverage(desk: SignedIn, window: str) -> Response:
    """Show who has reported for one window, and who has not."""
    rows = [each for each in await desk.ask("report coverage") if each["window"] == window]
    groups = sorted(grouped(rows, "standing"), key=lambda each: list(STANDINGS).index(each[0]))
    contacts = {each["agency"]: each["duty_contact"] for each in await desk.ask("directory list")}
    return desk.page("reporting_window.html", groups=groups, rows=rows, meanings=STANDINGS, contacts=contacts)


def _counted(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    counted = Counter(each["standing"] for each in rows)
    return [(each, counted[each]) for each in STANDINGS if each in counted and each != Coverage.NOT_A_MEMBER]
