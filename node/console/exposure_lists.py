"""The exposure list of an incident: who is checked in with after it, and what opens by itself.

Source: DOMAIN.md 3, "Post-incident check-ins".
"""

import re
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked

router = APIRouter(prefix="/exposure-lists")
_BETWEEN = re.compile(r"[\s,;]+")


@router.get("")
async def incidents(desk: SignedIn) -> Response:
    """Choose the incident."""
    return desk.page("exposure_incidents.html", incidents=await desk.ask("incidents"))


@router.get("/{incident}")
async def exposure_list(desk: SignedIn, incident: str) -> Response:
    """Show its list."""
    return await _page(desk, incident, Form(), None)


@router.post("/{incident}")
async def plan(desk: SignedIn, incident: str) -> Response:
    """Put members on it, all or none."""

    async def store() -> Response:
        codes = [each for each in _BETWEEN.split(desk.sent.need("members")) if each]
        made = await desk.ask("check-in plan", incident=incident, members=codes, **desk.sent.said("supporter"))
        said = marked("{count} on the list. What is due is open already; the rest opens by itself.")
        return desk.done(f"/exposure-lists/{incident}", said, count=str(len(made)))

    return await desk.tried(store, lambda sent, problem: _page(desk, incident, sent, problem))


@router.post("/{incident}/end")
async def end(desk: SignedIn, incident: str) -> Response:
    """Take one off it."""

    async def store() -> Response:
        member = desk.sent.need("member")
        await desk.ask("check-in plan end", incident=incident, members=[member])
        said = marked("Nothing more opens by itself for {member}. What is open stays open.")
        return desk.done(f"/exposure-lists/{incident}", said, member=member)

    return await desk.tried(store, lambda sent, problem: _page(desk, incident, sent, problem))


async def _page(desk: Desk, incident: str, sent: Form, problem: Problem | None) -> Response:
    rows: list[dict[str, Any]] = await desk.ask("check-in plans", incident=incident)
    known = await desk.ask("incidents")
    meant = next((each for each in known if each["id"].startswith(incident)), {"title": "", "id": incident})
    return desk.page(
        "exposure_list.html",
        rows=rows,
        incident=meant,
        supporters=await desk.ask("supporters"),
        values=sent.filled(),
        problem=problem,
    )
