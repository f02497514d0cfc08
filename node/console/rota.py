"""The on-call rota: who is called when, the hours that nobody has, weekly turns, and who swaps with whom.

1. A supporter may look at it; a coordinator changes it.

Source: DOMAIN.md 2, "Notices to people".
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.access.roles import Role
from common.web.choices import choices
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked
from node.domain.rota import Duty

router = APIRouter(prefix="/rota")
DAYS = 14
_WEEKDAYS = tuple(marked(day) for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))


@router.get("")
async def rota(desk: SignedIn) -> Response:
    """Show the coming two weeks."""
    return await _page(desk, Form(), None)


@router.post("/turns")
async def set_turn(desk: SignedIn) -> Response:
    """Set a weekly turn."""
    said = marked("The weekly turn is set. Those whom it concerns see it here.")
    return await _do(
        desk, "rota set", said, **desk.sent.said("user", "weekday", "starts", "ends", "duty", "valid_from")
    )


@router.post("/turns/remove")
async def remove_turn(desk: SignedIn) -> Response:
    """Take a weekly turn away."""
    said = marked("The weekly turn is gone. Look whether hours are left that nobody has.")
    return await _do(desk, "rota remove", said, **desk.sent.said("id"))


@router.post("/stretches")
async def set_stretch(desk: SignedIn) -> Response:
    """Say who has a duty for one stretch of time, or that nobody has."""
    asked: dict[str, Any] = desk.sent.said("user", "starts", "ends", "duty")
    asked |= {} if "user" in asked else {"nobody": True}
    return await _do(desk, "rota set", marked("The change is set."), **asked)


@router.post("/swaps")
async def swap(desk: SignedIn) -> Response:
    """Give a shift to somebody else, and perhaps take one of theirs for it."""
    return await _do(desk, "rota swap", marked("Swapped."), **desk.sent.said("at", "to", "back", "duty"))


async def _do(desk: Desk, operation: str, said: str, **asked: Any) -> Response:
    async def store() -> Response:
        await desk.ask(operation, **asked)
        return desk.done("/rota", said)

    return await desk.tried(store, lambda sent, problem: _page(desk, sent, problem))


async def _page(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    found = await desk.ask("rota show", days=DAYS)
    found["now"] = await desk.ask("rota now")
    return desk.page(
        "rota.html",
        found=found,
        may_change=Role.COORDINATOR in desk.roles,
        duties=choices(Duty),
        weekdays=[(day, desk.text(day)) for day in _WEEKDAYS],
        values=sent.filled(),
        problem=problem,
    )
