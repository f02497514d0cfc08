"""What a member sees who has no account: the start page.

Source: DOMAIN.md 2, "member, no account".
"""

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desking import Anybody

router = APIRouter()


@router.get("/")
async def start(desk: Anybody) -> Response:
    """Show what somebody can do here without an account."""
    return desk.page("start.html")
