"""How long records are kept, what a run would erase now, and legal holds.

Source: DESIGN.md 6, "At rest"; TRUST.md i04.
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.errors import InvalidRequest
from common.web.choices import choices
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked
from node.domain.retention import HoldReason, HoldScope, RecordClass

router = APIRouter(prefix="/program/retention")
PAGE = "/program/retention"
_CONFIRM = marked("confirm: type the word erase, to erase what is listed")


@router.get("")
async def retention(desk: SignedIn) -> Response:
    """Show the rules, what is past its time, and the holds."""
    return await _page(desk, Form(), None)


@router.post("/rules")
async def set_rule(desk: SignedIn) -> Response:
    """Set how long a kind of record is kept."""

    async def store() -> Response:
        days = desk.sent.number("days")
        await desk.ask("retention set", record_class=desk.sent.need("record_class"), days=days)
        if days is None:
            return desk.done(PAGE, marked("Set: it is kept for ever."))
        said = marked("Set: {days} days. What is older is erased in the coming night, unless a hold keeps it.")
        return desk.done(PAGE, said, days=str(days))

    return await desk.tried(store, lambda sent, problem: _page(desk, sent, problem))


@router.post("/run")
async def run(desk: SignedIn) -> Response:
    """Erase now what is past its time."""

    async def store() -> Response:
        if desk.sent.need("confirm").lower() != "erase":
            raise InvalidRequest(desk.text(_CONFIRM))
        erased: dict[str, int] = await desk.ask("retention run")
        return desk.done(PAGE, marked("Erased for good: {count}."), count=str(sum(erased.values())))

    return await desk.tried(store, lambda sent, problem: _page(desk, sent, problem))


@router.post("/holds")
async def place(desk: SignedIn) -> Response:
    """Place a legal hold."""

    async def store() -> Response:
        await desk.ask("hold place", **desk.sent.said("scope", "subject", "reason"))
        return desk.done(PAGE, marked("The hold is placed: what it keeps is not erased until it is lifted."))

    return await desk.tried(store, lambda sent, problem: _page(desk, sent, problem))


@router.post("/holds/lift")
async def lift(desk: SignedIn) -> Response:
    """Lift one."""

    async def store() -> Response:
        await desk.ask("hold lift", hold=desk.sent.need("hold"))
        return desk.done(PAGE, marked("The hold is lifted: the rules hold again for what it kept."))

    return await desk.tried(store, lambda sent, problem: _page(desk, sent, problem))


async def _page(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    values: dict[str, Any] = sent.filled()
    return desk.page(
        "retention.html",
        rules=await desk.ask("retention show"),
        due=[each for each in await desk.ask("retention preview") if each["due"] or each["kept_by_hold"]],
        holds=await desk.ask("hold list", all=True),
        classes=choices(RecordClass),
        scopes=choices(HoldScope),
        reasons=choices(HoldReason),
        values=values,
        problem=problem,
    )
