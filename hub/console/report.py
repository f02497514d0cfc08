"""The region's report, for its board and coordinators; and, for coordinators, who has reported for it.

Source: DOMAIN.md 2 (board), 5; DESIGN.md 7.
"""

from fastapi import APIRouter
from starlette.responses import Response

from common.codes import words
from common.report.wording import spoken
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.report import download_json, download_sheet, show_report
from common.web.texts import marked
from common.wire.v1.codes_pb2 import Discipline

router = APIRouter()
_MORE = ("discipline",)


@router.get("/report")
async def report(desk: SignedIn) -> Response:
    """Show the figures of some periods, of the region or of one discipline, with their trends."""
    return await show_report(desk, _MORE, disciplines=_disciplines(desk))


@router.get("/report.csv")
async def sheet(desk: SignedIn) -> Response:
    """Give the same as CSV."""
    return await download_sheet(desk, _MORE)


@router.get("/report.json")
async def as_json(desk: SignedIn) -> Response:
    """Give the same as JSON."""
    return await download_json(desk, _MORE)


def _disciplines(desk: Desk) -> list[tuple[str, str]]:
    every = ("", desk.text(marked("The whole region")))
    return [every, *((each, spoken(each).capitalize()) for each in words(Discipline))]
