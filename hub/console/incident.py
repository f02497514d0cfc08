"""One incident on one page: its live board across agencies, and what a coordinator does about it.

The live part is the same for everybody who may see it: it is made once for all browsers, and holds no form.

Source: DOMAIN.md 4.
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.errors import NotFound
from common.web.desk import Desk, pick
from common.web.desking import SignedIn
from common.web.problems import Problem
from common.web.texts import marked
from hub.console.words import KINDS, grouped

router = APIRouter(prefix="/incidents/{incident}")


@router.get("")
async def incident(desk: SignedIn, incident: str) -> Response:
    """Show it."""
    return await _page(desk, incident, None)


@router.get("/live")
async def live(desk: SignedIn, incident: str) -> Response:
    """Send its board again and again."""
    found = await desk.ask("board", incident=incident, brief=True)  # each browser's person may, whoever makes the part
    asked = {"incident": found["id"], "brief": True}
    return desk.site.changes.stream(
        ("incident", found["id"]), lambda: _part(desk, found["id"]), lambda: desk.ask("board", **asked)
    )


@router.post("/agencies")
async def add(desk: SignedIn, incident: str) -> Response:
    """Let more agencies take part."""

    async def change() -> Response:
        desk.sent.need("agencies")
        await desk.ask("incident add", incident=incident, agencies=desk.sent.all("agencies"))
        told = marked("Added. Each sees the whole board from now on, and is asked to answer.")
        return desk.done(f"/incidents/{incident}", told)

    return await desk.tried(change, lambda _, problem: _page(desk, incident, problem))


@router.post("/status")
async def status(desk: SignedIn, incident: str) -> Response:
    """Move it on, or close it."""

    async def change() -> Response:
        wanted, keep_open = desk.sent.need("status"), desk.sent.has("keep_open")
        changed = await desk.ask("incident status", incident=incident, status=wanted, keep_open=keep_open)
        told = marked("The incident is {status} now; its agencies are told.")
        return desk.done(f"/incidents/{incident}", told, status=changed["status"])

    return await desk.tried(change, lambda _, problem: _page(desk, incident, problem))


@router.get("/agencies/{agency}")
async def agency(desk: SignedIn, incident: str, agency: str) -> Response:
    """Show how one agency stands on it, and whom to call."""
    return await _agency(desk, incident, agency, None)


@router.post("/agencies/{agency}/called")
async def called(desk: SignedIn, incident: str, agency: str) -> Response:
    """Note that it was called."""

    async def note() -> Response:
        await desk.ask("incident called", incident=incident, agency=agency)
        return desk.done(f"/incidents/{incident}/agencies/{agency}", marked("Noted: who called, and when."))

    return await desk.tried(note, lambda _, problem: _agency(desk, incident, agency, problem))


async def _page(desk: Desk, incident: str, problem: Problem | None) -> Response:
    shown = await _shown(desk, incident)
    here = {each["agency"] for each in shown["board"]["lines"]}
    others = [
        each
        for each in await desk.ask("directory list", brief=True)
        if each["membership"] in ("joined", "invited") and each["agency"] not in here
    ]
    return desk.page("incident.html", **shown, groups=grouped(others, "discipline"), problem=problem)


async def _part(desk: Desk, incident: str) -> str:
    return desk.render("incident_live.html", **await _shown(desk, incident))


async def _shown(desk: Desk, incident: str) -> dict[str, Any]:
    board = await desk.ask("board", incident=incident)
    rows = await desk.ask("followups", incident=board["id"], open=True)
    lines = sorted(board["lines"], key=lambda line: (not line["late"], not line["asked"]))
    return {
        "board": board,
        "lines": lines,
        "late": [line for line in lines if line["late"]],
        "names": {line["agency"]: line["name"] for line in lines},
        "follow_ups": grouped(rows, "accountable_name"),
        "aid": await desk.ask("aid list", incident=board["id"]),
        "kinds": KINDS,
    }


async def _agency(desk: Desk, incident: str, agency: str, problem: Problem | None) -> Response:
    board = await desk.ask("board", incident=incident)
    line = pick(board["lines"], agency=agency)
    if line is None:
        raise NotFound(marked("this agency takes no part in the incident"))
    rows = await desk.ask("followups", incident=board["id"], agency=agency, open=True)
    calls = [each for each in board["steps"] if each["agency"] == agency]
    found = pick(await desk.ask("directory list"), agency=agency)
    return desk.page(
        "incident_agency.html",
        board=board,
        line=line,
        rows=rows,
        calls=calls,
        found=found,
        kinds=KINDS,
        problem=problem,
    )
