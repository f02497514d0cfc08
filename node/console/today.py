"""What waits for a coordinator, in one look: the most pressing first, each with the one thing to do about it.

Source: DOMAIN.md 2, 3; issue "two consoles".
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desk import Desk
from common.web.desking import SignedIn

router = APIRouter(prefix="/today")
SHOWN = 12  # of one kind; the list itself has them all
_GAP_DAYS = 3  # on-call hours that nobody has


@router.get("")
async def today(desk: SignedIn) -> Response:
    """Show everything that waits."""
    return desk.page("today.html", **await _found(desk))


@router.get("/live")
async def live(desk: SignedIn) -> Response:
    """Send it again whenever something was written; each reader is asked for the role again."""

    async def part() -> str:
        return desk.render("today_part.html", **await _found(desk))

    return desk.site.changes.stream(("today", desk.token), part, desk.sign)


async def _found(desk: Desk) -> dict[str, Any]:
    found = await desk.ask("today", brief=True)
    requests = await desk.ask("support requests")
    rota = await desk.ask("rota show", days=_GAP_DAYS)
    waiting = [each for each in requests if each["state"] == "waiting"]
    late = {row["check_in"] for row in found["overdue"]}
    nobodys = {row["check_in"] for row in found["unassigned"]}
    found["to_assign"] = [row for row in found["unassigned"] if row["check_in"] not in late]
    found["due"] = [row for row in found["due"] if row["check_in"] not in nobodys]
    found["disclosure_notices"] = sorted(found["disclosure_notices"])
    counted = ("overdue", "to_assign", "due", "offers", "high_load", "training", "policies", "resources", "counts")
    has_any = any(found[name] for name in (*counted, "disclosure_notices", "flagged", "without_first_notice"))
    gaps = rota["gaps"] if rota["turns"] or rota["shifts"] else []
    return {"found": found, "requests": waiting, "gaps": gaps, "has_any": has_any or bool(waiting), "shown": SHOWN}
