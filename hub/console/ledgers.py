"""What this hub mirrors of every agency's ledger, proved from the first report.

Source: DESIGN.md 1 (promise 2); TRUST.md r01.
"""

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desking import SignedIn
from common.web.progress import Ended, begin
from common.web.site import Progress
from common.web.texts import marked
from hub.console.paging import Part, number_said

router = APIRouter(prefix="/ledgers")


@router.get("")
async def ledgers(desk: SignedIn, page: str = "") -> Response:
    """Show what is mirrored."""
    rows = await desk.ask("ledgers")
    part = Part(number_said(page), len(rows))
    return desk.page("ledgers.html", rows=part.of(rows), part=part)


@router.post("/verify")
async def verify(desk: SignedIn) -> Response:
    """Prove every stream from its first report."""

    async def prove(_: Progress) -> Ended:
        rows = await desk.ask("verify")
        told = marked("Everything verifies: this hub holds what it signed for.")
        if not all(each["ok"] for each in rows):
            told = marked("Something does not verify: see below.")
        back = {"to": "/ledgers", "link": marked("To the ledgers")}
        return Ended(desk.text(told), **back, template="ledger_verdicts.html", values={"rows": rows})

    return begin(desk, marked("Verifying every ledger"), prove, back="/ledgers")
