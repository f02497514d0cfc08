"""A member without an account asks for a peer, looks for the answer, and rates.

1. Each form is counted against the connection it came from, so that nobody buries those that are meant.
2. A code is said in a form, never in an address: it stands in no history, and in no log.
3. A code is shown once, on the page that answers the form; nothing here keeps it.

Source: DOMAIN.md 2, "member, no account", and 3, "Anonymous feedback".
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.web.choices import choices
from common.web.desk import Desk
from common.web.desking import Anybody
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked
from node.domain.encounter import SupportKind
from node.domain.support_request import LONGEST

router = APIRouter()
_KINDS = choices(SupportKind, without=["undisclosed"])
_WISHES = [
    ("anyone", marked("Anyone of the team")),
    ("named", marked("Somebody I name")),
    ("outside", marked("Somebody from another agency")),
]
_RATINGS = [
    ("5", marked("5 · It helped a lot")),
    ("4", marked("4 · It helped")),
    ("3", marked("3 · Neither")),
    ("2", marked("2 · It did not help much")),
    ("1", marked("1 · It did not help")),
]


@router.get("/ask")
async def ask_form(desk: Anybody) -> Response:
    """Show the form that asks for a peer."""
    return await _ask_form(desk, Form(), None)


@router.post("/ask")
async def ask(desk: Anybody) -> Response:
    """Ask, and show the code once (3)."""

    async def asked() -> Response:
        desk.count_try()  # 1
        said = desk.sent.said("wish", "named", "contact", "when", "kind")
        return desk.page("asked.html", asked=await desk.ask_as_nobody("ask for peer", **said))

    await desk.form()
    return await desk.tried(asked, lambda sent, problem: _ask_form(desk, sent, problem))


@router.get("/answer")
async def answer_form(desk: Anybody) -> Response:
    """Show the form that takes the code of somebody who asked."""
    return await _answer_form(desk, Form(), None)


@router.post("/answer")
async def answer(desk: Anybody) -> Response:
    """Show how far the request is, and its answer."""

    async def looked() -> Response:
        desk.count_try()  # 1
        found = await desk.ask_as_nobody("look for answer", code=desk.sent.need("code"))
        return desk.page("answer.html", found=found)

    await desk.form()
    return await desk.tried(looked, lambda sent, problem: _answer_form(desk, sent, problem))


@router.get("/rate")
async def rate_form(desk: Anybody) -> Response:
    """Show the form that takes a rating."""
    return await _rate_form(desk, Form(), None)


@router.post("/rate")
async def rate(desk: Anybody) -> Response:
    """Count a rating."""

    async def rated() -> Response:
        desk.count_try()  # 1
        desk.sent.need("rating")
        rating = desk.sent.number("rating")
        await desk.ask_as_nobody("feedback rate", code=desk.sent.need("code"), rating=rating)
        return desk.done("/", marked("Thank you. Your rating is counted; nobody can tell that it was you."))

    await desk.form()
    return await desk.tried(rated, lambda sent, problem: _rate_form(desk, sent, problem))


async def _ask_form(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    lists: dict[str, Any] = {"wishes": _WISHES, "kinds": _KINDS, "longest": LONGEST}
    return desk.page("ask.html", **lists, values=dict(sent.carried()), problem=problem)


async def _answer_form(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    return desk.page("answer_look.html", values={}, problem=problem)


async def _rate_form(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    return desk.page("rate.html", ratings=_RATINGS, values=dict(sent.carried()), problem=problem)
