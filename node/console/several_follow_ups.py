"""The same done with several follow-ups at once: each is a command of its own, and what is refused is said one by one.

Source: DOMAIN.md 4, "Follow-up".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.codes import words
from common.errors import HoldfastError, InvalidRequest, NotFound
from common.web.choices import choices
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked
from common.wire.v1.codes_pb2 import DeclineReason, FollowUpOutcome
from node.console.link import link_of, wait_for_answer
from node.console.offering import agencies_to_offer

router = APIRouter(prefix="/shared-follow-ups/several")
MOST = 50  # on one page, the most urgent first; the others come when these are done
_REFUSED = 409


@dataclass(frozen=True)
class _Several:
    """What may be done with several.

    Args:
        which: the follow-ups that it may be done with, as `followups needed` names them.
        done: said afterwards.
    """

    which: str
    title: str
    button: str
    done: str


_VERBS: Mapping[str, _Several] = {
    "accept": _Several(
        "offers",
        marked("Accept several"),
        marked("Accept those"),
        marked("Accepted: {names}. That is no first contact yet: reach the people, then record it."),
    ),
    "decline": _Several(
        "offers",
        marked("Decline several"),
        marked("Decline those"),
        marked("Declined: {names}. The other agency stays accountable."),
    ),
    "offer": _Several(
        "unoffered",
        marked("Offer several"),
        marked("Offer those"),
        marked("Offered: {names}. You stay accountable until another agency accepts."),
    ),
    "contact": _Several(
        "uncontacted",
        marked("Record first contacts"),
        marked("Record those"),
        marked("First contact recorded: {names}."),
    ),
    "close": _Several(
        "open",
        marked("Close several"),
        marked("Close those"),
        marked("Closed: {names}. Each can be reopened within 30 days."),
    ),
}


@router.get("/{verb}")
async def several(desk: SignedIn, verb: str, incident: str = "") -> Response:
    """Show those with which it may be done."""
    await _check(desk, verb)
    return await _page(desk, verb, incident, Form(), None)


@router.post("/{verb}")
async def do_several(desk: SignedIn, verb: str, incident: str = "") -> Response:
    """Do it with those that are chosen."""

    await _check(desk, verb)

    async def do() -> Response:
        chosen = [each.rpartition(" ") for each in desk.sent.all("follow_up")]
        if not chosen:
            raise InvalidRequest(f"follow_up: {marked('choose at least one')}")
        said, done, refused = _said(desk.sent, verb), [], []
        for reference, _, seen in chosen:
            try:
                await desk.ask("followup command", follow_up=reference, verb=verb, seen=seen, **said)
                done.append(reference)
            except HoldfastError as error:
                if isinstance(error, InvalidRequest) and not done:
                    raise  # of a field that is the same for all: nothing was done
                refused.append((reference, desk.problem(error).words))
        await wait_for_answer(desk, lambda: _is_waiting(desk, done))
        if refused:
            answer = await _page(desk, verb, incident, Form(), None, done, refused)
            answer.status_code = _REFUSED
            return answer
        here = f"/incidents/{incident}" if incident else "/shared-follow-ups"
        return desk.done(here, _VERBS[verb].done, names=", ".join(done))

    return await desk.tried(do, lambda sent, problem: _page(desk, verb, incident, sent, problem))


async def _check(desk: Desk, verb: str) -> None:
    if verb not in _VERBS:
        await desk.ask("followups needed", limit=1)  # who may see no follow-up is told that first
        raise NotFound(marked("there is no page at this address"))


def _said(sent: Form, verb: str) -> dict[str, Any]:
    said: dict[str, Any] = sent.said("reason", "outcome")
    if verb == "offer":
        said |= {"to": [*sent.all("to"), *sent.all("other")], "accept_within_h": sent.number("accept_within_h")}
    said["next_check_in_days"] = sent.number("next_check_in_days")
    return {name: value for name, value in said.items() if value is not None}


async def _page(
    desk: Desk,
    verb: str,
    incident: str,
    sent: Form,
    problem: Problem | None,
    done: list[str] | None = None,
    refused: list[tuple[str, str]] | None = None,
) -> Response:
    about = {"incident": incident} if incident else {}
    [listed] = await desk.ask("followups needed", which=_VERBS[verb].which, limit=MOST, **about)
    rows = listed["rows"]
    return desk.page(
        "several_follow_ups.html",
        verb=verb,
        words=_VERBS[verb],
        incident=incident,
        rows=rows,
        count=listed["count"],
        done=done or [],
        refused=refused or [],
        agencies=await agencies_to_offer(desk, rows[0]["accountable_id"], incident)
        if verb == "offer" and rows
        else ([], []),
        reasons=choices(words(DeclineReason)),
        outcomes=choices(words(FollowUpOutcome)),
        link=await link_of(desk),
        values=sent.filled("to", "follow_up"),
        problem=problem,
    )


async def _is_waiting(desk: Desk, references: list[str]) -> bool:
    return bool(references) and bool((await desk.ask_by_itself("followup", follow_up=references[-1]))["waiting"])
