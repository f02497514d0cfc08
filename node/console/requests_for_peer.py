"""Members' requests for a peer: listed, opened by whom they are sealed to, taken, answered, shared, closed.

1. What a request says is shown only on its own page; opening that stands in the audit trail.

Source: DOMAIN.md 2.
"""

from fastapi import APIRouter
from starlette.responses import Response

from common.errors import NotAllowed
from common.web.choices import choices
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked
from node.domain.support_request import CloseReason

router = APIRouter(prefix="/requests-for-peer")


@router.get("")
async def requests(desk: SignedIn, every: str = "") -> Response:
    """List them; what they say is not shown here (1)."""
    rows = await desk.ask("support requests", **({"all": True} if every else {}))
    return desk.page("requests_for_peer.html", rows=rows, every=every)


@router.get("/{request_id}")
async def request(desk: SignedIn, request_id: str) -> Response:
    """Open one (1)."""
    return await _one(desk, request_id, Form(), None)


@router.post("/{request_id}/take")
async def take(desk: SignedIn, request_id: str) -> Response:
    """Say who looks after it."""
    return await _do(
        desk, request_id, "take", ("by",), marked("It is taken. Whoever asked sees that somebody looks after it.")
    )


@router.post("/{request_id}/answer")
async def answer(desk: SignedIn, request_id: str) -> Response:
    """Leave an answer."""
    return await _do(
        desk, request_id, "answer", ("text",), marked("Answered. Whoever asked finds it under their code.")
    )


@router.post("/{request_id}/close")
async def close(desk: SignedIn, request_id: str) -> Response:
    """Close it."""
    return await _do(desk, request_id, "close", ("reason",), marked("The request is closed. In 30 days it is erased."))


@router.post("/{request_id}/share")
async def share(desk: SignedIn, request_id: str) -> Response:
    """Seal it to one more coordinator."""
    return await _do(desk, request_id, "share", ("to",), marked("One more coordinator can open it now."))


async def _do(desk: Desk, request_id: str, verb: str, fields: tuple[str, ...], said: str) -> Response:
    async def store() -> Response:
        await desk.ask(f"support request {verb}", id=request_id, **desk.sent.said(*fields))
        return desk.done("/requests-for-peer" if verb == "close" else f"/requests-for-peer/{request_id}", said)

    return await desk.tried(store, lambda sent, problem: _one(desk, request_id, sent, problem))


async def _one(desk: Desk, request_id: str, sent: Form, problem: Problem | None) -> Response:
    try:
        found = await desk.ask("support request show", id=request_id)
    except NotAllowed as error:
        return desk.page("request_sealed.html", 403, problem=desk.problem(error))
    values = {"by": desk.who["name"] if desk.who else ""} | sent.filled()
    return desk.page("request_for_peer.html", found=found, reasons=choices(CloseReason), values=values, problem=problem)
