"""An operator's pages on users, the same on both sides: added, given roles, reset, unlocked, disabled.

A set-up code is shown once, in the answer to what made it, and is kept nowhere.

Source: DOMAIN.md 2 (operator).
"""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.access.roles import Role
from common.access.words import HUB_ROLES, NODE_ROLES, factor_words
from common.errors import InvalidRequest, NotFound
from common.web.desk import Desk, pick
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked

router = APIRouter(prefix="/users")
MEANS = {
    Role.SUPPORTER: marked("logs own contacts, makes own check-ins"),
    Role.COORDINATOR: marked("runs the peer team: roster, check-ins, activations, what leaves"),
    Role.CLINICIAN: marked("reads notes sealed to the clinical lead, records disclosures"),
    Role.LEADER: marked("sees figures, never a person"),
    Role.AUDITOR: marked("reads the audit trail, no record"),
    Role.OPERATOR: marked("runs the system and its users, reads no record"),
    Role.REGIONAL_COORDINATOR: marked("opens incidents, runs the follow-up queue"),
    Role.STATE_COORDINATOR: marked("the same, at a state's hub"),
    Role.BOARD: marked("sees figures of the region, no incident's detail"),
}
_DONE = {
    "disable": marked("{name} may do nothing here any more, and is signed out."),
    "enable": marked("{name} may sign in again."),
    "unlock": marked("{name} may try to sign in again."),
}
_NO_ROLE = marked("Choose one or more. Who may do nothing any more is disabled, further below.")


@router.get("")
async def users(desk: SignedIn) -> Response:
    """List them."""
    rows = [each | {"factor": factor_words(each)} for each in await desk.ask("user list")]
    return desk.page("users.html", rows=rows)


@router.get("/new")
async def new(desk: SignedIn) -> Response:
    """Show the form of a new user."""
    await desk.ask("user list")
    return await _form(desk, Form(), None)


@router.post("/new")
async def add(desk: SignedIn) -> Response:
    """Add one, and show the set-up code."""

    async def make() -> Response:
        more = {} if desk.site.side == "hub" else desk.sent.said("supporter_id")
        made = await desk.ask("user add", name=desk.sent.need("name"), roles=_roles(desk), **more)
        return desk.page("user_code.html", user=made, note_key_closed=False)

    return await desk.tried(make, lambda sent, problem: _form(desk, sent, problem))


@router.get("/{name}")
async def user(desk: SignedIn, name: str) -> Response:
    """Show one, and what can be changed."""
    return await _user(desk, name, None)


@router.post("/{name}/roles")
async def change_roles(desk: SignedIn, name: str) -> Response:
    """Give other roles; the user is signed out."""

    async def change() -> Response:
        await desk.ask("user roles", name=name, roles=_roles(desk))
        return desk.done(f"/users/{name}", marked("{name} has these roles now, and is signed out."), name=name)

    return await desk.tried(change, lambda _, problem: _user(desk, name, problem))


@router.post("/{name}/link")
async def link(desk: SignedIn, name: str) -> Response:
    """Say which supporter of the roster a user is."""

    async def change() -> Response:
        await desk.ask("user link", name=name, supporter_id=desk.sent.need("supporter_id"))
        return desk.done(f"/users/{name}", marked("{name} is that supporter now."), name=name)

    return await desk.tried(change, lambda _, problem: _user(desk, name, problem))


@router.post("/{name}/reset")
async def reset(desk: SignedIn, name: str) -> Response:
    """Take the password away, and show a new set-up code."""

    async def change() -> Response:
        made = await desk.ask("user reset", name=name)
        return desk.page("user_code.html", user=made, note_key_closed=made.get("note_key_closed", False))

    return await desk.tried(change, lambda _, problem: _user(desk, name, problem))


@router.post("/{name}/{verb}")
async def change(desk: SignedIn, name: str, verb: str) -> Response:
    """Disable, enable or unlock one."""
    if verb not in _DONE:
        raise NotFound(marked("There is nothing of this name here."))

    async def do() -> Response:
        await desk.ask(f"user {verb}", name=name)
        return desk.done(f"/users/{name}", _DONE[verb], name=name)

    return await desk.tried(do, lambda _, problem: _user(desk, name, problem))


def _roles(desk: Desk) -> list[str]:
    chosen = desk.sent.all("role")
    if not chosen:
        raise InvalidRequest(f"role: {desk.text(_NO_ROLE)}")
    return chosen


async def _form(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    return desk.page("user_new.html", values=sent.filled("role"), roles_here=_choices(desk), problem=problem)


async def _user(desk: Desk, name: str, problem: Problem | None) -> Response:
    found = pick(await desk.ask("user list"), name=name)
    if found is None:
        raise NotFound(marked("There is no such user here."))
    values = {"role": desk.sent.all("role") or found["roles"]}
    shown = {"user": found, "factor": factor_words(found), "values": values, "roles_here": _choices(desk)}
    return desk.page("user.html", **shown, problem=problem)


def _choices(desk: Desk) -> Sequence[tuple[str, str]]:
    here: Any = NODE_ROLES if desk.site.side == "node" else HUB_ROLES
    return [(role.value, f"{role.value.capitalize().replace('_', ' ')}: {desk.text(MEANS[role])}") for role in here]
