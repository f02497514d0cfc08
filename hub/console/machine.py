"""The hub's own health: what it runs, what the doctor finds, and a look at every page of its store.

Source: DOMAIN.md 2 (operator).
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.release_notes import release_notes, running_version
from common.web.desking import SignedIn
from common.web.progress import Ended, begin
from common.web.site import Progress
from common.web.texts import marked

router = APIRouter()


@router.get("/hub")
async def machine(desk: SignedIn) -> Response:
    """Show how the hub is."""
    return desk.page("machine.html", runs=await desk.ask("status"), findings=await desk.ask("doctor"))


@router.get("/updates")
async def updates(desk: SignedIn) -> Response:
    """Show which version runs, and what each brought."""
    status = await desk.ask("status")
    shown: dict[str, Any] = {"version": running_version(), "releases": release_notes()}
    return desk.page("updates.html", found={"schema_revision": status["schema_revision"]}, **shown)


@router.post("/hub/examine")
async def examine(desk: SignedIn) -> Response:
    """Read every page of the store."""

    async def read(_: Progress) -> Ended:
        found = await desk.ask("doctor store")
        told = marked("Every page of the store is whole.")
        if not all(each["ok"] for each in found):
            told = marked("The store is damaged: see below what to do.")
        elif not found:
            told = marked("PostgreSQL looks after its own pages: there is nothing to read here.")
        back = {"to": "/hub", "link": marked("To this hub")}
        return Ended(desk.text(told), **back, template="findings.html", values={"findings": found})

    return begin(desk, marked("Reading every page of the store"), read, back="/hub")
