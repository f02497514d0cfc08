"""The region's intermediates: which issues, how a rotation stands at each node, its next step and the way back.

Source: DESIGN.md 4, "rotates in phases with rollback".
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.problems import Problem
from common.web.texts import marked
from hub.console.paging import Part, number_said
from hub.domain.credential import Phase

router = APIRouter(prefix="/certificates")
_UNDER_WAY = (Phase.PREPARED, Phase.RETIRING)


@router.get("")
async def certificates(desk: SignedIn, page: str = "") -> Response:
    """Show the intermediates and the nodes, those first that a rotation waits for."""
    return await _show(desk, None, number_said(page))


@router.post("/activate")
async def activate(desk: SignedIn) -> Response:
    """Let the prepared one issue."""
    said = marked("Intermediate {number} issues from now on. Nodes renew by themselves, at their next heartbeat.")
    return await _step(desk, "intermediate activate", said)


@router.post("/retire")
async def retire(desk: SignedIn) -> Response:
    """End the old one."""
    said = marked("Intermediate {number} is retired. The rotation is complete.")
    return await _step(desk, "intermediate retire", said)


@router.post("/rollback")
async def roll_back(desk: SignedIn) -> Response:
    """Undo the last step."""
    return await _step(desk, "intermediate rollback", marked("Undone. Intermediate {number} issues now."))


async def _step(desk: Desk, operation: str, said: str) -> Response:
    async def do() -> Response:
        moved = await desk.ask(operation)
        return desk.done("/certificates", said, number=str(moved["number"]))

    return await desk.tried(do, lambda _, problem: _show(desk, problem))


async def _show(desk: Desk, problem: Problem | None, page: int = 1) -> Response:
    found = await desk.ask("intermediate status")
    issued = {each["number"]: each["phase"] for each in found["intermediates"]}
    step = next((phase for phase in issued.values() if phase in _UNDER_WAY), None)
    waiting = sum(node["phase"] == Phase.RETIRING for node in found["nodes"])
    rows = sorted(found["nodes"], key=lambda node: node["phase"] != Phase.RETIRING)
    part, status = Part(page, len(rows)), await desk.ask("status")
    shown: dict[str, Any] = {"found": found | {"nodes": part.of(rows)}, "part": part, "step": step, "waiting": waiting}
    return desk.page("certificates.html", **shown, console=status["console"], problem=problem)
