"""Tokens of the JSON interface, for operators: made, shown once, removed; and the interface's description.

Source: node/domain/api_token.py.
"""

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.form import Form
from common.web.problems import Problem
from common.web.texts import marked
from node.console import api
from node.domain.api_token import Permission

router = APIRouter(prefix="/api-tokens")
_MAY = {
    Permission.READ_INCIDENTS: marked("Read incidents"),
    Permission.LINK_INCIDENTS: marked("Link incidents to the agency's numbers"),
    Permission.SET_ROSTERS: marked("Say which supporters were there"),
    Permission.CREATE_CHECK_INS: marked("Ask for check-ins"),
}


@router.get("")
async def tokens(desk: SignedIn) -> Response:
    """List every token, with the form of a new one."""
    return await _tokens(desk, Form(), None)


@router.post("")
async def add(desk: SignedIn) -> Response:
    """Make a token, and show it on a page that nothing keeps."""

    async def store() -> Response:
        said = {"name": desk.sent.need("name"), "may": desk.sent.all("may")} | desk.sent.said("until")
        return desk.page("api_token_made.html", made=await desk.ask("api-token add", **said))

    return await desk.tried(store, lambda sent, problem: _tokens(desk, sent, problem))


@router.post("/remove")
async def remove(desk: SignedIn) -> Response:
    """End a token at once."""

    async def store() -> Response:
        name = desk.sent.need("name")
        await desk.ask("api-token remove", name=name)
        return desk.done("/api-tokens", marked("{name} is removed: nothing is done with it from now on."), name=name)

    return await desk.tried(store, lambda _, problem: _tokens(desk, Form(), problem))


@router.get("/openapi.json")
async def description(desk: SignedIn) -> Response:
    """Give the interface's description to who may make tokens: below `/api/` a session is worth nothing."""
    await desk.ask("api-token list")
    return JSONResponse(api.document())


async def _tokens(desk: Desk, sent: Form, problem: Problem | None) -> Response:
    return desk.page(
        "api_tokens.html",
        rows=await desk.ask("api-token list"),
        permissions=[(each.value, desk.text(told)) for each, told in _MAY.items()],
        values=sent.filled("may"),
        problem=problem,
    )
