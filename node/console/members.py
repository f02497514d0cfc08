"""Members: found, recorded, changed, ended, erased. Every member that is shown stands in the audit trail.

1. What is looked for is sent as a form, so that no name stands in an address, a history or a proxy's log.

Source: DOMAIN.md 2, 3; TRUST.md i04.
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.errors import InvalidRequest
from common.web.choices import choices
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked
from node.domain.encounter import RecipientClass

router = APIRouter(prefix="/members")
_FIELDS = ("name", "unit", "contact", "recipient_class", "supervisor")
_MAY_BE_EMPTY = ("unit", "contact")
_CLASSES = choices(RecipientClass)
_CONFIRM = marked("confirm: type the code of this member, as it stands above, to erase the right one")


@router.get("")
async def members(desk: SignedIn) -> Response:
    """Show where a member is looked for."""
    await desk.ask("supporters")  # who may not see the roster is refused here
    return desk.page("members.html", found=None, former=False)


@router.post("")
async def find(desk: SignedIn) -> Response:
    """Find members (1)."""

    async def look() -> Response:
        former = desk.sent.has("former")
        asked: dict[str, Any] = {"said": desk.sent.get("said") or "", "former": former, **desk.sent.said("after")}
        found = await desk.ask("member find", **asked)
        return desk.page("members.html", found=found, former=former, values=desk.sent.filled())

    async def again(sent: Form, problem: Problem) -> Response:
        return desk.page("members.html", found=None, former=False, values=sent.filled(), problem=problem)

    return await desk.tried(look, again)


@router.get("/new")
async def new(desk: SignedIn) -> Response:
    """Show the form of a new member."""
    await desk.ask("supporters")
    return await _new(desk, Form(), None)


@router.post("/new")
async def add(desk: SignedIn) -> Response:
    """Record one."""

    async def store() -> Response:
        made = await desk.ask("member add", **desk.sent.said(*_FIELDS))
        return desk.done(f"/members/{made['code']}", marked("Recorded as {code}."), code=made["code"])

    return await desk.tried(store, lambda sent, problem: _new(desk, sent, problem))


@router.get("/{code}")
async def member(desk: SignedIn, code: str) -> Response:
    """Show one."""
    return desk.page("member.html", found=await desk.ask("member show", member=code))


@router.get("/{code}/edit")
async def edit_form(desk: SignedIn, code: str) -> Response:
    """Show the form that changes one."""
    return await _edit(desk, code, Form(), None)


@router.post("/{code}/edit")
async def edit(desk: SignedIn, code: str) -> Response:
    """Change one; a field that was emptied is emptied."""

    async def store() -> Response:
        said: dict[str, str] = desk.sent.said(*_FIELDS) | {name: desk.sent.get(name) or "" for name in _MAY_BE_EMPTY}
        said["supervisor"] = desk.sent.get("supervisor") or "none"
        await desk.ask("member edit", member=code, **said)
        return desk.done(f"/members/{code}", marked("{code} is changed."), code=code)

    return await desk.tried(store, lambda sent, problem: _edit(desk, code, sent, problem))


@router.post("/{code}/end")
async def end(desk: SignedIn, code: str) -> Response:
    """Make one a former member, or a current one again."""
    again = desk.sent.has("again")
    await desk.ask("member end", member=code, again=again)
    said = marked("{code} is a member again.") if again else marked("{code} is a former member. The record stays.")
    return desk.done(f"/members/{code}", said, code=code)


@router.get("/{code}/erase")
async def erase_form(desk: SignedIn, code: str) -> Response:
    """Show what would be gone."""
    return await _erase(desk, code, Form(), None)


@router.post("/{code}/erase")
async def erase(desk: SignedIn, code: str) -> Response:
    """Erase one with everything about them."""

    async def store() -> Response:
        if desk.sent.need("confirm").upper() != code.upper():
            raise InvalidRequest(desk.text(_CONFIRM))
        answer = await desk.ask("erase member", member=code)
        if answer["is_gone_from_backups"]:
            return desk.done("/members", marked("{code} is erased: nobody can read it again."), code=code)
        said = marked("{code} is erased here. The backups' disk is away: their keys go within an hour of its return.")
        return desk.done("/members", said, code=code)

    return await desk.tried(store, lambda sent, problem: _erase(desk, code, sent, problem))


async def _new(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    return desk.page("member_form.html", found={}, classes=_CLASSES, values=sent.filled(), problem=problem)


async def _edit(desk: Desk, code: str, sent: Form, problem: Problem | None) -> Response:
    found = await desk.ask("member show", member=code)
    values = {name: found.get(name) for name in _FIELDS} | sent.filled()
    return desk.page("member_form.html", found=found, classes=_CLASSES, values=values, problem=problem)


async def _erase(desk: Desk, code: str, sent: Form, problem: Problem | None) -> Response:
    plan = await desk.ask("erase plan", member=code)
    return desk.page("member_erase.html", code=code, plan=plan, values=sent.filled(), problem=problem)
