"""A console put together: safety, assets, signing in, the side's own pages, and what becomes of an error.

Source: DESIGN.md 2; STYLE.md 4.
"""

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Protocol
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from common.errors import HoldfastError, NotAllowed, NotAuthenticated
from common.web import account, assets, progress, signing_in
from common.web.carrying import Carrying
from common.web.compressing import Compressing
from common.web.desk import own_path
from common.web.desking import open_desk
from common.web.pages import pages_of
from common.web.problems import Problem, problem_answer
from common.web.rate import TRIES, Rate
from common.web.safety import INTERFACE, Safety
from common.web.site import Site
from common.web.texts import marked

_log = logging.getLogger(__name__)
_NOT_HERE = marked("There is no such page here. The address may be mistyped, or what it showed is gone.")
_OWN_FAULT = marked(
    "Something went wrong in Holdfast itself. What was stored before is as it was. Try again; if it happens again, "
    "tell your operator when: the log has the details."
)

_ANOTHERS = marked("this page was opened by somebody else in this browser. Nothing was sent: open it again as yourself")


class Installed(Protocol):
    """Adds something to a console, such as its JSON interface."""

    def __call__(self, app: FastAPI) -> None: ...


def console(
    site: Site,
    routers: Sequence[APIRouter],
    *,
    larger: Mapping[str, int] | None = None,
    more: Sequence[Installed] = (),
) -> Safety:
    """Make a console's application.

    Args:
        routers: the side's own pages.
        larger: address -> the bytes that its form may have, where that is more than usual.
        more: what else is added.
    """
    app = FastAPI(title=f"Holdfast {site.side}", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = site
    app.state.pages = pages_of(site)
    app.state.tries = Rate(*TRIES, site.now)
    app.state.carrying = Carrying()
    app.state.works = progress.Works(site.now, site.changes.apart())
    app.include_router(assets.router)
    app.include_router(signing_in.router)
    app.include_router(account.router)
    app.include_router(progress.router)
    for router in routers:
        app.include_router(router)
    for each in more:
        each(app)
    app.add_exception_handler(HoldfastError, _refused)
    app.add_exception_handler(HTTPException, _no_page)
    app.add_exception_handler(RequestValidationError, _no_page)
    app.add_exception_handler(Exception, _failed)
    return Safety(Compressing(app), site.origin, dict(larger or {}))


async def _refused(request: Request, error: Exception) -> Response:
    """Say what the side refused; who has to sign in is led there, and back."""
    assert isinstance(error, HoldfastError)
    desk = open_desk(request)
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if desk.is_stale and desk.sent.is_whole() and desk.sent.carried():
        await desk.greet()
        if desk.who is None and desk.whose:
            return await signing_in.ended_page(desk, address)
        if desk.whose in ("", (desk.who or {}).get("user_id")):
            return desk.page("send_again.html", 403, again=address, carried=desk.sent.carried(), is_stale=True)
        error = NotAllowed(_ANOTHERS)
    problem = desk.problem(error)
    if not isinstance(error, NotAuthenticated):
        return desk.page("problem.html", problem.status, problem=problem)
    if request.method == "GET":
        ended = "&ended=1" if desk.token else ""
        return RedirectResponse(f"/sign-in?next={quote(own_path(address, '/'), safe='')}{ended}", 303)
    desk.who = None
    return await signing_in.ended_page(desk, address)


async def _no_page(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    if request.url.path.startswith(INTERFACE):  # an address beside its calls
        return problem_answer(status, "There is no such call here.")
    desk = open_desk(request)
    if desk.token:
        with suppress(HoldfastError):  # whoever is signed in keeps their navigation
            await desk.sign()
    return desk.page("problem.html", status, problem=Problem("", desk.text(_NOT_HERE), status))


async def _failed(request: Request, error: Exception) -> Response:
    _log.error("a page failed", exc_info=error, extra={"path": request.scope.get("route_path", "")})
    desk = open_desk(request)
    return desk.page("problem.html", 500, problem=Problem("", desk.text(_OWN_FAULT), 500))
