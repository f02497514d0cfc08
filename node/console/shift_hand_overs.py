"""Shift hand-over, as a coordinator does it for anybody: all open check-ins of one supporter go to another, or some.

Source: DOMAIN.md 3, "Shift hand-over".
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.errors import NotFound
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked

router = APIRouter(prefix="/shift-hand-overs")
PAGE = "/shift-hand-overs"
_SAID = marked("{count} handed over from {giver} to {receiver}. Within an hour it can be undone here.")
_MIND = marked("{count} handed over from {giver} to {receiver}. Mind: {warnings}.")


@router.get("")
async def hand_overs(desk: SignedIn) -> Response:
    """Show the form, and the hand-overs of a week."""
    return await _page(desk, Form(), None)


@router.post("")
async def hand_over(desk: SignedIn) -> Response:
    """Hand over."""

    async def store() -> Response:
        some = desk.sent.all("check_ins")
        which: dict[str, Any] = {"check_ins": some} if some else {"all": True}
        made = await desk.ask("check-ins hand-over", **desk.sent.said("from", "to"), **which)
        told = {"count": str(len(made["check_ins"])), "giver": made["from"], "receiver": made["to"]}
        if made["warnings"]:
            return desk.done(PAGE, _MIND, warnings="; ".join(made["warnings"]), **told)
        return desk.done(PAGE, _SAID, **told)

    return await desk.tried(store, lambda sent, problem: _page(desk, sent, problem))


@router.post("/undo")
async def undo(desk: SignedIn) -> Response:
    """Undo one within its hour."""

    async def store() -> Response:
        undone = await desk.ask("check-ins undo", hand_over=desk.sent.need("hand_over"))
        told = {"count": str(len(undone["check_ins"])), "giver": undone["from"]}
        if undone["stayed"]:
            said = marked("{count} went back to {giver}. Already worked on, so they stay: {stayed}.")
            return desk.done(PAGE, said, stayed=", ".join(undone["stayed"]), **told)
        return desk.done(PAGE, marked("{count} went back to {giver}."), **told)

    return await desk.tried(store, lambda sent, problem: _page(desk, sent, problem))


async def _page(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    supporters = await desk.ask("supporters")
    asked = {name: said for name in ("from", "to") if (said := desk.request.query_params.get(name))}
    values = asked | sent.filled()
    rows = []
    if values.get("from"):
        try:
            rows = await desk.ask("check-ins", supporter=values["from"], limit=500)
        except NotFound:  # whoever typed it into the address chooses from the list
            values.pop("from")
    made = await desk.ask("check-ins handed")
    return desk.page(
        "shift_hand_overs.html",
        supporters=supporters,
        givers=[each for each in supporters if each.get("open_follow_ups")],
        rows=rows,
        made=made,
        chosen=sent.all("check_ins"),
        values=values,
        problem=problem,
    )
