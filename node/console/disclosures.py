"""The necessary-disclosure workflow: why, to whom, when; the written notice due and given; how it ended. No narrative.

Source: DOMAIN.md 3, "Disclosure reasons"; TRUST.md i03.
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.web.choices import choices, told
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked
from node.domain.disclosure_notice import ClosedBecause, NoticeWay, ToldTo
from node.domain.disclosure_reason import DisclosureReason

router = APIRouter(prefix="/disclosures")
_FLAGS = ("intent", "plan", "means")


@router.get("")
async def disclosures(desk: SignedIn, closed: str = "") -> Response:
    """List those with something still to be done, or all."""
    rows = await desk.ask("disclosure list", closed=bool(closed))
    law = await desk.ask("jurisdiction")
    rows.sort(key=lambda row: (not row.get("owes_notice"), row.get("notice_due_at") or "9"))
    return desk.page("disclosures.html", rows=rows, has_closed=bool(closed), law=law)


@router.get("/new")
async def new(desk: SignedIn, encounter: str = "", member: str = "") -> Response:
    """Show the form."""
    await desk.ask("disclosure list")
    known = {name: [said[:40]] for name, said in (("encounter", encounter), ("member", member)) if said}
    return await _form(desk, Form(known), None)


@router.post("/new")
async def record(desk: SignedIn) -> Response:
    """Record one."""

    async def store() -> Response:
        said: dict[str, Any] = desk.sent.said("reason", "member", "encounter", "at")
        flags = {name: True for name in desk.sent.all("danger") if name in _FLAGS}
        made = await desk.ask("disclosure record", **said, **flags, told=desk.sent.all("told"))
        return desk.done(f"/disclosures/{made['disclosure']}", marked("{code} is recorded."), code=made["disclosure"])

    return await desk.tried(store, lambda sent, problem: _form(desk, sent, problem))


@router.get("/first-notice")
async def first_notice(desk: SignedIn) -> Response:
    """Show the form of the notice before a first session."""
    await desk.ask("disclosure list")
    return await _first(desk, Form(), None)


@router.post("/first-notice")
async def give_first_notice(desk: SignedIn) -> Response:
    """Record that a member was told in writing, before the first session, what stays confidential."""

    async def store() -> Response:
        made = await desk.ask("disclosure first notice", **desk.sent.said("member", "way", "at"))
        said = marked("{member} has had the notice before the first session.")
        return desk.done("/disclosures", said, member=made["member"])

    return await desk.tried(store, lambda sent, problem: _first(desk, sent, problem))


@router.get("/{code}")
async def disclosure(desk: SignedIn, code: str) -> Response:
    """Show one, with its versions."""
    return await _one(desk, code, Form(), None)


@router.post("/{code}/notice")
async def notice_given(desk: SignedIn, code: str) -> Response:
    """Record that the person was told in writing."""

    async def store() -> Response:
        seen = {"seen_version": desk.sent.number("seen")}
        await desk.ask("disclosure notice given", disclosure=code, **desk.sent.said("way", "at"), **seen)
        return desk.done(f"/disclosures/{code}", marked("The notice is recorded. Close {code} now."), code=code)

    return await desk.tried(store, lambda sent, problem: _one(desk, code, sent, problem))


@router.post("/{code}/close")
async def close(desk: SignedIn, code: str) -> Response:
    """Close one for a coded reason."""

    async def store() -> Response:
        seen = {"seen_version": desk.sent.number("seen")}
        await desk.ask("disclosure close", disclosure=code, **desk.sent.said("because"), **seen)
        return desk.done("/disclosures", marked("{code} is closed."), code=code)

    return await desk.tried(store, lambda sent, problem: _one(desk, code, sent, problem))


async def _form(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    law = await desk.ask("jurisdiction")
    several = {name: sent.all(name) for name in ("told", "danger")}
    return desk.page(
        "disclosure_new.html",
        law=law,
        reasons=choices(DisclosureReason, without=law["refused"]),
        refused=[(told(code), why) for code, why in law["refused"].items()],
        told_to=choices(ToldTo),
        values=sent.filled() | several,
        problem=problem,
    )


async def _first(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    return desk.page("first_notice.html", ways=choices(NoticeWay), values=sent.filled(), problem=problem)


async def _one(desk: Desk, code: str, sent: Form, problem: Problem | None) -> Response:
    found = await desk.ask("disclosure show", disclosure=code)
    given, owes = found.get("notice_given_at") is not None, bool(found.get("owes_notice"))
    without = [ClosedBecause.NO_NOTICE_DUE.value] if owes else []
    without += [] if given else [ClosedBecause.NOTICE_GIVEN.value]
    law = await desk.ask("jurisdiction")
    return desk.page(
        "disclosure.html",
        found=found,
        law_name=law["title"] if law["name"] == found.get("jurisdiction") else found.get("jurisdiction"),
        ways=choices(NoticeWay),
        endings=choices(ClosedBecause, without=without),
        usual=ClosedBecause.NOTICE_GIVEN.value if given else None if owes else ClosedBecause.NO_NOTICE_DUE.value,
        values={name: each[-1] for name, each in sent.values.items()},
        problem=problem,
    )
