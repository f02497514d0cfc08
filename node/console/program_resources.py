"""The resource directory as a coordinator keeps it: added, changed, checked, ended.

Source: DOMAIN.md 3, "Also at the node".
"""

import re
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.web.choices import choices
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked
from node.domain.encounter import Referral

router = APIRouter(prefix="/program/resources")
_FIELDS = ("kind", "name", "reach", "hours")
_KINDS = choices(Referral, without=["none"])


@router.get("")
async def resources(desk: SignedIn, ended: str = "") -> Response:
    """List the directory; what is to be checked comes first."""
    await desk.ask("retention show")  # everybody may read the directory, who keeps it is a coordinator
    rows = await desk.ask("resource list", **({"ended": True} if ended else {}))
    rows.sort(key=lambda each: (each["flag"] is None, not each["needs_check"], each["kind"], each["name"]))
    return desk.page("program_resources.html", rows=rows, ended=ended)


@router.get("/new")
async def new(desk: SignedIn) -> Response:
    """Show the form of a new entry."""
    await desk.ask("retention show")
    return await _form(desk, Form(), None)


@router.post("/new")
async def add(desk: SignedIn) -> Response:
    """Add it."""

    async def store() -> Response:
        made = await desk.ask("resource add", checked="today", **_said(desk.sent))
        said = marked("{name} is in the directory.")
        return desk.done(f"/program/resources/{made['resource']}", said, name=made["name"])

    return await desk.tried(store, lambda sent, problem: _form(desk, sent, problem))


@router.get("/{code}")
async def resource(desk: SignedIn, code: str) -> Response:
    """Show one, with the form that changes it."""
    await desk.ask("retention show")
    return await _one(desk, code, Form(), None)


@router.post("/{code}/edit")
async def edit(desk: SignedIn, code: str) -> Response:
    """Change it; who changed it has checked it."""
    asked = {"checked": "today", "hours": "", "languages": [], **_said(desk.sent)}
    return await _do(desk, code, "resource edit", marked("{name} is changed, and checked today."), **asked)


@router.post("/{code}/checked")
async def checked(desk: SignedIn, code: str) -> Response:
    """Say that it still holds."""
    return await _do(desk, code, "resource edit", marked("{name} is checked today."), checked="today")


@router.post("/{code}/end")
async def end(desk: SignedIn, code: str) -> Response:
    """Offer it no longer."""
    return await _do(desk, code, "resource end", marked("{name} is offered no longer."))


async def _do(desk: Desk, code: str, operation: str, said: str, **asked: Any) -> Response:
    async def store() -> Response:
        changed = await desk.ask(operation, resource=code, **asked)
        return desk.done(f"/program/resources/{code}", said, name=changed["name"])

    return await desk.tried(store, lambda sent, problem: _one(desk, code, sent, problem))


def _said(sent: Form) -> dict[str, Any]:
    said: dict[str, Any] = sent.said(*_FIELDS)
    said["languages"] = [each for each in re.split(r"[,;]\s*", sent.get("languages") or "") if each]
    return said | {"confidential": sent.has("confidential")}


async def _form(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    return desk.page("program_resource.html", found=None, kinds=_KINDS, values=sent.filled(), problem=problem)


async def _one(desk: Desk, code: str, sent: Form, problem: Problem | None) -> Response:
    found = await desk.ask("resource show", resource=code)
    held = {name: found[name] for name in _FIELDS} | {"languages": ", ".join(found["languages"])}
    held |= {"confidential": "yes"} if found["confidential"] else {}
    values = sent.filled() if sent.has("name") else held
    return desk.page("program_resource.html", found=found, kinds=_KINDS, values=values, problem=problem)
