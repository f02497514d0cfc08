"""After-action reports of closed incidents, as the board sees them: no agency, small counts withheld, printable.

A report is made once, by a button: to open a page changes nothing.

Source: DOMAIN.md 4, last paragraph; 2 (board).
"""

from fastapi import APIRouter
from starlette.responses import Response

from common.errors import NotFound
from common.web.desk import Desk, pick
from common.web.desking import SignedIn
from common.web.problems import Problem
from common.web.texts import marked

router = APIRouter(prefix="/after-action")


@router.get("")
async def reports(desk: SignedIn) -> Response:
    """List the incidents that are over."""
    return desk.page("after_actions.html", rows=await desk.ask("incident reports"))


@router.get("/{incident}")
async def report(desk: SignedIn, incident: str) -> Response:
    """Show one report, or that it was not made yet."""
    return await _report(desk, incident, None)


@router.post("/{incident}")
async def make(desk: SignedIn, incident: str) -> Response:
    """Make the report, for good."""

    async def do() -> Response:
        await desk.ask("incident report", incident=incident, with_open=desk.sent.has("with_open"), **{"for": "board"})
        return desk.done(f"/after-action/{incident}", marked("The report is made. It does not change any more."))

    return await desk.tried(do, lambda _, problem: _report(desk, incident, problem))


async def _report(desk: Desk, incident: str, problem: Problem | None) -> Response:
    listed = pick(await desk.ask("incident reports"), incident=incident)
    if listed is None:
        raise NotFound(marked("no closed incident has this id here"))
    found = None
    if listed["made_at"] is not None:
        found = await desk.ask("incident report", incident=incident, **{"for": "board"})
    return desk.page("board_report.html", listed=listed, found=found, problem=problem)
