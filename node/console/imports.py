"""The import of a spreadsheet: sent, read for a look with nothing stored, imported; the refused rows taken away.

1. What was sent stays on the node, sealed, until it is imported or an hour has passed.
2. Reading and importing are long work (`common/web/progress.py`); each shows its bar, and what came of it.

Source: DOMAIN.md 2; TRUST.md d09.
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import LARGEST_FILE
from common.web.problems import Problem
from common.web.progress import Ended, begin
from common.web.site import Progress
from common.web.texts import marked

router = APIRouter(prefix="/imports")
SEND = "/imports/send"
LOOK, IMPORT = "/imports/look", "/imports/import"
_MAP_BYTES = 12 * 1024 * 1024  # of a map as a form sends it: every word of a large sheet stands in it
LARGER = {SEND: LARGEST_FILE + 64 * 1024, LOOK: _MAP_BYTES, IMPORT: _MAP_BYTES}
_READ = marked("Reading the spreadsheet")
_IMPORT = marked("Importing the spreadsheet")


@router.get("")
async def imports(desk: SignedIn) -> Response:
    """Show the form, and what was imported."""
    return await _page(desk, None)


@router.post("/send")
async def send(desk: SignedIn) -> Response:
    """Take in a file (1), and read it for a look."""

    async def store() -> Response:
        file = desk.sent.files.get("file")
        content, name = (b"", "") if file is None else (file.content, file.name)
        kept = await desk.ask("import receive", content=content, name=name or "spreadsheet")
        return _look(desk, kept["upload"], "")

    return await desk.tried(store, lambda _, problem: _page(desk, problem))


@router.post("/look")
async def look(desk: SignedIn) -> Response:
    """Read it again, by a map that was changed."""
    await desk.ask("imports")
    return _look(desk, desk.sent.need("upload"), desk.sent.get("map_text") or "")


@router.post("/import")
async def import_(desk: SignedIn) -> Response:
    """Import it."""
    await desk.ask("imports")
    asked: dict[str, Any] = {"upload": desk.sent.need("upload"), **desk.sent.said("map_text")}
    asked["all_or_nothing"] = desk.sent.has("all_or_nothing")

    async def work(told: Progress) -> Ended:
        found = await desk.ask_long("import", told, **asked)
        said = desk.text(marked("Contacts imported: {imported}; there already: {already}; rows refused: {refused}."))
        told_so = said.format(
            imported=f"{found['imported']:,}", already=f"{found['already_there']:,}", refused=f"{found['refused']:,}"
        )
        return Ended(told_so, "/encounters", marked("To the contacts"), "import_ended.html", {"found": found})

    return begin(desk, _IMPORT, work, back="/imports")


@router.post("/leave")
async def leave(desk: SignedIn) -> Response:
    """Do not import it after all."""
    await desk.ask("import leave", upload=desk.sent.need("upload"))
    return desk.done("/imports", marked("The file is removed. Nothing of it was imported."))


@router.get("/refused/{file}")
async def refused(desk: SignedIn, file: str) -> Response:
    """Give the refused rows as a file."""
    taken = await desk.ask("import refused", file=file)
    return as_file(taken, "text/csv")


def as_file(taken: dict[str, str], kind: str) -> Response:
    """Answer with a file that a browser keeps and does not show."""
    headers = {"Content-Disposition": f'attachment; filename="{taken["name"]}"'}
    return Response(taken["text"], media_type=f"{kind}; charset=utf-8", headers=headers)


def _look(desk: Desk, upload: str, map_text: str) -> Response:
    asked: dict[str, Any] = {"upload": upload, "dry_run": True, "map_text": map_text or None}

    async def work(told: Progress) -> Ended:
        found = await desk.ask_long("import", told, **asked)
        said = desk.text(
            marked(
                "Nothing is stored yet. Rows read: {read}; new: {new}; imported before: {already}; refused: {refused}."
            )
        )
        told_so = said.format(
            read=f"{found['read']:,}",
            new=f"{found['new']:,}",
            already=f"{found['already_there']:,}",
            refused=f"{found['refused']:,}",
        )
        shown = {"found": found, "upload": upload, "has_map": bool(map_text)}
        return Ended(told_so, "/imports", marked("Choose another file"), "import_look.html", shown)

    return begin(desk, _READ, work, back="/imports")


async def _page(desk: Desk, problem: Problem | None) -> Response:
    return desk.page("imports.html", runs=await desk.ask("imports"), problem=problem)
