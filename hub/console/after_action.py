"""What came of a closed incident, for coordinators: every figure as it is now; printable.

What the board may see of it is made once, and is a page of its own (`board_reports.py`).

Source: DOMAIN.md 4, last paragraph.
"""

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desking import SignedIn

router = APIRouter(prefix="/incidents/{incident}/report")


@router.get("")
async def report(desk: SignedIn, incident: str) -> Response:
    """Show everything as it is now."""
    report = await desk.ask("incident report", incident=incident)
    return desk.page("after_action.html", incident=incident, report=report)
