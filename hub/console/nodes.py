"""The board of the nodes' health, and the page of one agency's nodes, from where it is removed or let in again.

Source: DOMAIN.md 6; DESIGN.md 4.
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.problems import Problem
from common.web.texts import marked
from hub.console.node_words import LEVELS, STATES
from hub.console.paging import PAGE, Part, number_said

router = APIRouter(prefix="/nodes")
_WORDS: dict[str, Any] = {"states": STATES, "levels": LEVELS}


@router.get("")
async def nodes(desk: SignedIn, page: str = "") -> Response:
    """Show every node on four axes, those first that need somebody."""
    return desk.page("nodes.html", **await _board(desk, number_said(page)))


@router.get("/live")
async def live(desk: SignedIn, page: str = "") -> Response:
    """Send the board again when it has changed."""
    number = number_said(page)
    await desk.ask("health", limit=0)  # who may not, is told so before anything is sent

    async def board() -> str:
        return desk.render("nodes_board.html", **await _board(desk, number))

    return desk.site.changes.stream(("nodes", number), board, desk.sign)


@router.get("/{agency}")
async def node(desk: SignedIn, agency: str) -> Response:
    """Show all that is known of an agency's nodes."""
    return await _node(desk, agency, None)


@router.post("/{agency}/evict")
async def evict(desk: SignedIn, agency: str) -> Response:
    """Remove an agency; it may be invited again."""
    return await _changed(desk, agency, "evict", marked("{agency} is evicted. It may be invited again."))


@router.post("/{agency}/ban")
async def ban(desk: SignedIn, agency: str) -> Response:
    """Remove an agency for good."""
    return await _changed(desk, agency, "ban", marked("{agency} is banned for good."))


@router.post("/{agency}/lift-quarantine")
async def lift(desk: SignedIn, agency: str) -> Response:
    """Let a quarantined agency deliver again."""
    return await _changed(desk, agency, "quarantine lift", marked("{agency} may deliver again."))


async def _board(desk: Desk, number: int) -> dict[str, Any]:
    found = await desk.ask("health", offset=Part(number, 0).offset, limit=PAGE)
    return {"found": found, "part": Part(number, found["total"]), **_WORDS}


async def _changed(desk: Desk, agency: str, operation: str, said: str) -> Response:
    async def change() -> Response:
        await desk.ask(operation, agency=agency)
        return desk.done(f"/nodes/{agency}", said, agency=agency)

    return await desk.tried(change, lambda _, problem: _node(desk, agency, problem))


async def _node(desk: Desk, agency: str, problem: Problem | None) -> Response:
    found = await desk.ask("health node", agency=agency)
    return desk.page("node.html", found=found, problem=problem, **_WORDS)
