"""The pages of signing in: password and one-time code, recovery code, passkey, the first password, signing out.

1. A session that a browser had before is ended when another begins in it: its token is worth nothing any more.
2. What somebody had entered when their session ended is sent again by them, after signing in, and not by itself; and
   only by them (`carrying.py`).
3. The codes that are told once are shown on a page that nothing keeps.
4. Where no user is an operator yet, the pages say how the first one is made on the machine.

Source: DOMAIN.md 2; TRUST.md e02, i05.
"""

import json
from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from common.errors import HoldfastError, InvalidRequest
from common.web.carrying import Carrying
from common.web.desk import Desk, own_path
from common.web.desking import Anybody
from common.web.form import UNREADABLE, Form
from common.web.problems import Problem
from common.web.texts import marked

_SIGNED_OUT = marked("You are signed out. Nothing of this session is left in this browser.")
_NOT_YOURS = marked("What was entered here before is somebody else's, or too old: it was not sent, and is gone.")
_DIFFER = marked("the two passwords differ")
router = APIRouter()


@router.get("/sign-in")
async def form(desk: Anybody, next: str = "", ended: str = "") -> Response:
    """Show the form."""
    if desk.who:
        return desk.done(own_path(next, desk.site.home_of(desk.roles)))
    return await _form(desk, ended=bool(ended), next=own_path(next, ""))


async def ended_page(desk: Desk, address: str) -> Response:
    """Show the form to whoever sent something after their session had ended; it is carried over (2)."""
    answer = await _form(desk, ended=True, again=address, carried=_carrying(desk).seal(desk.sent.carried(), desk.whose))
    answer.status_code = 401
    return answer


@router.post("/sign-in")
async def sign_in(desk: Anybody) -> Response:
    """Sign somebody in by password, and one-time code or recovery code."""
    sent = await desk.form()
    template = "sign_in_code.html" if sent.has("code") or sent.has("recovery_code") else "sign_in.html"
    try:
        desk.count_try()
        said = {"name": sent.need("name"), "password": sent.get("password") or ""}
        answer = await desk.ask_as_nobody("sign in", **said, **sent.said("code", "recovery_code"))
    except HoldfastError as error:
        return await _form(desk, template, desk.problem(error), **_kept(sent))
    if answer.get("wants") == "code":
        return await _form(desk, "sign_in_code.html", **_kept(sent))
    return await _entered(desk, answer, sent)


@router.get("/set-up")
async def set_up_form(desk: Anybody) -> Response:
    """Show the form of the first password."""
    return desk.page("set_up.html")


@router.post("/set-up")
async def set_up(desk: Anybody) -> Response:
    """Set the first password, by the set-up code."""
    sent = await desk.form()
    try:
        desk.count_try()
        if sent.need("password") != sent.get("password_again"):
            raise InvalidRequest(f"password_again: {_DIFFER}")
        said = {each: sent.need(each) for each in ("name", "setup_code", "password")}
        answer = await desk.ask_as_nobody("set up", **said, **sent.said("note_recovery_code"))
    except HoldfastError as error:
        problem = desk.problem(error)
        return desk.page("set_up.html", problem.status, problem=problem, values=dict(sent.carried()))
    return await _entered(desk, answer, sent)


@router.post("/sign-in/passkey/begin")
async def begin_passkey(desk: Anybody) -> Response:
    """Give what a browser needs to sign in by passkey."""
    await desk.form()
    desk.count_try()
    return JSONResponse(await desk.ask_as_nobody("passkey sign-in begin"))


@router.post("/sign-in/passkey")
async def passkey(desk: Anybody) -> Response:
    """Sign somebody in by passkey."""
    sent = await desk.form()
    try:
        desk.count_try()
        said = {"attempt": sent.need("attempt"), "credential": read_json(sent.need("credential"))}
        answer = await desk.ask_as_nobody("passkey sign-in finish", **said)
    except HoldfastError as error:
        return await _form(desk, "sign_in.html", desk.problem(error), **_kept(sent))
    return await _entered(desk, answer, sent)


@router.post("/sign-out")
async def sign_out(desk: Anybody) -> Response:
    """End the session."""
    await desk.form()
    await _end(desk)
    desk.who = None
    return desk.signed_out(desk.done("/sign-in", _SIGNED_OUT))


async def _form(desk: Desk, template: str = "sign_in.html", problem: Problem | None = None, **kept: Any) -> Response:
    """Show a page of signing in, with what it carries on to the next (4)."""
    begun = await desk.ask_as_nobody("has operator")
    usual = {"next": "", "again": "", "carried": "", "ended": False, "values": {}}
    return desk.page(template, problem.status if problem else 200, problem=problem, **begun, **(usual | kept))


async def _entered(desk: Desk, answer: dict[str, Any], sent: Form) -> Response:
    """Begin a session: end the one before (1), tell what is told once (3), go on to where somebody wanted."""
    await _end(desk)
    desk.token = answer["token"]
    await desk.sign()
    codes: dict[str, Any] = {name: answer.get(name) for name in ("recovery_codes", "note_recovery_code")}
    again = own_path(sent.get("again"), "")
    on = own_path(sent.get("next"), "") or desk.site.home_of(desk.roles)
    carried = _carrying(desk).open(sent.get("carried"), str((desk.who or {}).get("user_id", "")))
    if any(codes.values()):
        page: Response = desk.page("codes.html", on=on, notes_closed=bool(answer.get("notes_closed")), **codes)
    elif carried is None:
        page = desk.done(on, _NOT_YOURS)
    elif again:  # 2
        page = desk.page("send_again.html", again=again, carried=carried, is_stale=False)
    else:
        page = desk.done(on)
    return desk.signed_in(page, answer["token"])


async def _end(desk: Desk) -> None:
    if desk.token:
        await desk.ask_as_nobody("sign out", session=desk.token)


def _kept(sent: Form) -> dict[str, Any]:
    """Keep what a page of signing in carries on to the next."""
    own = {"next": own_path(sent.get("next"), ""), "again": own_path(sent.get("again"), "")}
    return {"values": {"name": sent.get("name") or ""}, "carried": sent.get("carried") or "", **own}


def _carrying(desk: Desk) -> Carrying:
    carrying: Carrying = desk.request.app.state.carrying
    return carrying


def read_json(said: str) -> Any:
    """Read a field that holds JSON; raises InvalidRequest for anything else."""
    try:
        return json.loads(said)
    except (ValueError, RecursionError):
        raise InvalidRequest(UNREADABLE) from None
