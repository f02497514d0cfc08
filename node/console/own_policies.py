"""The agency's policies as whoever is signed in has to know them: read, and acknowledged.

Source: DOMAIN.md 3, "acknowledgements by all peers and staff".
"""

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.problems import Problem
from common.web.texts import marked

router = APIRouter(prefix="/my-policies")


@router.get("")
async def policies(desk: SignedIn) -> Response:
    """List what is in force, with what is still to be acknowledged first."""
    outstanding = await desk.ask("policy own outstanding")
    held = [each for each in await desk.ask("policy list") if each["in_force"]]
    return desk.page("own_policies.html", outstanding=outstanding, held=held)


@router.get("/{code}/{version}")
async def policy(desk: SignedIn, code: str, version: int) -> Response:
    """Show one with its text."""
    return await _policy(desk, code, version, None)


@router.post("/{code}/{version}")
async def acknowledge(desk: SignedIn, code: str, version: int) -> Response:
    """Record that it was read and accepted."""

    async def store() -> Response:
        told = await desk.ask("policy acknowledge", policy=code, version=version)
        return desk.done("/my-policies", marked("Acknowledged: {title}."), title=told["title"])

    return await desk.tried(store, lambda _, problem: _policy(desk, code, version, problem))


async def _policy(desk: Desk, code: str, version: int, problem: Problem | None) -> Response:
    found = await desk.ask("policy show", policy=code, version=version)
    return desk.page("own_policy.html", found=found, problem=problem)
