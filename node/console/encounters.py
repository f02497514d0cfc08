"""Every coded encounter of the agency: listed a page at a time, narrowed, and one with all its versions.

1. No note stands here: a coordinator reads none.

Source: DOMAIN.md 2, 3.
"""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from node.console.words import ENCOUNTER_CODES

router = APIRouter(prefix="/encounters")
PAGE = 50
_NAMED = ("since", "until", "supporter", "member", "incident", *ENCOUNTER_CODES)
_NOTHING: dict[str, Any] = {"encounters": [], "after": None, "is_whole": True}


@router.get("")
async def encounters(desk: SignedIn, after: str = "") -> Response:
    """List them, the newest first."""
    query = desk.request.query_params
    asked: dict[str, str] = {name: said.strip() for name in (*_NAMED, "void") if (said := query.get(name, "")).strip()}
    named: dict[str, Any] = {name: said for name, said in asked.items() if name != "void"}

    async def look() -> Response:
        went_on = {"after": after} if after else {}
        found = await desk.ask("encounters", limit=PAGE, void="void" in asked, **named, **went_on)
        return await _page(desk, found, asked, after, None)

    async def again(_: Form, problem: Problem) -> Response:
        kept = {name: said for name, said in asked.items() if name != problem.field}  # a day that is none shows nowhere
        return await _page(desk, _NOTHING, kept, after, problem)

    return await desk.tried(look, again)


@router.get("/{reference}")
async def encounter(desk: SignedIn, reference: str) -> Response:
    """Show one, with its versions."""
    return desk.page("encounter.html", found=await desk.ask("encounter", encounter=reference))


async def _page(desk: Desk, found: Any, asked: dict[str, str], after: str, problem: Problem | None) -> Response:
    on = urlencode(asked | {"after": found["after"]}) if found["after"] else ""
    return desk.page(
        "encounters.html",
        rows=found["encounters"],
        is_whole=found["is_whole"],
        on=on,
        after=after,
        codes=ENCOUNTER_CODES,
        supporters=await desk.ask("supporters", ended=True),
        values=asked,
        problem=problem,
    )
