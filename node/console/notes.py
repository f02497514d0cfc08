"""Notes that are sealed to who is signed in: listed without being opened, read one at a time, each reading recorded.

The key for notes opens with the password alone. A session that began another way proves it once, here.

Source: DOMAIN.md 2 (clinician), 3; DESIGN.md 6, "At rest".
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.errors import InvalidRequest, NotAllowed, NotAuthenticated
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.problems import Problem
from common.web.texts import marked

router = APIRouter(prefix="/notes")
PAGE = 50
_NONE = marked("There is no note there that is sealed to you. The attempt stands in the audit trail.")


@router.get("")
async def notes(desk: SignedIn, before: str = "") -> Response:
    """List them, the newest first."""
    return await _list(desk, before, None)


@router.post("/open")
async def open_notes(desk: SignedIn) -> Response:
    """Have this session open notes, by the password."""

    async def prove() -> Response:
        code = desk.sent.said("note_recovery_code")
        made = await _proved(desk, "open notes", **code)
        return _codes(desk, made) or desk.done("/notes", marked("Notes open in this session now."))

    return await desk.tried(prove, lambda _, problem: _list(desk, "", problem))


@router.post("/renew")
async def renew(desk: SignedIn) -> Response:
    """Make a new key, where the old one opens no more; what was sealed to the old one stays closed."""

    async def make() -> Response:
        made = await _proved(desk, "renew note key", confirm=True)
        return _codes(desk, made) or desk.done("/notes", marked("There is a new key for notes."))

    return await desk.tried(make, lambda _, problem: _list(desk, "", problem))


@router.get("/{reference}")
async def note(desk: SignedIn, reference: str) -> Response:
    """Read one; that it was read is recorded."""
    try:
        found = await desk.ask("note read", encounter=reference)
    except NotAllowed as error:
        if str(error).startswith("read note: there"):
            raise NotAllowed(_NONE) from None
        raise
    return desk.page("note.html", found=found)


async def _list(desk: Desk, before: str, problem: Problem | None) -> Response:
    asked: dict[str, Any] = {"before": before} if before else {}
    rows = await desk.ask("note list", limit=PAGE + 1, **asked)
    older = rows[PAGE - 1]["written_at"] if len(rows) > PAGE else ""
    law, me = await desk.ask("jurisdiction"), await desk.ask("whoami")
    shown = {"rows": rows[:PAGE], "older": older, "law": law, "is_open": me["opens_notes"]}
    return desk.page("notes.html", **shown, problem=problem)


async def _proved(desk: Desk, operation: str, **said: Any) -> dict[str, Any]:
    """Ask for what takes the password once more; a wrong one is no end of the session."""
    try:
        made: dict[str, Any] = await desk.ask(operation, password=desk.sent.get("password") or "", **said)
    except NotAuthenticated as error:
        await desk.sign()
        raise InvalidRequest(f"password: {error}") from None
    return made


def _codes(desk: Desk, made: dict[str, Any]) -> Response | None:
    if not made.get("note_recovery_code"):
        return None
    codes = {"recovery_codes": [], "note_recovery_code": made["note_recovery_code"]}
    return desk.page("codes.html", on="/notes", notes_closed=False, **codes)
