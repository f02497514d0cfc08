"""Exports of the agency's own records: made as long work, kept for an hour, taken once.

Source: DESIGN.md 6; TRUST.md e01, e03.
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.progress import Ended, begin
from common.web.site import Progress
from common.web.texts import marked
from node.console.imports import as_file

router = APIRouter(prefix="/exports")
_KINDS = [
    ("encounters", marked("Contacts, coded, with no name")),
    ("members", marked("Members, with their names")),
    ("supporters", marked("Supporters, with their names")),
    ("check-ins", marked("Check-ins")),
    ("resources", marked("Resource directory")),
]
_FORMS = [("csv", marked("CSV, for a spreadsheet program")), ("json", marked("JSON, for another program"))]
_MAKING = marked("Making the export")


@router.get("")
async def exports(desk: SignedIn) -> Response:
    """Show what can be taken out."""
    return await _page(desk, Form(), None)


@router.post("")
async def export(desk: SignedIn) -> Response:
    """Make a file."""
    await desk.ask("imports")
    asked: dict[str, Any] = desk.sent.said("kind", "format")
    asked |= {"with_void": desk.sent.has("with_void"), "with_mark": desk.sent.has("with_mark")}

    async def work(told: Progress) -> Ended:
        made = await desk.ask_long("export", told, **asked)
        said = desk.text(marked("{rows} records are in the file; {left} that cannot be read were left out.")).format(
            rows=f"{made['rows']:,}", left=f"{made['left_out']:,}"
        )
        kind = "json" if asked.get("format") == "json" else "csv"
        return Ended(said, f"/exports/{kind}/{made['file']}", marked("Take the file"), "export_ended.html")

    async def make() -> Response:
        desk.sent.need("kind")
        return begin(desk, _MAKING, work, back="/exports")

    return await desk.tried(make, lambda sent, problem: _page(desk, sent, problem))


@router.get("/{form}/{file}")
async def take(desk: SignedIn, form: str, file: str) -> Response:
    """Give the file, once."""
    taken = await desk.ask("export take", file=file, for_good=True)
    return as_file(taken, "application/json" if form == "json" else "text/csv")


async def _page(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    await desk.ask("imports")  # who may not take records out is refused here
    return desk.page(
        "exports.html",
        kinds=[(kind, desk.text(words)) for kind, words in _KINDS],
        forms=[(form, desk.text(words)) for form, words in _FORMS],
        values=sent.filled(),
        problem=problem,
    )
