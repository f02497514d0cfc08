"""Mutual aid of peers: asked for, offered, taken back, released.

Source: DOMAIN.md 4, "Mutual aid of peers".
"""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.codes import words
from common.errors import NotFound
from common.web.choices import choices
from common.web.desk import Desk, pick
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked
from common.web.typed import field_of, typed_moment
from common.wire.v1.codes_pb2 import Discipline, Language
from node.console.link import link_of, wait_for_answer

router = APIRouter(prefix="/mutual-aid")
_USUAL = timedelta(days=3)
_OVER = ("released", "withdrawn", "unable_to_fill", "refused")
_ENDS = {
    "withdraw": marked("Taken back."),
    "release": marked("Released: the supporters are free again."),
}
_NOT_KNOWN = marked("There is no such request for supporters here: the list has every one.")


@router.get("")
async def requests(desk: SignedIn) -> Response:
    """List the requests, those that go on first."""
    rows = await desk.ask("aid list")
    running = [row for row in rows if row["status"] not in _OVER]
    over = [row for row in rows if row["status"] in _OVER]
    return desk.page("mutual_aid.html", running=running, over=over[:20], link=await link_of(desk))


@router.get("/new")
async def new(desk: SignedIn) -> Response:
    """Show the form of a request."""
    return await _form(desk, Form(), None)


@router.post("/new")
async def request(desk: SignedIn) -> Response:
    """Ask for supporters."""

    async def do() -> Response:
        desk.sent.need("supporters")
        desk.sent.need("until")
        said: dict[str, Any] = {"supporters": desk.sent.number("supporters"), "until": typed_moment(desk, "until")}
        lists = {name: desk.sent.all(name) for name in ("disciplines", "languages")}
        made = await desk.ask("aid request", **said, **lists, **desk.sent.said("incident"))
        await wait_for_answer(desk, lambda: _is_waiting(desk, made["request"]))
        return desk.done(f"/mutual-aid/{made['request']}", marked("Asked for. Others have 48 hours to fill it."))

    return await desk.tried(do, lambda sent, problem: _form(desk, sent, problem))


@router.get("/{request}")
async def one(desk: SignedIn, request: str) -> Response:
    """Show one."""
    return await _page(desk, request)


@router.post("/{request}/offer")
async def offer(desk: SignedIn, request: str) -> Response:
    """Offer supporters; a second offer replaces the first."""

    async def do() -> Response:
        desk.sent.need("supporters")
        await desk.ask("aid offer", request=request, supporters=desk.sent.number("supporters"))
        return await _done(desk, request, marked("Offered. The hub matches offers in the order of arrival."))

    return await desk.tried(do, lambda sent, problem: _page(desk, request, sent, problem))


@router.post("/{request}/{verb}")
async def end(desk: SignedIn, request: str, verb: str) -> Response:
    """Take back the own offer, or the own request; or release the supporters that were asked for."""
    if verb not in _ENDS:
        raise NotFound(desk.text(_NOT_KNOWN))

    async def do() -> Response:
        await desk.ask(f"aid {verb}", request=request)
        return await _done(desk, request, _ENDS[verb])

    return await desk.tried(do, lambda sent, problem: _page(desk, request, sent, problem))


async def _done(desk: Desk, request: str, said: str) -> Response:
    await wait_for_answer(desk, lambda: _is_waiting(desk, request))
    return desk.done(f"/mutual-aid/{request}", said)


async def _page(desk: Desk, request: str, sent: Form | None = None, problem: Problem | None = None) -> Response:
    found = await _found(desk, request)
    incidents = {row["id"]: row["title"] for row in await desk.ask("incidents")}
    return desk.page(
        "mutual_aid_request.html",
        found=found,
        title=incidents.get(found["incident"] or "", ""),
        is_over=found["status"] in _OVER,
        link=await link_of(desk),
        values=dict((sent or Form()).carried()),
        problem=problem,
    )


async def _found(desk: Desk, request: str) -> dict[str, Any]:
    found: dict[str, Any] | None = pick(await desk.ask_by_itself("aid list"), id=request)
    if found is None:
        raise NotFound(desk.text(_NOT_KNOWN))
    return found


async def _form(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    rows = await desk.ask("incidents")
    running = [(row["id"], row["title"]) for row in rows if row["status"] != "closed"]
    return desk.page(
        "mutual_aid_new.html",
        incidents=[("", desk.text(marked("No incident: every agency is asked"))), *running],
        disciplines=choices(words(Discipline), without=["regional_hub"]),
        languages=choices(words(Language)),
        until=field_of(desk, desk.site.now() + _USUAL),
        link=await link_of(desk),
        values=sent.filled("disciplines", "languages"),
        problem=problem,
    )


async def _is_waiting(desk: Desk, request: str) -> bool:
    said = (await _found(desk, request))["command"]
    return said is not None and said["stands"] == "waiting for the hub"
