"""How a page gets its desk: for whoever asks, or only for who is signed in.

A page says which by the type of its parameter:

    @router.get("/follow-ups")
    async def follow_ups(desk: SignedIn) -> Response: ...
"""

from typing import Annotated

from fastapi import Depends, Request

from common.web.desk import Desk


def open_desk(request: Request) -> Desk:
    """Give a request's desk, the same one each time."""
    desk: Desk | None = getattr(request.state, "desk", None)
    if desk is None:
        state = request.app.state
        desk = Desk(state.site, state.pages, state.tries, state.works, request)
        request.state.desk = desk
    return desk


async def _signed_in(request: Request) -> Desk:
    desk = open_desk(request)
    if request.headers.get("content-type", "").startswith("multipart/"):  # a file is not read for who is unknown
        await desk.sign()
        await desk.form()
        return desk
    if request.method != "GET":  # what was entered is carried over where the session has ended meanwhile
        await desk.form()
    await desk.sign()
    return desk


async def _anybody(request: Request) -> Desk:
    """Give a desk for a page without an account; it greets who is signed in."""
    desk = open_desk(request)
    await desk.greet()
    return desk


SignedIn = Annotated[Desk, Depends(_signed_in)]
Anybody = Annotated[Desk, Depends(_anybody)]
