"""Invitations: one is made, and its join string shown once; what became of each; one is withdrawn.

Source: DESIGN.md 4.
"""

from fastapi import APIRouter
from starlette.responses import Response

from common.codes import words
from common.report.wording import spoken
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked
from common.wire.v1.codes_pb2 import Discipline

router = APIRouter(prefix="/invitations")
_HOURS = (("1", marked("An hour")), ("24", marked("A day")), ("168", marked("A week")))
_PIECE = 8  # characters that are read aloud or copied by hand in one go
_LINES = ("agency", "name", "discipline", "jurisdiction", "hours")


@router.get("")
async def invitations(desk: SignedIn) -> Response:
    """List them: those that are open first, then the newest."""
    return await _list(desk, None)


@router.get("/new")
async def new(desk: SignedIn, agency: str = "") -> Response:
    """Show the form of an invitation, of an agency that is known already where one is named."""
    return await _form(desk, Form({"agency": [agency[:64]]} if agency else {}), None)


@router.post("/new")
async def invite(desk: SignedIn) -> Response:
    """Make one, and show its join string this once."""

    async def make() -> Response:
        desk.sent.need("agency")
        made = await desk.ask("invite", **desk.sent.said(*_LINES))
        text = made["join_string"]
        pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]
        return desk.page("invited.html", made=made, pieces=pieces)

    return await desk.tried(make, lambda sent, problem: _form(desk, sent, problem))


@router.post("/withdraw")
async def withdraw(desk: SignedIn) -> Response:
    """End one that nobody used yet."""

    async def end() -> Response:
        ended = await desk.ask("invitation withdraw", agency=desk.sent.need("agency"))
        said = marked("Withdrawn: the join string of {agency} is good for nothing any more.")
        return desk.done("/invitations", said, agency=ended["agency"])

    return await desk.tried(end, lambda _, problem: _list(desk, problem))


async def _list(desk: Desk, problem: Problem | None) -> Response:
    rows = sorted(await desk.ask("invitations"), key=lambda each: each["state"] != "open")
    return desk.page("invitations.html", rows=rows, problem=problem)


async def _form(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    known = {each["agency"]: each for each in await desk.ask("agencies")}
    values = sent.filled()
    return desk.page(
        "invitation_new.html",
        disciplines=[(each, spoken(each).capitalize()) for each in words(Discipline)],
        hours=[(code, desk.text(told)) for code, told in _HOURS],
        known=known.get(values.get("agency", "")),
        values=values,
        problem=problem,
    )
