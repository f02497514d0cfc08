"""The pages on one's own account, the same on both sides: password, codes, passkeys, one-time codes.

Source: DOMAIN.md 2; issue "two consoles".
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from common.errors import InvalidRequest
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.signing_in import read_json
from common.web.texts import marked

router = APIRouter(prefix="/account")


@router.get("")
async def account(desk: SignedIn) -> Response:
    """Show the account."""
    return await _account(desk, Form(), None)


@router.get("/stay")
async def stay(desk: SignedIn) -> Response:
    """Hear that somebody is still there: the session's idle time begins anew."""
    return Response(status_code=204)


@router.post("/password")
async def change_password(desk: SignedIn) -> Response:
    """Set another password; every other session ends, and there are new recovery codes."""

    async def change() -> Response:
        said, new = desk.sent.get("password") or "", desk.sent.get("new_password") or ""
        if new != desk.sent.get("new_password_again"):
            raise InvalidRequest("new_password_again: the two passwords differ")
        answer = await desk.ask("change password", password=said, new_password=new)
        desk.token = answer["token"]
        codes = {"recovery_codes": answer["recovery_codes"], "note_recovery_code": None}
        return desk.signed_in(desk.page("codes.html", on="/account", notes_closed=False, **codes), answer["token"])

    return await desk.tried(change, lambda sent, problem: _account(desk, sent, problem))


@router.post("/recovery-codes")
async def new_codes(desk: SignedIn) -> Response:
    """Make new recovery codes; the old ones are void."""

    async def make() -> Response:
        answer = await desk.ask("new recovery codes", password=desk.sent.get("password") or "")
        codes = {"recovery_codes": answer["recovery_codes"], "note_recovery_code": None}
        return desk.page("codes.html", on="/account", notes_closed=False, **codes)

    return await desk.tried(make, lambda sent, problem: _account(desk, sent, problem))


@router.post("/passkeys/begin")
async def begin_passkey(desk: SignedIn) -> Response:
    """Give what a browser needs to make a passkey."""
    return JSONResponse(await desk.ask("passkey begin", password=desk.sent.get("password") or ""))


@router.post("/passkeys")
async def add_passkey(desk: SignedIn) -> Response:
    """Store the passkey that the browser made."""

    async def add() -> Response:
        said = {"credential": read_json(desk.sent.need("credential")), "name": desk.sent.need("passkey_name")}
        await desk.ask("passkey finish", **said)
        return desk.done("/account", marked("The passkey is added. You can sign in with it from now on."))

    return await desk.tried(add, lambda sent, problem: _account(desk, sent, problem))


@router.post("/passkeys/remove")
async def remove_passkey(desk: SignedIn) -> Response:
    """Remove a passkey."""
    await desk.ask("passkey remove", passkey=desk.sent.need("passkey"))
    return desk.done("/account", marked("The passkey is removed: nobody signs in with it any more."))


@router.post("/one-time")
async def begin_codes(desk: SignedIn) -> Response:
    """Give the secret for the phone that shows one-time codes."""

    async def begin() -> Response:
        told = await desk.ask("one-time begin", password=desk.sent.get("password") or "")
        return desk.page("one_time.html", secret=told["secret"], uri=told["uri"])

    return await desk.tried(begin, lambda sent, problem: _account(desk, sent, problem))


@router.post("/one-time/finish")
async def finish_codes(desk: SignedIn) -> Response:
    """Turn one-time codes on, by the first one."""

    async def finish() -> Response:
        said = {each: desk.sent.need(each) for each in ("password", "secret", "code")}
        await desk.ask("one-time finish", **said)
        return desk.done("/account", marked("From now on you are asked for a code when you sign in."))

    async def again(sent: Form, problem: Problem) -> Response:
        return desk.page("one_time.html", secret=sent.get("secret") or "", uri="", problem=problem)

    return await desk.tried(finish, again)


@router.post("/one-time/end")
async def end_codes(desk: SignedIn) -> Response:
    """Turn one-time codes off."""

    async def end() -> Response:
        await desk.ask("one-time end", password=desk.sent.get("password") or "")
        return desk.done("/account", marked("You are asked for no one-time code any more."))

    return await desk.tried(end, lambda sent, problem: _account(desk, sent, problem))


async def _account(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    passkeys: list[dict[str, Any]] = await desk.ask("passkey list")
    me = await desk.ask("whoami")
    own = {"me": me, "passkeys": passkeys, "own_places": desk.site.own_places_of(desk.roles)}
    return desk.page("account.html", **own, values=dict(sent.carried()), problem=problem)
