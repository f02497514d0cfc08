"""Mutual aid of peers: who asks for supporters, who offers, and what nobody could fill.

Source: DOMAIN.md 4.
"""

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desking import SignedIn

router = APIRouter(prefix="/mutual-aid")
ENDED_SHOWN = 30
_ORDER = ("unable_to_fill", "open", "filled")


@router.get("")
async def requests(desk: SignedIn) -> Response:
    """List requests: what could not be filled first."""
    found = await desk.ask("aid list")
    live = [each for each in found if each["status"] in _ORDER]
    return desk.page(
        "mutual_aid.html",
        live=sorted(live, key=lambda each: (_ORDER.index(each["status"]), each["fill_by"])),
        ended=[each for each in found if each["status"] not in _ORDER][:ENDED_SHOWN],
    )


@router.get("/{request}")
async def request(desk: SignedIn, request: str) -> Response:
    """Show one, with who offers."""
    return desk.page("mutual_aid_request.html", found=await desk.ask("aid show", request=request))
