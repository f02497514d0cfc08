"""An auditor's pages, the same on both sides: the audit trail, its proof, its export, and the access review.

Source: DOMAIN.md 2 (auditor); TRUST.md t02, r02.
"""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from common.access.roles import HUB_MAY, NODE_MAY
from common.audit.review import CHANGES
from common.errors import InvalidRequest
from common.web.days import day_begins, day_is_over
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.progress import Ended, begin
from common.web.site import Progress
from common.web.texts import marked

router = APIRouter()
PAGE = 50
_OUTCOMES = (("", marked("Done and refused")), ("done", marked("Done")), ("refused", marked("Refused")))
_FILTERS = ("user", "action", "subject", "since", "until", "outcome")
_OTHERS = ("sign in", "sign out", "audit export", "back up", "restore", "rotate keys", "whoami")


@router.get("/trail")
async def trail(desk: SignedIn) -> Response:
    """Show who did what, the newest first."""
    said = {name: each[:200] for name, each in desk.request.query_params.items() if each.strip()}
    shown: dict[str, Any] = {"values": said, "rows": [], "older": "", "is_narrowed": any(map(said.get, _FILTERS))}
    try:
        before = said.get("before", "")
        asked = _wanted(desk, said) | ({"before": int(before)} if before.isascii() and before.isdigit() else {})
        rows = await desk.ask("audit show", newest_first=True, limit=PAGE + 1, **asked)
    except InvalidRequest as error:
        problem = desk.problem(error)
        said.pop(problem.field, None)  # a date field takes no other words
        return desk.page("trail.html", problem.status, **shown, **_choices(desk), problem=problem)
    if len(rows) > PAGE:
        kept = {name: said[name] for name in _FILTERS if name in said}
        shown["older"] = "/trail?" + urlencode(kept | {"before": str(rows[PAGE - 1]["sequence"])})
    return desk.page("trail.html", **(shown | {"rows": rows[:PAGE]}), **_choices(desk))


@router.post("/trail/verify")
async def verify(desk: SignedIn) -> Response:
    """Prove the whole trail, also against a checkpoint that was kept."""
    given = desk.sent.get("checkpoint")
    kept = None if given is None else "\n".join(given.splitlines()) + "\n"

    async def prove(_: Progress) -> Ended:
        found = await desk.ask("audit verify", **({} if kept is None else {"checkpoint": kept}))
        back = {"to": "/trail", "link": marked("To the trail"), "template": "trail_verdict.html"}
        told = marked("The trail is whole.") if found["verified"] else marked("The trail was verified.")
        return Ended(desk.text(told), **back, values=found | {"was_compared": kept is not None})

    return begin(desk, marked("Verifying the audit trail"), prove, back="/trail")


@router.post("/trail/export")
async def export(desk: SignedIn) -> Response:
    """Give the trail, or the part that is shown, as a file."""
    said = {name: each for name in _FILTERS if (each := desk.sent.get(name))}
    folder = Path(tempfile.mkdtemp(prefix="holdfast-"))
    file = folder / "audit-trail.jsonl"
    try:
        await desk.ask("audit export", file=str(file), **_wanted(desk, said))
    except BaseException:
        shutil.rmtree(folder)
        raise
    gone = BackgroundTask(shutil.rmtree, folder)
    return FileResponse(file, media_type="application/jsonl", filename=file.name, background=gone)


@router.get("/access-review")
async def review(desk: SignedIn, since: str = "", until: str = "") -> Response:
    """Sum up who may do what, what changed about it, and what each person did."""
    values = {"since": since[:20], "until": until[:20]}
    try:
        found = await desk.ask("audit review", **_days(desk, values))
    except InvalidRequest as error:
        problem = desk.problem(error)
        values.pop(problem.field, None)
        return desk.page("access_review.html", problem.status, found=None, values=values, problem=problem)
    return desk.page("access_review.html", found=found, values=values)


def _wanted(desk: Desk, said: Mapping[str, str]) -> dict[str, Any]:
    outcome = said.get("outcome")
    refused = {} if not outcome else {"refused": outcome == "refused"}
    return {name: said[name] for name in ("user", "action", "subject") if said.get(name)} | refused | _days(desk, said)


def _days(desk: Desk, said: Mapping[str, str]) -> dict[str, str]:
    """Read days as the whole of them, where the console is."""
    readers = (("since", day_begins), ("until", day_is_over))
    return {name: read(said[name], name, desk.site.zone) for name, read in readers if said.get(name)}


def _choices(desk: Desk) -> dict[str, Any]:
    own = NODE_MAY if desk.site.side == "node" else HUB_MAY
    words = sorted({*(each.value for each in own), *CHANGES, *_OTHERS})
    return {
        "actions": [("", desk.text(marked("Anything"))), *((word, word[:1].upper() + word[1:]) for word in words)],
        "outcomes": [(code, desk.text(words)) for code, words in _OUTCOMES],
    }
