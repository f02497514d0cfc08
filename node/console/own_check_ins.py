"""A supporter's own check-ins: what is due, each with what can be done about it.

What is changed is what was looked at: a page that somebody else made stale changes nothing, and says what is true.

Source: DOMAIN.md 3.
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.web.choices import choices
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked
from node.domain.local_follow_up import Outcome

router = APIRouter(prefix="/follow-ups")
_SAID = {
    "done": marked("Recorded: you have checked in."),
    "close": marked("Closed."),
    "reopen": marked("Open again."),
    "postpone": marked("It has another day now."),
    "link": marked("The region's reference is noted. Nothing was sent."),
}


@router.get("")
async def check_ins(desk: SignedIn, ended: bool = False) -> Response:
    """List one's own, the first due first."""
    return desk.page("own_check_ins.html", rows=await desk.ask("own followups", ended=ended), ended=ended)


@router.get("/new")
async def new(desk: SignedIn) -> Response:
    """Show the form of a new one."""
    return desk.page("own_check_in_new.html")


@router.post("/new")
async def open_(desk: SignedIn) -> Response:
    """Open one of one's own."""

    async def store() -> Response:
        opened = await desk.ask("own followup open", **desk.sent.said("member", "due", "reference"))
        return desk.done(f"/follow-ups/{opened['check_in']}", marked("Opened, and yours."))

    async def again(sent: Form, problem: Problem) -> Response:
        return desk.page("own_check_in_new.html", values=dict(sent.carried()), problem=problem)

    return await desk.tried(store, again)


@router.get("/{code}")
async def check_in(desk: SignedIn, code: str) -> Response:
    """Show one."""
    return await _check_in(desk, code, Form(), None)


@router.post("/{code}")
async def change(desk: SignedIn, code: str) -> Response:
    """Record that it was made, close it, open it again, give it another day, note the region's reference."""

    async def store() -> Response:
        sent, verb = desk.sent, desk.sent.need("verb")
        said: dict[str, Any] = {"verb": verb, "seen_version": sent.number("seen_version")}
        said |= sent.said("outcome", "due", "reference")
        if verb == "done" and sent.get("next") == "agreed":
            said["by_cadence"] = True
        elif verb == "done" and sent.get("next") == "on":
            said["next_due"] = sent.need("next_due")
        changed = await desk.ask("own followup change", check_in=code, **said)
        if changed["next"]:
            told = marked("Recorded. The next check-in is {code}.")
            return desk.done(f"/follow-ups/{changed['next']['check_in']}", told, code=changed["next"]["check_in"])
        return desk.done(f"/follow-ups/{code}", _SAID.get(verb, ""))

    return await desk.tried(store, lambda sent, problem: _check_in(desk, code, sent, problem))


async def _check_in(desk: Desk, code: str, sent: Form, problem: Problem | None) -> Response:
    found = await desk.ask("own followup", check_in=code)
    outcomes = choices(Outcome)
    return desk.page("own_check_in.html", found=found, outcomes=outcomes, values=sent.filled(), problem=problem)
