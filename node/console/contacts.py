"""A supporter's contacts: logged in one page, listed, corrected, voided.

Every field has a usual value, so that the fewest taps are: what it was about, how long, save.

Source: DOMAIN.md 3.
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.web.choices import choices
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked
from node.console.words import ENCOUNTER_CODES
from node.domain.encounter import Mode, Referral

router = APIRouter(prefix="/contacts")
PAGE = 50
_LINES = ("kind", "activation_type", "recipient_class", "mode", "duration", "incident", "member")
_CODES = ENCOUNTER_CODES | {"referrals": choices(Referral, without=["none"])}
LOGGED = marked("Logged: {kind}. If something is wrong with it, correct or void it here.")


@router.get("/new")
async def new(desk: SignedIn, member: str = "", incident: str = "") -> Response:
    """Show the form of a new contact; what is named already is filled in."""
    known = {"member": [member], "incident": [incident]}
    return await _form(desk, Form({name: given for name, given in known.items() if given[0]}), None)


@router.post("/new")
async def log(desk: SignedIn) -> Response:
    """Log it."""

    async def store() -> Response:
        made = await desk.ask("encounter log", **_said(desk.sent), **desk.sent.said("note"))
        return desk.done(f"/contacts/{made['reference']}", LOGGED, kind=made["kind"].replace("_", " "))

    return await desk.tried(store, lambda sent, problem: _form(desk, sent, problem))


@router.get("")
async def contacts(desk: SignedIn, after: str = "") -> Response:
    """List the supporter's own contacts, the newest first."""
    found = await desk.ask("own encounters", limit=PAGE, void=True, **({"after": after} if after else {}))
    return desk.page("contacts.html", rows=found["encounters"], after=found["after"])


@router.get("/{reference}")
async def contact(desk: SignedIn, reference: str) -> Response:
    """Show one, with its versions."""
    return await _contact(desk, reference, None)


@router.get("/{reference}/correct")
async def correction(desk: SignedIn, reference: str) -> Response:
    """Show the form of a correction."""
    return await _correction(desk, reference, Form(), None)


@router.post("/{reference}/correct")
async def correct(desk: SignedIn, reference: str) -> Response:
    """Store the corrected fields; the version before is kept."""

    async def store() -> Response:
        said = {"referrals": ["none"], "incident": "none", "member": "none"} | _said(desk.sent)
        await desk.ask("encounter edit", encounter=reference, **said)
        return desk.done(f"/contacts/{reference}", marked("Corrected. What it said before is kept with it."))

    return await desk.tried(store, lambda sent, problem: _correction(desk, reference, sent, problem))


@router.post("/{reference}/void")
async def void(desk: SignedIn, reference: str) -> Response:
    """Void one that is wrong."""

    async def store() -> Response:
        await desk.ask("encounter void", encounter=reference)
        return desk.done(f"/contacts/{reference}", marked("Void: it counts no more, and stays in the list."))

    return await desk.tried(store, lambda _, problem: _contact(desk, reference, problem))


@router.post("/{reference}/note")
async def note(desk: SignedIn, reference: str) -> Response:
    """Write a note about one, or a newer version of it."""

    async def store() -> Response:
        await desk.ask("note write", encounter=reference, text=desk.sent.need("note"))
        return desk.done(f"/contacts/{reference}", marked("The note is sealed to you and the clinical leads."))

    return await desk.tried(store, lambda _, problem: _contact(desk, reference, problem))


@router.post("/{reference}/read-note")
async def read_note(desk: SignedIn, reference: str) -> Response:
    """Open the note, where it is sealed to who asks."""

    async def read() -> Response:
        return await _contact(desk, reference, None, (await desk.ask("note read", encounter=reference))["text"])

    return await desk.tried(read, lambda _, problem: _contact(desk, reference, problem))


def _said(sent: Form) -> dict[str, Any]:
    """Read what was entered as the operation's arguments; what was left out is taken as it usually is."""
    said: dict[str, Any] = sent.said(*_LINES)
    day, time = sent.get("day"), sent.get("time")
    if day or time:
        said["at"] = f"{day} {time or '12:00'}" if day else time
    if sent.all("referrals"):
        said["referrals"] = sent.all("referrals")
    if said.get("mode") == Mode.GROUP_SESSION:
        said["participants"] = sent.number("participants")
    follow_up = sent.get("follow_up")
    if follow_up is not None:
        said["follow_up"] = sent.need("follow_up_on") if follow_up == "on" else follow_up
    if sent.has("incident_related"):
        said["incident_related"] = True
    return {name: value for name, value in said.items() if value is not None}


async def _form(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    usual = await desk.ask("encounter usual")
    return desk.page("contact_new.html", codes=_CODES, usual=usual, values=sent.filled("referrals"), problem=problem)


async def _contact(desk: Desk, reference: str, problem: Problem | None, text: str = "") -> Response:
    found = await desk.ask("own encounter", encounter=reference)
    usual = await desk.ask("encounter usual")
    return desk.page("contact.html", found=found, usual=usual, note=text, problem=problem)


async def _correction(desk: Desk, reference: str, sent: Form, problem: Problem | None) -> Response:
    found = await desk.ask("own encounter", encounter=reference)
    usual = await desk.ask("encounter usual")
    values = sent.filled("referrals") or _stored(found)
    return desk.page("contact_correct.html", codes=_CODES, found=found, usual=usual, values=values, problem=problem)


def _stored(found: dict[str, Any]) -> dict[str, Any]:
    values = {name: found[name] for name in (*_LINES[:5], "member", "participants") if found.get(name) is not None}
    values |= {"day": found["occurred_at"][:10], "time": found["occurred_at"][11:16], "incident": found["incident_id"]}
    values["referrals"] = [each for each in found["referrals"] if each != Referral.NONE]
    due = found["follow_up_due"]
    return values | ({"follow_up": "on", "follow_up_on": due} if due else {"follow_up": "none"})
