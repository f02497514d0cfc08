"""An operator's start page: how the node stands and what to do, its certificate and keys, and its updates.

Source: DOMAIN.md 2 (operator), 6.
"""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from common.release_notes import release_notes, running_version
from common.web.desk import Desk
from common.web.desking import SignedIn
from common.web.progress import Ended, begin
from common.web.site import Progress
from common.web.texts import marked
from node.console.standing import looks

router = APIRouter()


@router.get("/health")
async def health(desk: SignedIn) -> Response:
    """Show how the node stands."""
    found = await _status(desk)
    return desk.page("health.html", found=found, looks=_said(desk, found))


@router.get("/health/live")
async def live(desk: SignedIn) -> Response:
    """Send the same again, as it changes."""
    await _status(desk)  # streams of one subject share what was made: who may not see it is refused before

    async def part() -> str:
        found = await _status(desk)
        return desk.render("health_part.html", found=found, looks=_said(desk, found))

    return desk.site.changes.stream("health", part, desk.sign)


@router.post("/health/check")
async def check(desk: SignedIn) -> Response:
    """Read every page of the store."""

    async def read(_: Progress) -> Ended:
        found = await desk.ask("store check")
        told = marked("The store is damaged.") if found["damage"] else marked("Every page of the store is whole.")
        return Ended(desk.text(told), "/health", marked("Back"), "store_checked.html", found)

    return begin(desk, marked("Reading the whole store"), read, back="/health")


@router.get("/certificate")
async def certificate(desk: SignedIn) -> Response:
    """Show the node's certificate, the console's, and where the key comes from that wraps all others."""
    return desk.page("certificate.html", found=await _status(desk), keys=await desk.ask("keys show"))


@router.post("/certificate/rotate")
async def rotate(desk: SignedIn) -> Response:
    """Put another key-encryption key in the place of the present one."""

    async def wrap(told: Progress) -> Ended:
        moved = await desk.ask_long("keys rotate", told)
        said = desk.text(
            marked("There is a new key; {count} keys are wrapped under it. Keep a copy of it in a safe place.")
        )
        return Ended(said.format(count=moved["data_keys"]), "/certificate", marked("Back"))

    return begin(desk, marked("Changing the key"), wrap, back="/certificate")


@router.get("/updates")
async def updates(desk: SignedIn) -> Response:
    """Show which version runs, and what its changelog says."""
    return desk.page("updates.html", found=await _status(desk), version=running_version(), releases=release_notes())


async def _status(desk: Desk) -> dict[str, Any]:
    found: dict[str, Any] = await desk.ask("status")
    return found


def _said(desk: Desk, found: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "subject": desk.text(each.subject),
            "is_well": each.is_well,
            "says": desk.text(each.says).format(**each.values),
            "to_do": desk.text(each.to_do) if each.to_do else "",
            "page": each.page,
        }
        for each in sorted(looks(found, desk.site.now()), key=lambda each: each.is_well)
    ]
