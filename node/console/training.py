"""The training matrix: each supporter against each topic, and until when it holds.

Source: DOMAIN.md 3, "Also at the node".
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.web.choices import choices
from common.web.desking import SignedIn
from node.console.supporters import in_order
from node.domain.supporter import Topic

router = APIRouter(prefix="/training")


@router.get("")
async def matrix(desk: SignedIn) -> Response:
    """Show it."""
    roster = sorted((each for each in await desk.ask("supporters") if not each["flagged"]), key=in_order)
    rows = [{"code": each["code"], "name": each["name"], "topics": _standing(each)} for each in roster]
    lacking = sum(len(each["topics_lacking"]) for each in roster if each["availability"] in ("available", "paused"))
    return desk.page("training.html", rows=rows, topics=choices(Topic), lacking=lacking)


def _standing(supporter: dict[str, Any]) -> list[dict[str, Any]]:
    """Say for each topic whether a training holds, and its last day; None: it has no end."""
    every = []
    for topic in Topic:
        held = [each for each in supporter["trainings"] if each["topic"] == topic]
        standing = [each["expires_on"] for each in held if each["in_date"]]
        until = None if None in standing else max(standing, default=None)
        ended = max((each["expires_on"] for each in held if each["expires_on"]), default=None)
        every.append({"topic": topic.value, "holds": bool(standing), "until": until, "ended": ended})
    return every
