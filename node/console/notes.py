"""Notes that are sealed to who is signed in: listed without being opened, read one at a time, each reading recorded.

The key for notes opens with the password alone. A session that began another way proves it once, on the page of the own
account (`own_settings.py`).

Source: DOMAIN.md 2 (clinician), 3; DESIGN.md 6, "At rest".
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.errors import NotAllowed
from common.web.desking import SignedIn
from common.web.texts import marked

router = APIRouter(prefix="/notes")
PAGE = 50
_NONE = marked("There is no note there that is sealed to you. The attempt stands in the audit trail.")


@router.get("")
async def notes(desk: SignedIn, before: str = "") -> Response:
    """List them, the newest first."""
    asked: dict[str, Any] = {"before": before} if before else {}
    rows = await desk.ask("note list", limit=PAGE + 1, **asked)
    older = rows[PAGE - 1]["written_at"] if len(rows) > PAGE else ""
    law, me = await desk.ask("jurisdiction"), await desk.ask("whoami")
    return desk.page("notes.html", rows=rows[:PAGE], older=older, law=law, is_open=me["opens_notes"])


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
