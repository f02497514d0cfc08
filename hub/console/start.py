"""Where a hub's console begins: there is nothing here without an account."""

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desking import Anybody

router = APIRouter()


@router.get("/")
async def start(desk: Anybody) -> Response:
    """Lead to signing in, or to where somebody's work begins."""
    return desk.done(desk.site.home_of(desk.roles) if desk.who else desk.site.start)
