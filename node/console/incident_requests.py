"""Asking the hub to open an incident, and what became of each request.

Source: DOMAIN.md 4: "An agency may request one (coded)."
"""

import secrets
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.codes import words
from common.web.choices import choices
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked
from common.web.typed import field_of, typed_moment
from common.wire.v1.codes_pb2 import IncidentType
from node.console.link import link_of, wait_for_answer

router = APIRouter(prefix="/incident-requests")
_CHIPS = 30  # agencies shown as targets


@router.get("")
async def requests(desk: SignedIn) -> Response:
    """List what was asked for, the newest first."""
    titles = {row["id"]: row["title"] for row in await desk.ask("incidents")}
    return desk.page("incident_requests.html", rows=await desk.ask("requests"), titles=titles, link=await link_of(desk))


@router.get("/new")
async def new(desk: SignedIn) -> Response:
    """Show the form."""
    return await _form(desk, Form(), None)


@router.post("/new")
async def request(desk: SignedIn) -> Response:
    """Ask for one."""

    async def do() -> Response:
        said: dict[str, Any] = {
            "type": desk.sent.need("type"),
            "agencies": [*desk.sent.all("agencies"), *desk.sent.all("other")],
        }
        said |= desk.sent.said("draft")
        asked = await desk.ask("request incident", started_at=typed_moment(desk, "started_at"), **said)

        async def is_waiting() -> bool:
            rows = await desk.ask_by_itself("requests")
            return any(row["id"] == asked["command_id"] and row["state"] == "waiting to leave" for row in rows)

        await wait_for_answer(desk, is_waiting)
        said_once = marked("Asked for. A coordinator at the hub opens it, or says why not: the answer stands here.")
        return desk.done("/incident-requests", said_once)

    return await desk.tried(do, lambda sent, problem: _form(desk, sent, problem))


async def _form(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    link = await link_of(desk)
    directory = await desk.ask("directory") if link["has_hub"] else []
    others = [each for each in directory if each["active"] and not each["is_own"]]
    return desk.page(
        "incident_request_new.html",
        types=choices(words(IncidentType)),
        agencies=[(each["id"], each["name"]) for each in others[:_CHIPS]],
        names=[each["name"] for each in others] if len(others) > _CHIPS else [],
        draft=secrets.token_hex(16),  # of this form: two taps on its button ask once
        began=field_of(desk, desk.site.now()),
        link=link,
        values=sent.filled("agencies"),
        problem=problem,
    )
