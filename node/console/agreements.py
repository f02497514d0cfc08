"""The region's collaboration agreement: read in plain words, compared, signed for the agency.

Source: DOMAIN.md 4, "Agreement".
"""

from fastapi import APIRouter
from starlette.responses import Response

from common.errors import NotFound
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.problems import Problem
from common.web.texts import marked
from node.console.link import link_of, wait_for_answer

router = APIRouter(prefix="/agreements")
_NOT_KNOWN = marked("The hub has told of no such version: the list has every one.")


@router.get("")
async def agreements(desk: SignedIn) -> Response:
    """List the versions, the newest first."""
    return desk.page("agreements.html", rows=await desk.ask("agreement list"), link=await link_of(desk))


@router.get("/{version}")
async def agreement(desk: SignedIn, version: str) -> Response:
    """Show one."""
    return await _page(desk, _number(desk, version), None)


@router.post("/{version}/sign")
async def sign(desk: SignedIn, version: str) -> Response:
    """Sign it, as it was shown."""
    number = _number(desk, version)

    async def do() -> Response:
        await desk.ask("agreement sign", version=number, terms_hash=desk.sent.need("terms_hash"))

        async def is_waiting() -> bool:
            found = await desk.ask_by_itself("agreement show", version=number)
            return str(found["own_signature"]).startswith("signed,")

        await wait_for_answer(desk, is_waiting)
        return desk.done(f"/agreements/{number}", marked("Signed for your agency."))

    return await desk.tried(do, lambda _, problem: _page(desk, number, problem))


async def _page(desk: Desk, version: int, problem: Problem | None) -> Response:
    found = await desk.ask("agreement show", version=version)
    return desk.page("agreement.html", found=found, link=await link_of(desk), problem=problem)


def _number(desk: Desk, said: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) < 9):
        raise NotFound(desk.text(_NOT_KNOWN))
    return int(said)
