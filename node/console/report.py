"""The agency's report, for its leaders and coordinators.

Source: DOMAIN.md 2, 5.
"""

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desking import SignedIn
from common.web.report import download_json, download_sheet, show_report

router = APIRouter()


@router.get("/report")
async def report(desk: SignedIn) -> Response:
    """Show the figures of some periods, with their trends."""
    return await show_report(desk)


@router.get("/report.csv")
async def sheet(desk: SignedIn) -> Response:
    """Give the same as CSV."""
    return await download_sheet(desk)


@router.get("/report.json")
async def as_json(desk: SignedIn) -> Response:
    """Give the same as JSON."""
    return await download_json(desk)
