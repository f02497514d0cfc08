"""One's own settings at a node: how notices come, and the key that opens notes.

Source: DOMAIN.md 2, "Notices to people"; DESIGN.md 6, "At rest".
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.notify.preference import CHOICES, LONGEST_MAIL, LONGEST_PAGER
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked

router = APIRouter(prefix="/account")
_WAYS = {
    "both": marked("Mail and pager"),
    "mail": marked("Mail"),
    "pager": marked("Pager"),
    "none": marked("Not at all"),
}
_WAY_OF = "way_"
_SHOWN = 20


@router.get("/notices")
async def notices(desk: SignedIn) -> Response:
    """Show how notices come to this person, and the last ones."""
    return await _notices(desk, Form(), None)


@router.post("/notices")
async def change_notices(desk: SignedIn) -> Response:
    """Change it."""

    async def change() -> Response:
        sent = desk.sent
        ways = {name.removeprefix(_WAY_OF): sent.get(name) for name in sent.values if name.startswith(_WAY_OF)}
        begins, ends = sent.get("quiet_from"), sent.get("quiet_until")
        quiet = f"{begins or ''}-{ends or ''}" if begins or ends else ""
        told = {"mail": sent.get("mail") or "", "pager": sent.get("pager") or "", "quiet": quiet, "ways": ways}
        await desk.ask("notice settings", **told)
        return desk.done("/account/notices", marked("Saved. Send yourself a test to see whether it arrives."))

    return await desk.tried(change, lambda sent, problem: _notices(desk, sent, problem))


@router.post("/notices/test")
async def test_notices(desk: SignedIn) -> Response:
    """Send a test."""

    async def send() -> Response:
        await desk.ask("notice test")
        return desk.done("/account/notices", marked("A test is on its way. The list below says what became of it."))

    return await desk.tried(send, lambda sent, problem: _notices(desk, sent, problem))


@router.get("/notes")
async def notes(desk: SignedIn, back: str = "") -> Response:
    """Show whether this session opens notes."""
    return await _notes(desk, back, None)


@router.post("/notes")
async def open_notes(desk: SignedIn) -> Response:
    """Have this session open notes."""

    async def opened() -> Response:
        said = {"password": desk.sent.get("password") or "", **desk.sent.said("note_recovery_code")}
        return _opened(desk, await desk.ask("open notes", **said))

    return await desk.tried(opened, lambda sent, problem: _notes(desk, sent.get("back"), problem))


@router.post("/notes/renew")
async def renew_key(desk: SignedIn) -> Response:
    """Make a new key, where the old one opens no more."""

    async def renewed() -> Response:
        said = {"password": desk.sent.get("password") or "", "confirm": desk.sent.has("confirm")}
        return _opened(desk, await desk.ask("renew note key", **said))

    return await desk.tried(renewed, lambda sent, problem: _notes(desk, sent.get("back"), problem))


def _opened(desk: Desk, answer: dict[str, Any]) -> Response:
    on = _back(desk.sent.get("back"))
    if answer.get("note_recovery_code"):
        codes = {"recovery_codes": None, "note_recovery_code": answer["note_recovery_code"]}
        return desk.page("codes.html", on=on, notes_closed=False, **codes)
    return desk.done(on, marked("This session opens notes now, until you sign out."))


async def _notices(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    held = await desk.ask("notice settings")
    begins, _, ends = held["quiet"].partition("-")
    kept = {"mail": held["mail"], "pager": held["pager"], "quiet_from": begins, "quiet_until": ends}
    kept |= {f"{_WAY_OF}{kind}": way for kind, way in held["ways"].items()}
    values = dict(sent.carried()) if problem and sent.values else kept
    ways = [(way, _WAYS[way]) for way in ("both", *(each for each in CHOICES if each != "both"))]
    rows = [each for each in await desk.ask("notice list", limit=_SHOWN) if each["to"] == desk.name]
    told: dict[str, Any] = {
        "ways": ways,
        "kinds": list(held["ways"]),
        "rows": rows,
        "mail": LONGEST_MAIL,
        "pager": LONGEST_PAGER,
    }
    return desk.page("own_notices.html", **told, values=values, problem=problem)


async def _notes(desk: Desk, back: str | None, problem: Problem | None) -> Response:
    me = await desk.ask("whoami")
    return desk.page("own_notes.html", is_open=bool(me["opens_notes"]), back=_back(back), problem=problem)


def _back(said: str | None) -> str:
    """Give the page that somebody came from to open notes."""
    return "/notes" if said == "/notes" else "/account/notes"
