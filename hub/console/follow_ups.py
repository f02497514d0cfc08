"""The follow-up queue: what is escalated first, by the agency that is accountable; and one follow-up with its history.

The hub makes nobody accountable who did not accept: it offers on the owner's request, and people call each other.

Source: DOMAIN.md 2 and 4.
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.errors import InvalidRequest
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.problems import Problem
from common.web.texts import marked
from hub.console.words import grouped

router = APIRouter(prefix="/follow-ups")
PAGE = 100
STEPS = {
    "open": marked("opened"),
    "offer": marked("offered"),
    "acknowledge": marked("the offer was seen"),
    "accept": marked("accepted"),
    "decline": marked("declined"),
    "withdraw": marked("the offer was withdrawn"),
    "reclaim": marked("asked to have it back"),
    "first_contact": marked("first contact made"),
    "check_in": marked("checked in"),
    "hold": marked("put on hold"),
    "resume": marked("taken up again"),
    "close": marked("closed"),
    "reopen": marked("opened again"),
    "ask_hub_to_offer": marked("the hub was asked to offer it"),
    "claim": marked("told anew after a restore"),
    "by clock or hub": marked("by the hub, or its clock"),
}
SHOWS = (
    ("queue", marked("Waiting on a queue")),
    ("open", marked("All that are open")),
    ("all", marked("Closed ones too")),
)


@router.get("")
async def follow_ups(
    desk: SignedIn, show: str = "queue", agency: str = "", incident: str = "", first: int = 0
) -> Response:
    """List them."""
    show = show if show in dict(SHOWS) else "queue"
    first = min(max(first, 0), 1_000_000)
    found = await desk.ask(
        "followups",
        queue=show == "queue",
        open=show == "open",
        agency=agency,
        incident=incident,
        first=first,
        most=PAGE + 1,
    )
    directory = await desk.ask("directory list", brief=True)
    return desk.page(
        "follow_ups.html",
        groups=grouped(found[:PAGE], "accountable_name"),
        names={each["agency"]: each["name"] for each in directory},
        following=first + PAGE if len(found) > PAGE else 0,
        show=show,
        shows=[(value, desk.text(told)) for value, told in SHOWS],
        agencies=[("", desk.text(marked("Every agency"))), *((each["agency"], each["name"]) for each in directory)],
        incidents=[
            ("", desk.text(marked("Every incident"))),
            *((each["id"], each["title"]) for each in await desk.ask("incident list", brief=True)),
        ],
        agency=agency,
        incident=incident,
    )


@router.get("/{follow_up}")
async def follow_up(desk: SignedIn, follow_up: str) -> Response:
    """Show one."""
    return await _page(desk, follow_up, None)


@router.post("/{follow_up}/offer")
async def offer(desk: SignedIn, follow_up: str) -> Response:
    """Offer it on its owner's request."""

    async def make() -> Response:
        to, within = desk.sent.all("to"), desk.sent.number("accept_within")
        if not to:
            raise InvalidRequest("to: choose at least one agency")
        said = {} if within is None else {"accept_within_h": within}
        made = await desk.ask("followup offer", follow_up=follow_up, to=to, **said)
        told = marked("{reference} is offered. {owner} stays accountable until another agency accepts.")
        return desk.done(f"/follow-ups/{follow_up}", told, reference=made["reference"], owner=made["accountable_name"])

    return await desk.tried(make, lambda _, problem: _page(desk, follow_up, problem))


@router.post("/{follow_up}/called")
async def called(desk: SignedIn, follow_up: str) -> Response:
    """Note that an agency was called about it."""

    async def note() -> Response:
        await desk.ask("followup called", follow_up=follow_up, agency=desk.sent.need("agency"))
        return desk.done(f"/follow-ups/{follow_up}", marked("Noted: who called, and when."))

    return await desk.tried(note, lambda _, problem: _page(desk, follow_up, problem))


async def _page(desk: Desk, follow_up: str, problem: Problem | None) -> Response:
    found: dict[str, Any] = await desk.ask("followup", follow_up=follow_up)
    directory = {each["agency"]: each for each in await desk.ask("directory list", brief=True)}
    to = desk.sent.all("to")
    return desk.page(
        "follow_up.html",
        found=found,
        directory=directory,
        steps=STEPS,
        picked=to,
        values=desk.sent.filled(),
        problem=problem,
    )
