"""The directory: every agency, whom to call at any hour, and how it stands.

Source: DOMAIN.md 2 and 4, rule 6.
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.codes import words
from common.errors import NotFound
from common.web.choices import choices
from common.web.desk import Desk, pick
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked
from common.wire.v1.codes_pb2 import Discipline

router = APIRouter(prefix="/directory")
PAGE = 50
_GONE = ("evicted", "banned")  # listed last
_LINES = ("name", "duty_contact", "jurisdiction")


@router.get("")
async def directory(desk: SignedIn, q: str = "", discipline: str = "", first: int = 0) -> Response:
    """List the agencies, or those that are looked for."""
    known = await desk.ask("directory list")
    found = [each for each in known if _is_meant(each, q.strip().casefold(), discipline)]
    found.sort(key=lambda each: each["membership"] in _GONE)
    first = min(max(first, 0), len(found))
    return desk.page(
        "directory.html",
        rows=found[first : first + PAGE],
        count=len(found),
        known=len(known),
        following=first + PAGE if len(found) > first + PAGE else 0,
        q=q,
        discipline=discipline,
        disciplines=[("", desk.text(marked("Every discipline"))), *choices(words(Discipline))],
    )


@router.get("/{agency}")
async def agency(desk: SignedIn, agency: str) -> Response:
    """Show one, with the form of what the directory says of it."""
    return await _page(desk, agency, Form(), None)


@router.post("/{agency}")
async def change(desk: SignedIn, agency: str) -> Response:
    """Change what the directory says of it; every agency is told."""
    sent = desk.sent

    async def save() -> Response:
        said = {"name": sent.need("name"), "jurisdiction": sent.need("jurisdiction")}
        await desk.ask("directory set", agency=agency, duty_contact=sent.get("duty_contact") or "", **said)
        return desk.done(f"/directory/{agency}", marked("Saved. Every agency has the new entry."))

    return await desk.tried(save, lambda sent, problem: _page(desk, agency, sent, problem))


def _is_meant(entry: dict[str, Any], words: str, discipline: str) -> bool:
    if discipline and entry["discipline"] != discipline:
        return False
    told = " ".join(str(entry[name]) for name in ("agency", *_LINES)).casefold()
    return all(word in told for word in words.split())


async def _page(desk: Desk, agency: str, sent: Form, problem: Problem | None) -> Response:
    found = pick(await desk.ask("directory list"), agency=agency)
    if found is None:
        raise NotFound(marked("no agency is called that here"))
    return desk.page("directory_entry.html", found=found, values=sent.filled(), problem=problem)
