"""Releases: what leaves of each period, cell by cell, before it does; held, let go, sent.

Source: DESIGN.md 7; DOMAIN.md 5.
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.problems import Problem
from common.web.texts import marked
from node.console.link import link_of

router = APIRouter(prefix="/releases")
_SAID = {
    "hold": marked("{period} is held: nothing of it leaves until the hold is lifted."),
    "lift": marked("The hold on {period} is lifted."),
    "send": marked("{period} is sent: it leaves as soon as the hub can be reached."),
}


@router.get("")
async def releases(desk: SignedIn) -> Response:
    """List every period with what became of it, the newest first."""
    return desk.page("releases.html", found=await desk.ask("release list"), link=await link_of(desk))


@router.get("/{window}")
async def release(desk: SignedIn, window: str) -> Response:
    """Show exactly what leaves of one."""
    return await _page(desk, window, None)


@router.post("/{window}/{verb}")
async def change(desk: SignedIn, window: str, verb: str) -> Response:
    """Hold it, lift the hold, or send it."""

    async def do() -> Response:
        row = await desk.ask(f"release {verb}", window=window)
        return desk.done(f"/releases/{row['window']}", _SAID[verb], period=row["period"])

    if verb not in _SAID:
        return await _page(desk, window, None)
    return await desk.tried(do, lambda _, problem: _page(desk, window, problem))


async def _page(desk: Desk, window: str, problem: Problem | None) -> Response:
    found = await desk.ask("release preview", window=window)
    every = (await desk.ask("release list"))["windows"]
    before = [row for row in every if row["state"] == "sent" and row["window"] != found["window"]]
    for each in found["tables"]:
        each["grid"] = _grid(each)
    return desk.page("release.html", found=found, before=before[:12], link=await link_of(desk), problem=problem)


def _grid(table: dict[str, Any]) -> list[dict[str, Any]]:
    """Give a two-way table's rows, each with its cells in the order of the columns."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for cell in table["cells"]:
        rows.setdefault(cell["row"], []).append(cell)
    return [{"row": name, "cells": cells} for name, cells in rows.items()]
