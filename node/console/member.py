"""What a member sees who has no account: the start page, where else there is help, and what is kept.

Source: DOMAIN.md 2, "member, no account".
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.web.choices import choices
from common.web.desk import Desk
from common.web.desking import Anybody
from node.domain.encounter import Referral

router = APIRouter()
_KINDS = choices(Referral, without=["none"])


@router.get("/")
async def start(desk: Anybody) -> Response:
    """Show what somebody can do here without an account."""
    return desk.page("start.html", **await desk.ask_as_nobody("has operator"))


@router.get("/resources")
async def resources(desk: Anybody, kind: str = "", language: str = "") -> Response:
    """Show the resource directory, or the part of it that is of one kind or in one language."""
    wanted = {name: said for name, said in (("kind", kind), ("language", language.strip())) if said}
    found = await desk.ask_as_nobody("resources offered", **wanted)
    languages = await _languages(desk)
    return desk.page("resources_open.html", found=found, kinds=_kinds_first(_KINDS), languages=languages, values=wanted)


@router.get("/kept")
async def kept(desk: Anybody) -> Response:
    """Tell what is kept here about whom, who sees it, and what leaves."""
    return desk.page("kept.html", kept=await desk.ask_as_nobody("what is kept"))


async def _languages(desk: Desk) -> list[str]:
    every: list[dict[str, Any]] = await desk.ask_as_nobody("resources offered")
    return sorted({language for each in every for language in each["languages"]}, key=str.casefold)


def _kinds_first(kinds: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [each for each in kinds if each[0] == Referral.CRISIS_LINE] + [
        each for each in kinds if each[0] != Referral.CRISIS_LINE
    ]
