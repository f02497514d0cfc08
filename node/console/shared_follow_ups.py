"""Follow-ups between agencies: listed by what they need, opened, and one with all that is known and may be done.

Source: DOMAIN.md 4, "Follow-up".
"""

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
from common.wire.v1.codes_pb2 import CohortBand, DeclineReason, FollowUpOutcome
from node.console.link import link_of, wait_for_answer
from node.console.offering import Targets, agencies_to_offer

router = APIRouter(prefix="/shared-follow-ups")
PAGE = 20
FIRST = 8  # of each kind, where every kind is shown
_KINDS = {
    "offers": (marked("Offered to you"), marked("An answer is needed.")),
    "overdue": (marked("Yours, overdue"), marked("Something should have been done by now.")),
    "ours": (marked("Yours, in time"), ""),
    "others": (marked("With other agencies"), marked("You opened them; another agency is accountable.")),
    "closed": (marked("Closed"), ""),
}
_DONE = {
    "acknowledge": marked("Told the other agency that somebody has seen it. It is not accepted by that."),
    "accept": marked("You accept it. That is no first contact yet: reach the person, then record it."),
    "decline": marked("You decline it. The other agency stays accountable."),
    "offer": marked("Offered. You stay accountable until another agency accepts."),
    "withdraw": marked("Taken back. You stay accountable."),
    "ask-hub": marked("The regional coordinator is asked to find an agency. You stay accountable until one accepts."),
    "reclaim": marked("The agency that has it is asked to offer it back."),
    "contact": marked("The first contact is recorded."),
    "check-in": marked("The check-in is recorded."),
    "hold": marked("It rests until the day on which it is looked at again."),
    "resume": marked("It is taken up again."),
    "close": marked("It is closed. You can reopen it within 30 days."),
    "reopen": marked("It is open again, and yours."),
}


@router.get("")
async def follow_ups(desk: SignedIn, which: str = "", page: str = "") -> Response:
    """List them: each kind, or a page of one."""
    at = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 0
    asked: dict[str, Any] = {"which": which, "offset": at * PAGE} if which else {}
    listed = await desk.ask("followups needed", limit=PAGE if which else FIRST, **asked)
    kinds = {name: (desk.text(title), desk.text(more) if more else "") for name, (title, more) in _KINDS.items()}
    return desk.page(
        "shared_follow_ups.html", listed=listed, kinds=kinds, which=which, at=at, size=PAGE, link=await link_of(desk)
    )


@router.get("/new")
async def new(desk: SignedIn, incident: str = "") -> Response:
    """Show the form of a new one."""
    return await _new(desk, Form({"incident": [incident]} if incident else {}), None)


@router.post("/new")
async def open_(desk: SignedIn) -> Response:
    """Open one or several."""

    async def do() -> Response:
        count = desk.sent.number("count") or 1
        said: dict[str, Any] = {"incident": desk.sent.get("incident") or ""}
        opened = await desk.ask("followup open", cohorts=[desk.sent.need("cohort")] * min(count, 1000), **said)
        first = opened[0]["reference"]
        await wait_for_answer(desk, lambda: _is_waiting(desk, first))
        names = ", ".join(each["reference"] for each in opened)
        path = f"/shared-follow-ups/{first}" if len(opened) == 1 else "/shared-follow-ups"
        return desk.done(path, marked("Opened {names}. Your agency is accountable until another accepts."), names=names)

    return await desk.tried(do, lambda sent, problem: _new(desk, sent, problem))


@router.get("/{follow_up}")
async def follow_up(desk: SignedIn, follow_up: str) -> Response:
    """Show one."""
    return await _page(desk, follow_up)


@router.get("/{follow_up}/live")
async def live(desk: SignedIn, follow_up: str, seen: str = "") -> Response:
    """Send what is true of it again and again, as it changes."""
    await desk.ask("followup", follow_up=follow_up)  # raises before the stream begins

    async def part() -> str:
        found = await desk.ask_by_itself("followup", follow_up=follow_up)
        return desk.render("shared_follow_up_now.html", found=found, link=await link_of(desk), seen=seen)

    return desk.site.changes.stream(
        ("follow-up", follow_up, seen), part, lambda: desk.ask_by_itself("followup", follow_up=follow_up)
    )


@router.post("/{follow_up}/assign")
async def assign(desk: SignedIn, follow_up: str) -> Response:
    """Give it to a supporter of the own agency: a check-in under its reference."""

    async def do() -> Response:
        supporter = desk.sent.need("supporter")
        found = await desk.ask("followup", follow_up=follow_up)
        made = await desk.ask("check in open", supporter=supporter, reference=found["reference"])
        said = marked("{supporter} has it as {check_in}: it stands in their follow-ups.")
        return desk.done(f"/shared-follow-ups/{follow_up}", said, supporter=supporter, check_in=made["check_in"])

    return await desk.tried(do, lambda sent, problem: _page(desk, follow_up, sent, problem))


@router.post("/{follow_up}/{verb}")
async def step(desk: SignedIn, follow_up: str, verb: str) -> Response:
    """Do something with it; refused where it is not any more as it was shown."""

    async def do() -> Response:
        answer = await desk.ask("followup command", follow_up=follow_up, verb=verb, **_said(desk.sent, verb))
        await wait_for_answer(desk, lambda: _is_waiting(desk, follow_up))
        return desk.done(f"/shared-follow-ups/{answer['reference']}", _DONE[verb])

    return await desk.tried(do, lambda sent, problem: _page(desk, follow_up, sent, problem))


def _said(sent: Form, verb: str) -> dict[str, Any]:
    said: dict[str, Any] = sent.said("seen", "reason", "outcome")
    if verb == "offer":
        said["to"] = [*sent.all("to"), *sent.all("other")]
        said["accept_within_h"] = sent.number("accept_within_h")
    said["next_check_in_days"] = sent.number("next_check_in_days")
    return {name: value for name, value in said.items() if value is not None}


async def _page(desk: Desk, follow_up: str, sent: Form | None = None, problem: Problem | None = None) -> Response:
    found = await desk.ask("followup", follow_up=follow_up)
    may = found["may"]
    is_asked = "accept" in may or found["is_mine"]
    here = await desk.ask("check ins", reference=found["reference"], ended=True) if found["is_mine"] else []
    sent = sent or Form()
    return desk.page(
        "shared_follow_up.html",
        found=found,
        seen=found["seen"],
        may=may,
        eligible=await desk.ask("followup eligibility", follow_up=found["id"]) if is_asked else None,
        check_ins=here,
        agencies=await _targets(desk, found) if "offer" in may else ([], []),
        reasons=choices(words(DeclineReason)),
        outcomes=choices(words(FollowUpOutcome)),
        link=await link_of(desk),
        values=sent.filled("to"),
        problem=problem,
    )


async def _targets(desk: Desk, found: dict[str, Any]) -> Targets:
    return await agencies_to_offer(desk, found["accountable_id"], found["incident"])


async def _new(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    rows = await desk.ask("incidents")
    running = [(row["id"], row["title"]) for row in rows if row["status"] != "closed"]
    return desk.page(
        "shared_follow_up_new.html",
        incidents=[("", desk.text(marked("No incident"))), *running],
        cohorts=choices(words(CohortBand)),
        link=await link_of(desk),
        values=dict(sent.carried()),
        problem=problem,
    )


async def _is_waiting(desk: Desk, follow_up: str) -> bool:
    found = await desk.ask_by_itself("followup", follow_up=follow_up)
    return bool(found["waiting"] or found["version"] == 0)
