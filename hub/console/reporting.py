"""Reporting windows: which are open, and who has reported for those that ended.

Source: DESIGN.md 7; DOMAIN.md 5.
"""

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desking import SignedIn
from hub.console.words import grouped

router = APIRouter(prefix="/reporting")


@router.get("")
async def reporting(desk: SignedIn) -> Response:
    """List the windows, and how many agencies reported for each that ended."""
    now = desk.site.now().isoformat()
    return desk.page(
        "reporting.html",
        running=[each for each in await desk.ask("reporting list") if each["ends_at"] > now],
        ended=await desk.ask("report coverage", counted=True),
    )


@router.get("/{window}")
async def coverage(desk: SignedIn, window: str) -> Response:
    """Show who has reported for one window, and who has not."""
    rows = await desk.ask("report coverage", window=window)
    return desk.page("reporting_window.html", groups=grouped(rows, "standing"), rows=rows)
