"""The pages of signing in: password and one-time code, recovery code, passkey, the first password, signing out.

1. A session that a browser had before is ended when another begins in it: its token is worth nothing any more.
2. What somebody had entered when their session ended is sent again by them, after signing in, and not by itself.
3. The codes that are told once are shown on a page that nothing keeps.

Source: DOMAIN.md 2; TRUST.md e02, i05.
"""

import json
from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from common.errors import HoldfastError, InvalidRequest, NotAuthenticated
from common.web.desk import Desk, own_path
from common.web.desking import Anybody
from common.web.form import MOST_FIELDS, Form
from common.web.problems import problem_of
from common.web.texts import marked

_SIGNED_OUT = marked("You are signed out. Nothing of this session is left in this browser.")


router = APIRouter()


@router.get("/sign-in")
async def form(desk: Anybody, next: str = "", ended: str = "") -> Response:
    """Show the form."""
    if desk.who:
        return desk.done(own_path(next, desk.site.home_of(desk.roles)))
    return desk.page("sign_in.html", next=own_path(next, ""), again="", carried=[], ended=bool(ended))


@router.post("/sign-in")
async def sign_in(desk: Anybody) -> Response:
    """Sign somebody in by password, and one-time code or recovery code."""
    sent = await desk.form()
    desk.count_try()
    said = {"name": sent.need("name"), "password": sent.get("password") or ""}
    said |= sent.said("code", "recovery_code")
    try:
        answer = await desk.ask_as_nobody("sign in", **said)
    except (NotAuthenticated, HoldfastError) as error:
        problem = problem_of(error)
        return desk.page(
            "sign_in_code.html" if sent.has("code") or sent.has("recovery_code") else "sign_in.html",
            problem.status,
            problem=problem,
            **_kept(sent),
        )
    if answer.get("wants") == "code":
        return desk.page("sign_in_code.html", **_kept(sent))
    return await _entered(desk, answer, sent)


@router.get("/set-up")
async def set_up_form(desk: Anybody) -> Response:
    """Show the form of the first password."""
    return desk.page("set_up.html")


@router.post("/set-up")
async def set_up(desk: Anybody) -> Response:
    """Set the first password, by the set-up code."""
    sent = await desk.form()
    desk.count_try()
    try:
        if sent.need("password") != sent.get("password_again"):
            raise InvalidRequest("password_again: the two passwords differ")
        said = {each: sent.need(each) for each in ("name", "setup_code", "password")}
        answer = await desk.ask_as_nobody("set up", **said, **sent.said("note_recovery_code"))
    except HoldfastError as error:
        problem = problem_of(error)
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
    desk.count_try()
    credential = read_json(sent.need("credential"))
    try:
        answer = await desk.ask_as_nobody("passkey sign-in finish", attempt=sent.need("attempt"), credential=credential)
    except HoldfastError as error:
        problem = problem_of(error)
        return desk.page("sign_in.html", problem.status, problem=problem, **_kept(sent))
    return await _entered(desk, answer, sent)


@router.post("/sign-out")
async def sign_out(desk: Anybody) -> Response:
    """End the session."""
    await desk.form()
    await _end(desk)
    desk.who = None
    return desk.signed_out(desk.done("/sign-in", _SIGNED_OUT))


async def _entered(desk: Desk, answer: dict[str, Any], sent: Form) -> Response:
    """Begin a session: end the one before (1), tell what is told once (3), go on to where somebody wanted."""
    await _end(desk)
    desk.token, desk.who = answer["token"], {"name": answer["name"], "roles": answer["roles"]}
    codes: dict[str, Any] = {name: answer.get(name) for name in ("recovery_codes", "note_recovery_code")}
    again = own_path(sent.get("again"), "")
    on = own_path(sent.get("next"), "") or desk.site.home_of(desk.roles)
    if any(codes.values()):
        page: Response = desk.page("codes.html", on=on, notes_closed=bool(answer.get("notes_closed")), **codes)
    elif again:  # 2
        page = desk.page("send_again.html", again=again, carried=_carried(sent))
    else:
        page = desk.done(on)
    return desk.signed_in(page, answer["token"])


async def _end(desk: Desk) -> None:
    if desk.token:
        await desk.ask_as_nobody("sign out", session=desk.token)


def _kept(sent: Form) -> dict[str, Any]:
    """Keep what a page of signing in carries on to the next."""
    values = {"name": sent.get("name") or "", "password": ""}
    own = {"next": own_path(sent.get("next"), ""), "again": own_path(sent.get("again"), ""), "ended": False}
    return {"values": values, "carried": _carried(sent), **own}


def _carried(sent: Form) -> list[tuple[str, str]]:
    said = sent.get("carried")
    if said is None:
        return []
    found = read_json(said)
    if not isinstance(found, list) or len(found) > MOST_FIELDS:
        return []
    return [(str(each[0]), str(each[1])) for each in found if isinstance(each, list) and len(each) == 2]


def read_json(said: str) -> Any:
    """Read a field that holds JSON; raises InvalidRequest for anything else."""
    try:
        return json.loads(said)
    except ValueError:
        raise InvalidRequest("this form cannot be read: open the page again") from None
