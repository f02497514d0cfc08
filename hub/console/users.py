"""Users of the hub: added with a set-up code that is shown once, their roles, a lock lifted, a password taken away.

Source: DOMAIN.md 2 (operator).
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.access.shown import HUB_ROLES
from common.errors import NotFound
from common.report.wording import spoken
from common.web.desk import Desk, pick
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked

router = APIRouter(prefix="/users")
_ROLES = [(role.value, spoken(role.value).capitalize()) for role in HUB_ROLES]
_SAID = {
    "disable": marked("{name} can do nothing here any more."),
    "enable": marked("{name} may sign in again."),
    "unlock": marked("The lock of {name} is lifted."),
}


@router.get("")
async def users(desk: SignedIn) -> Response:
    """List them."""
    return desk.page("users.html", rows=await desk.ask("user list"))


@router.get("/new")
async def new(desk: SignedIn) -> Response:
    """Show the form of a new user."""
    await desk.ask("user list")  # who may not, is told so before anything is typed
    return await _new(desk, Form(), None)


@router.post("/new")
async def add(desk: SignedIn) -> Response:
    """Add one, and show the set-up code this once."""

    async def store() -> Response:
        made = await desk.ask("user add", name=desk.sent.need("name"), roles=desk.sent.all("roles"))
        return desk.page("set_up_code.html", made=made)

    return await desk.tried(store, lambda sent, problem: _new(desk, sent, problem))


@router.get("/{name}")
async def user(desk: SignedIn, name: str) -> Response:
    """Show one."""
    return await _user(desk, name, None)


@router.post("/{name}/roles")
async def roles(desk: SignedIn, name: str) -> Response:
    """Give a user other roles."""

    async def change() -> Response:
        await desk.ask("user roles", name=name, roles=desk.sent.all("roles"))
        return desk.done(f"/users/{name}", marked("The roles are changed; the user signs in anew."))

    return await desk.tried(change, lambda _, problem: _user(desk, name, problem))


@router.post("/{name}/reset")
async def reset(desk: SignedIn, name: str) -> Response:
    """Take the password and keys away, and show a set-up code this once."""

    async def take() -> Response:
        return desk.page("set_up_code.html", made=await desk.ask("user reset", name=name))

    return await desk.tried(take, lambda _, problem: _user(desk, name, problem))


@router.post("/{name}/{verb}")
async def change(desk: SignedIn, name: str, verb: str) -> Response:
    """Disable, enable or unlock one."""
    if verb not in _SAID:
        raise NotFound(marked("there is no such page here"))

    async def do() -> Response:
        await desk.ask(f"user {verb}", name=name)
        return desk.done(f"/users/{name}", _SAID[verb], name=name)

    return await desk.tried(do, lambda _, problem: _user(desk, name, problem))


async def _new(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    values: dict[str, Any] = {"name": sent.get("name"), "roles": sent.all("roles") or None}
    return desk.page("user_new.html", roles_known=_ROLES, values=values, problem=problem)


async def _user(desk: Desk, name: str, problem: Problem | None) -> Response:
    found = pick(await desk.ask("user list"), name=name)
    if found is None:
        raise NotFound(marked("there is no user of this name here"))
    return desk.page("user.html", user=found, roles_known=_ROLES, problem=problem)
