"""The region's agreement: its versions, who has signed, and the next one written, looked at and published.

Source: DOMAIN.md 4, "Agreement".
"""

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked
from common.web.typed import typed_moment

router = APIRouter(prefix="/agreements")


@router.get("")
async def agreements(desk: SignedIn) -> Response:
    """List the versions."""
    return desk.page("agreements.html", rows=await desk.ask("agreement list"))


@router.get("/new")
async def new(desk: SignedIn) -> Response:
    """Show the terms to begin the next version with."""
    return await _form(desk, Form(), None)


@router.post("/new")
async def publish(desk: SignedIn) -> Response:
    """Show what would change, then publish it."""
    sent = desk.sent

    async def look_or_publish() -> Response:
        text, begins = sent.need("text").replace("\r\n", "\n"), typed_moment(desk, "in_force_from")
        if sent.has("change"):
            return await _form(desk, sent, None)
        preview = await desk.ask("agreement preview", text=text)
        if not sent.has("sure"):
            return desk.page("agreement_look.html", preview=preview, begins=begins, carried=sent.carried())
        published = await desk.ask("agreement publish", text=text, **({"in_force_from": begins} if begins else {}))
        told = marked("Version {version} is published. Every agency is told, and may sign it.")
        return desk.done(f"/agreements/{published['version']}", told, version=str(published["version"]))

    return await desk.tried(look_or_publish, lambda sent, problem: _form(desk, sent, problem))


@router.get("/{version}")
async def agreement(desk: SignedIn, version: int) -> Response:
    """Show one in plain words, and who has signed it."""
    found = await desk.ask("agreement show", version=version)
    known = {each["agency"]: each for each in await desk.ask("directory list", brief=True)}
    return desk.page("agreement.html", found=found, known=known)


async def _form(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    text = sent.get("text") or (await desk.ask("agreement template"))["text"]
    return desk.page("agreement_new.html", text=text, values=sent.filled(), problem=problem)
