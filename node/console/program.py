"""The agency's peer support program: what a coordinator keeps besides people, on one page of links."""

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desking import SignedIn

router = APIRouter(prefix="/program")


@router.get("")
async def program(desk: SignedIn) -> Response:
    """Show where each thing is kept."""
    await desk.ask("retention show")  # who keeps no program is refused here
    return desk.page("program.html")
