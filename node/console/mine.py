"""What a supporter begins with: what is theirs to do, a pause, a shift handed over, feedback slips, the resources.

Source: DOMAIN.md 2, 3.
"""

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked

router = APIRouter()


@router.get("/mine")
async def mine(desk: SignedIn) -> Response:
    """Show what is a supporter's to do."""
    return await _mine(desk, None)


@router.post("/mine/pause")
async def pause(desk: SignedIn) -> Response:
    """Pause the own availability; nobody asks why."""

    async def store() -> Response:
        await desk.ask("pause", **desk.sent.said("until"))
        return desk.done("/mine", marked("You are paused: nothing new is given to you. End it whenever you like."))

    return await desk.tried(store, lambda _, problem: _mine(desk, problem))


@router.post("/mine/resume")
async def resume(desk: SignedIn) -> Response:
    """End the own pause."""
    await desk.ask("resume")
    return desk.done("/mine", marked("Welcome back: you can be asked again."))


@router.get("/mine/hand-over")
async def hand_over_form(desk: SignedIn) -> Response:
    """Show what may be handed over, and to whom."""
    return await _hand_over(desk, Form(), None)


@router.post("/mine/hand-over")
async def hand_over(desk: SignedIn) -> Response:
    """Hand check-ins over at the end of a shift."""

    async def store() -> Response:
        chosen = desk.sent.all("check_ins")
        made = await desk.ask("own followups hand-over", to=desk.sent.need("to"), check_ins=chosen, all=not chosen)
        said = marked("Handed over: {which}. You can undo it within an hour, below.")
        return desk.done("/mine/hand-over", said, which=", ".join(made["check_ins"]))

    return await desk.tried(store, lambda sent, problem: _hand_over(desk, sent, problem))


@router.post("/mine/hand-over/undo")
async def undo(desk: SignedIn) -> Response:
    """Undo a hand-over."""

    async def store() -> Response:
        undone = await desk.ask("own followups undo", hand_over=desk.sent.need("hand_over"))
        if undone["stayed"]:
            said = marked("Back with you: {back}. Changed since, so they stay: {stayed}.")
            back = ", ".join(undone["check_ins"]) or "none"
            return desk.done("/mine/hand-over", said, back=back, stayed=", ".join(undone["stayed"]))
        return desk.done("/mine/hand-over", marked("Undone: they are yours again."))

    return await desk.tried(store, lambda sent, problem: _hand_over(desk, sent, problem))


@router.post("/mine/feedback")
async def feedback(desk: SignedIn) -> Response:
    """Make codes to be handed out, each good for one rating."""
    made = await desk.ask("feedback issue", count=desk.sent.number("count") or 1)
    return desk.page("feedback_codes.html", codes=made["codes"])


async def _mine(desk: Desk, problem: Problem | None) -> Response:
    return desk.page(
        "mine.html",
        standing=await desk.ask("own standing"),
        check_ins=await desk.ask("own followups"),
        policies=await desk.ask("policy own outstanding"),
        handed=[each for each in await desk.ask("own followups handed") if not each["undone_at"]],
        problem=problem,
    )


async def _hand_over(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    return desk.page(
        "hand_over.html",
        check_ins=await desk.ask("own followups"),
        receivers=await desk.ask("own followups receivers"),
        handed=await desk.ask("own followups handed"),
        me=(await desk.ask("own standing"))["code"],
        values=sent.filled("check_ins"),
        problem=problem,
    )
