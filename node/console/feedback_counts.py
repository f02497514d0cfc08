"""Feedback as a coordinator sees it: ratings counted by month, and new one-time codes to hand out.

1. A code is shown once, on the page that answers its making; it is stored nowhere in clear.

Source: DOMAIN.md 3, "Anonymous feedback".
"""

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem

router = APIRouter(prefix="/program/feedback")


@router.get("")
async def feedback(desk: SignedIn) -> Response:
    """Show the counts."""
    return await _page(desk, Form(), None, [])


@router.post("")
async def issue(desk: SignedIn) -> Response:
    """Make codes (1)."""

    async def store() -> Response:
        count = desk.sent.number("count")
        made = await desk.ask("feedback issue", **({} if count is None else {"count": count}))
        return await _page(desk, Form(), None, made["codes"])

    return await desk.tried(store, lambda sent, problem: _page(desk, sent, problem, []))


async def _page(desk: Desk, sent: Form, problem: Problem | None, codes: list[str]) -> Response:
    found = await desk.ask("feedback counts")
    return desk.page("feedback_counts.html", found=found, codes=codes, values=sent.filled(), problem=problem)
