"""What came of a closed incident, for coordinators and for the board; printable.

Source: DOMAIN.md 4, last paragraph.
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.errors import WrongState
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.problems import Problem, problem_of
from common.web.texts import marked

router = APIRouter(prefix="/incidents/{incident}/report")


@router.get("")
async def coordinators(desk: SignedIn, incident: str) -> Response:
    """Show everything as it is now."""
    return _page(desk, incident, await desk.ask("incident report", incident=incident))


@router.get("/board")
async def board(desk: SignedIn, incident: str) -> Response:
    """Show what the board may see: made once, then only read."""
    return await _for_board(desk, incident, None)


@router.post("/board")
async def make(desk: SignedIn, incident: str) -> Response:
    """Have the board's figures made although follow-ups are open."""

    async def change() -> Response:
        await desk.ask("incident report", incident=incident, **{"for": "board", "with_open": True})
        return desk.done(f"/incidents/{incident}/report/board", marked("The board's figures are made. They stay so."))

    return await desk.tried(change, lambda _, problem: _for_board(desk, incident, problem))


async def _for_board(desk: Desk, incident: str, problem: Problem | None) -> Response:
    try:
        report = await desk.ask("incident report", incident=incident, **{"for": "board"})
    except WrongState as error:
        known = await desk.ask("board", incident=incident)
        return desk.page("after_action_wait.html", 409, board=known, why=problem_of(error).words, problem=problem)
    return _page(desk, incident, report)


def _page(desk: Desk, incident: str, report: dict[str, Any]) -> Response:
    return desk.page("after_action.html", incident=incident, report=report)
