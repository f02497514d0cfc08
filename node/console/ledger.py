"""The egress ledger's proof, for an operator, who reads no report: all that left is as it left, and countersigned.

Whoever may read the reports verifies them where they stand, under `/left`.

Source: DESIGN.md 1 (promise 2); DOMAIN.md 2 (auditor, operator).
"""

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desking import SignedIn
from common.web.progress import Ended, begin
from common.web.site import Progress
from common.web.texts import marked

router = APIRouter(prefix="/ledger")
AT_ONCE = 2_000  # reports that are read while somebody waits for the page


@router.get("")
async def ledger(desk: SignedIn) -> Response:
    """Say what the ledger proves; a short one's newest signature is looked at at once, everything when asked."""
    return desk.page("ledger.html", streams=await desk.ask("egress verify", every_checkpoint=False, longest=AT_ONCE))


@router.post("/verify")
async def verify(desk: SignedIn) -> Response:
    """Verify every leaf, every checkpoint and every receipt."""

    async def prove(_: Progress) -> Ended:
        found = await desk.ask("egress verify")
        is_whole = all(each["verified"] for each in found)
        told = marked("The ledger is whole.") if is_whole else marked("The ledger was verified: it is not whole.")
        values = {"found": found, "every": True}
        return Ended(desk.text(told), "/ledger", marked("Back"), "left_verified.html", values)

    return begin(desk, marked("Verifying the ledger"), prove, back="/ledger")
