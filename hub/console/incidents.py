"""Incidents: what agencies asked for, which are open, and opening one. What the agreement asks is shown before.

Opening tells every agency named at once, so it is looked at once more before it is done.

Source: DOMAIN.md 4.
"""

import secrets
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.codes import words
from common.errors import InvalidRequest
from common.web.choices import choices
from common.web.desk import Desk, pick
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked
from common.web.typed import field_of, typed_moment
from common.wire.v1.codes_pb2 import DeclineReason, IncidentType
from hub.console.words import grouped

router = APIRouter(prefix="/incidents")
CLOSED_SHOWN = 20
_TYPES, _REASONS = choices(words(IncidentType)), choices(words(DeclineReason))


@router.get("")
async def incidents(desk: SignedIn, closed: str = "") -> Response:
    """List what waits for an answer, what is open, and what was closed."""
    return await _list(desk, None, is_whole=closed == "all")


@router.post("/requests/{request}/decline")
async def decline(desk: SignedIn, request: str) -> Response:
    """Decline what an agency asked for."""

    async def answer() -> Response:
        done = await desk.ask("incident decline-request", request=request, reason=desk.sent.need("reason"))
        return desk.done(
            "/incidents", marked("Declined. {agency} is told why, and nobody else."), agency=done["agency"]
        )

    return await desk.tried(answer, lambda _, problem: _list(desk, problem))


@router.get("/new")
async def new(desk: SignedIn, type: str = "", request: str = "") -> Response:
    """Ask what happened; then show what the agreement asks of whom, and the form."""
    if not type and not request:
        return desk.page("incident_types.html", types=_TYPES)
    return await _form(
        desk, Form({name: [said] for name, said in (("type", type), ("request", request)) if said}), None
    )


@router.post("/new")
async def open_(desk: SignedIn) -> Response:
    """Show once more what would be opened, and whom it tells; then open it."""
    sent = desk.sent

    async def look_or_open() -> Response:
        said = _said(desk)
        if sent.has("change"):
            return await _form(desk, sent, None)
        if not sent.has("sure"):
            return await _look(desk, said)
        opened = await desk.ask("incident open", **said)
        told = marked("Opened. Agencies that are told and asked to answer: {count}.")
        return desk.done(f"/incidents/{opened['id']}", told, count=str(len(opened["agency_ids"])))

    return await desk.tried(look_or_open, lambda sent, problem: _form(desk, sent, problem))


def _said(desk: Desk) -> dict[str, Any]:
    sent = desk.sent
    agencies = sent.all("agencies")
    if not agencies and not sent.get("request"):
        raise InvalidRequest("agencies: name at least one that was there")
    jurisdictions = [each.strip() for each in (sent.get("jurisdictions") or "").split(",") if each.strip()]
    at = typed_moment(desk, "started")
    return {
        "title": sent.need("title"),
        "type": sent.need("type"),
        "agencies": agencies,
        "jurisdictions": jurisdictions,
        **({"started_at": at} if at else {}),
        **sent.said("request", "draft"),
    }


async def _look(desk: Desk, said: dict[str, Any]) -> Response:
    asks = await desk.ask("incident asks", type=said["type"])
    known = {each["agency"]: each for each in await desk.ask("directory list", brief=True)}
    asker = await _request(desk, said.get("request", ""))
    named = dict.fromkeys([*([asker["agency"]] if asker else []), *(said["agencies"] or (asker or {})["agencies"])])
    found = [known[each] for each in named if each in known]
    draft = secrets.token_hex(16)  # of this page: two taps on its button open one incident
    return desk.page(
        "incident_look.html", new=said, asks=asks, agencies=found, carried=desk.sent.carried(), draft=draft
    )


async def _form(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    request = await _request(desk, sent.get("request") or "")
    kind = sent.get("type") or (request or {}).get("type")
    asks = await desk.ask("incident asks", type=kind)
    known = [
        each for each in await desk.ask("directory list", brief=True) if each["membership"] in ("joined", "invited")
    ]
    groups = grouped(known, "discipline")
    return desk.page(
        "incident_new.html",
        asks=asks,
        kind=kind,
        request=request,
        asker=next((each["name"] for each in known if request and each["agency"] == request["agency"]), ""),
        groups=sorted(groups, key=lambda each: (each[0] not in asks["asked"], each[0])),
        picked=sent.all("agencies") or ([request["agency"], *request["agencies"]] if request else []),
        values=sent.filled(),
        problem=problem,
        began=field_of(desk, datetime.fromisoformat(request["started_at"]) if request else desk.site.now()),
    )


async def _request(desk: Desk, id_: str) -> dict[str, Any] | None:
    return pick(await desk.ask("incident requests"), id=id_) if id_ else None


async def _list(desk: Desk, problem: Problem | None, *, is_whole: bool = False) -> Response:
    known = await desk.ask("incident list")
    names = {each["agency"]: each["name"] for each in await desk.ask("directory list", brief=True)}
    asked = await desk.ask("incident requests")
    closed = [each for each in known if each["status"] == "closed"]
    return desk.page(
        "incidents.html",
        waiting=[each for each in asked if each["state"] == "waiting"],
        answered=[each for each in asked if each["state"] != "waiting"][:CLOSED_SHOWN],
        running=[each for status in ("open", "monitoring") for each in known if each["status"] == status],
        closed=closed if is_whole else closed[:CLOSED_SHOWN],
        more=0 if is_whole else max(0, len(closed) - CLOSED_SHOWN),
        names=names,
        reasons=_REASONS,
        problem=problem,
    )
