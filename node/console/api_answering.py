"""How a call of the JSON interface comes in and is answered, before and after its own function.

1. Who calls is known by the token alone. No cookie is ever looked at here, and no token on a page.
2. It comes before anything else of the call is read: whoever has no token learns nothing of the rest. An address whose
   tokens are wrong again and again is not answered for a while; a token has its own limit.
3. What is refused says why in one form (RFC 9457), and never repeats what was sent.

Source: node/operations/api_calls.py; issue "two consoles".
"""

import logging
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from common.errors import HoldfastError, InvalidRequest, NotAuthenticated, TooMuch
from common.web.problems import problem_answer, problem_of
from common.web.rate import TRIES, Rate
from common.web.site import Site

CALLS = 60, timedelta(seconds=1)  # of one token: at once, and one more after each
TOLD_EVERY = timedelta(minutes=1)  # a token that calls too often stands in the trail no more often than this
OWN_FAULT = "Something went wrong in Holdfast itself. What was stored before is as it was. Send the same again."
_log = logging.getLogger(__name__)
_FIELD = re.compile(r"[A-Za-z][A-Za-z_-]{0,40}")


class Limits:
    """How often who may call."""

    def __init__(self, site: Site) -> None:
        self.of_addresses = Rate(*TRIES, site.now)
        self.of_tokens = Rate(*CALLS, site.now)
        self.of_telling = Rate(1, TOLD_EVERY, site.now)


@dataclass(frozen=True)
class Caller:
    """Who calls: how this side is asked with the token that came."""

    site: Site
    token: str

    async def ask(self, operation: str, **arguments: Any) -> Any:
        """Have the node do what is called for; raises what it answers."""
        return await self.site.ask(operation, {**arguments, "token": self.token})


class ApiRoute(APIRoute):
    """A route that is answered by these rules."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Give what answers one call."""
        answer, known = super().get_route_handler(), frozenset(_asked_by_name(self))

        async def answered(request: Request) -> Response:
            try:
                request.state.caller = await _caller_of(request)
                if set(request.query_params) - known:
                    raise InvalidRequest(
                        "this address takes no such parameter: the description has those that it takes"
                    )
                return await answer(request)
            except HoldfastError as error:
                return refused(error)
            except RequestValidationError as error:
                return _unreadable(error)
            except HTTPException as error:  # FastAPI's own, of a body that is no JSON or too large
                return too_large() if isinstance(error.__cause__, ClientDisconnect) else _no_json()
            except Exception:
                _log.exception("a call failed", extra={"path": self.path})
                return problem_answer(500, OWN_FAULT)

        return answered


def refused(error: HoldfastError) -> Response:
    """Answer what the node refused."""
    told = problem_of(error)
    answer = problem_answer(told.status, told.words, told.field)
    if isinstance(error, NotAuthenticated):
        answer.headers["WWW-Authenticate"] = "Bearer"
    if told.status in (429, 503):
        answer.headers["Retry-After"] = "10"
    return answer


def too_large() -> Response:
    """Refuse a body that is larger than any that is taken."""
    return problem_answer(413, "This is larger than what is taken here. Nothing was done.")


async def no_such_call(request: Request, error: Exception) -> Response:
    """Answer an address or a method that the interface does not have."""
    assert isinstance(error, HTTPException)
    answer = problem_answer(
        error.status_code, "The interface has no such call: /api/v1/openapi.json describes those it has."
    )
    answer.headers.update(error.headers or {})
    return answer


async def _caller_of(request: Request) -> Caller:
    """Find who calls (1, 2)."""
    site, limits = request.app.state.site, request.app.state.limits
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    caller = Caller(site, token.strip() if kind.lower() == "bearer" else "")
    try:
        name = (await caller.ask("api caller"))["name"]
    except NotAuthenticated:
        limits.of_addresses.take(request.client.host if request.client else "")
        await caller.ask("api turned away", why=NotAuthenticated.__name__)
        raise
    try:
        limits.of_tokens.take(name)
    except TooMuch:
        await _tell(caller, limits, name)
        raise TooMuch("This token called too often. Wait a little, then send the same again.") from None
    return caller


async def _tell(caller: Caller, limits: Limits, name: str) -> None:
    try:
        limits.of_telling.take(name)
    except TooMuch:
        return
    await caller.ask("api turned away", why=TooMuch.__name__)


def _unreadable(error: RequestValidationError) -> Response:
    """Name the first field that is wrong, if it is one that is known, and what is wrong with it."""
    first = error.errors()[0]
    if first["type"] in ("json_invalid", "missing") and first["loc"] == ("body",):
        return _no_json()
    if first["type"] == "extra_forbidden":
        return problem_answer(422, "There is a field that is not taken here: the description has those that are.")
    named = [each for each in first["loc"][1:] if isinstance(each, str) and _FIELD.fullmatch(each)]
    words = str(first["msg"])[:300]
    return problem_answer(422, words[:1].upper() + words[1:] + ".", named[-1] if named else "")


def _no_json() -> Response:
    return problem_answer(422, "A body in JSON is needed, with Content-Type: application/json.")


def _asked_by_name(route: APIRoute) -> set[str]:
    """Name the parameters that a route takes behind the question mark."""
    found: set[str] = set()
    for field in route.dependant.query_params:
        model = getattr(field.field_info.annotation, "model_fields", None)
        found |= {field.alias} if model is None else set(model)
    return found
