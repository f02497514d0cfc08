"""Check-ins of the whole agency, as a coordinator sees to them: listed, opened, given to somebody, worked on.

Source: DOMAIN.md 2, 3.
"""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from common.web.choices import choices
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked
from node.domain.local_follow_up import Outcome

router = APIRouter(prefix="/check-ins")
PAGE = 50
_FILTERS = ("supporter", "incident", "unassigned", "ended")
_NEXT = [("cadence", marked("By the usual cadence")), ("day", marked("On a day")), ("none", marked("None"))]


@router.get("")
async def check_ins(desk: SignedIn, after: str = "") -> Response:
    """List them, the first due first."""
    return await _list(desk, after)


@router.get("/new")
async def new(desk: SignedIn) -> Response:
    """Show the form of a new one."""
    return await _form(desk, Form(), None)


@router.post("/new")
async def open_(desk: SignedIn) -> Response:
    """Open it."""

    async def store() -> Response:
        made = await desk.ask("check-in open", **desk.sent.said("member", "supporter", "due", "reference"))
        return desk.done(f"/check-ins/{made['check_in']}", marked("Opened: {code}."), code=made["check_in"])

    return await desk.tried(store, lambda sent, problem: _form(desk, sent, problem))


@router.get("/{code}")
async def check_in(desk: SignedIn, code: str) -> Response:
    """Show one with every version, and what can be done about it."""
    return await _one(desk, code, Form(), None)


@router.post("/{code}/assign")
async def assign(desk: SignedIn, code: str) -> Response:
    """Give it to a supporter, or take it back to the coordinator's list."""

    async def store() -> Response:
        changed = await desk.ask("check-in assign", check_in=code, **_seen(desk.sent), **desk.sent.said("supporter"))
        if changed["warnings"]:
            said = marked("{code} is now with {owner}. Mind: {warnings}.")
            return desk.done(
                f"/check-ins/{code}", said, code=code, owner=changed["owner"], warnings="; ".join(changed["warnings"])
            )
        if changed["owner"] == "unassigned":
            return desk.done(f"/check-ins/{code}", marked("{code} is nobody's now, on your list."), code=code)
        return desk.done(f"/check-ins/{code}", marked("{code} is now with {owner}."), code=code, owner=changed["owner"])

    return await desk.tried(store, lambda sent, problem: _one(desk, code, sent, problem))


@router.post("/{code}/{verb}")
async def change(desk: SignedIn, code: str, verb: str) -> Response:
    """Record that it was made, close it, open it again, give it another day, or link it."""

    async def store() -> Response:
        said: dict[str, Any] = {"verb": verb, **_seen(desk.sent), **desk.sent.said("outcome", "due", "reference")}
        if verb == "done" and desk.sent.get("next") == "cadence":
            said["by_cadence"] = True
        elif verb == "done" and desk.sent.get("next") == "day":
            said["next_due"] = desk.sent.need("next_due")
        changed = await desk.ask("check-in change", check_in=code, **said)
        return _told(desk, code, verb, changed)

    return await desk.tried(store, lambda sent, problem: _one(desk, code, sent, problem))


_DONE = {
    "done": marked("{code} is recorded as made."),
    "close": marked("{code} is closed."),
    "reopen": marked("{code} is open again."),
    "postpone": marked("{code} has another day now."),
    "link": marked("{code} is linked to the region's follow-up."),
}
_NEXT_OPENED = marked("{code} is recorded as made. The next one is {next}.")
_PLAN_ENDED = marked("{code} is closed. Nothing more opens by itself for this member after this incident.")


def _told(desk: Desk, code: str, verb: str, changed: dict[str, Any]) -> Response:
    if changed["next"]:
        return desk.done(f"/check-ins/{code}", _NEXT_OPENED, code=code, next=changed["next"]["check_in"])
    said = _PLAN_ENDED if changed["plan_ended"] else _DONE[verb]
    return desk.done(f"/check-ins/{code}", said, code=code)


async def _list(desk: Desk, after: str) -> Response:
    asked = {name: said for name in _FILTERS if (said := desk.request.query_params.get(name))}
    named: dict[str, Any] = {name: asked[name] for name in ("supporter", "incident") if name in asked}
    named |= {name: True for name in ("unassigned", "ended") if name in asked}
    rows = await desk.ask("check-ins", limit=PAGE, **named, **({"after": after} if after else {}))
    on = urlencode(asked | {"after": rows[-1]["id"]}) if len(rows) == PAGE else ""
    supporters = await desk.ask("supporters")
    return desk.page("check_ins.html", rows=rows, on=on, after=after, values=asked, supporters=supporters)


async def _form(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    supporters = await desk.ask("supporters")
    values = {"member": desk.request.query_params.get("member", "")} | sent.filled()
    return desk.page("check_in_new.html", supporters=supporters, values=values, problem=problem)


async def _one(desk: Desk, code: str, sent: Form, problem: Problem | None) -> Response:
    found = await desk.ask("check-in", check_in=code)
    supporters = await desk.ask("supporters") if found["state"] == "open" else []
    return desk.page(
        "check_in.html",
        found=found,
        supporters=supporters,
        outcomes=choices(Outcome, without=["completed"]),
        ways=[(value, desk.text(told)) for value, told in _NEXT],
        values=sent.filled(),
        problem=problem,
    )


def _seen(sent: Form) -> dict[str, Any]:
    version = sent.number("seen_version")
    return {} if version is None else {"seen_version": version}
