"""A supporter's contacts: logged in one page, listed, corrected, voided.

Every field has a usual value, so that the fewest taps are: what it was about, how long, save.

Source: DOMAIN.md 3.
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked
from node.console.words import choices
from node.domain.encounter import ActivationType, Duration, Mode, RecipientClass, Referral, SupportKind

router = APIRouter(prefix="/contacts")
_LINES = ("kind", "activation_type", "recipient_class", "mode", "duration", "incident", "member", "note")
PAGE = 50
_CODES = {
    "kind": choices(SupportKind),
    "activation_type": choices(ActivationType),
    "recipient_class": choices(RecipientClass),
    "mode": choices(Mode),
    "duration": choices(Duration),
    "referrals": choices(Referral, without=["none"]),
}


@router.get("/new")
async def new(desk: SignedIn) -> Response:
    """Show the form of a new contact."""
    return await _form(desk, Form(), None)


@router.post("/new")
async def log(desk: SignedIn) -> Response:
    """Log it."""

    async def store() -> Response:
        made = await desk.ask("encounter log", **_said(desk.sent))
        said = marked("Logged: {kind}, {reference}. If it is wrong, correct or void it here.")
        return desk.done(
            f"/contacts/{made['reference']}", said, kind=made["kind"].replace("_", " "), reference=made["reference"]
        )

    return await desk.tried(store, lambda sent, problem: _form(desk, sent, problem))


@router.get("")
async def contacts(desk: SignedIn, after: str = "") -> Response:
    """List the supporter's own contacts, the newest first."""
    found = await desk.ask("own encounters", limit=PAGE, void=True, **({"after": after} if after else {}))
    return desk.page("contacts.html", rows=found["encounters"], after=found["after"])


@router.get("/{reference}")
async def contact(desk: SignedIn, reference: str) -> Response:
    """Show one, with its versions."""
    return desk.page("contact.html", found=await desk.ask("own encounter", encounter=reference))


def _said(sent: Form) -> dict[str, Any]:
    said: dict[str, Any] = sent.said(*_LINES)
    if sent.get("day") or sent.get("time"):
        said["at"] = f"{sent.get('day') or 'today'} {sent.get('time') or ''}".strip()
    if sent.all("referrals"):
        said["referrals"] = sent.all("referrals")
    if said.get("mode") == Mode.GROUP_SESSION:
        said["participants"] = sent.number("participants")
    follow_up = sent.get("follow_up")
    said["follow_up"] = sent.get("follow_up_on") if follow_up == "on" else follow_up
    said["incident_related"] = sent.has("incident_related") or None
    return {name: value for name, value in said.items() if value is not None}


async def _form(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    last = await desk.ask("own encounters", limit=1)
    usual = last["encounters"][0] if last["encounters"] else {}
    values = {name: sent.all(name) if name == "referrals" else given[-1] for name, given in sent.values.items()}
    return desk.page("contact_new.html", codes=_CODES, usual=usual, values=values, problem=problem)
