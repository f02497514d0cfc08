"""Backups: made, listed, checked as a restore would. Where they lie is the settings' to say, never a browser's.

Source: DESIGN.md 6, "At rest"; TRUST.md e03.
"""

from fastapi import APIRouter
from starlette.responses import Response

from common.web.desking import SignedIn
from common.web.progress import Ended, begin
from common.web.site import Progress
from common.web.texts import marked

router = APIRouter(prefix="/backups")


@router.get("")
async def backups(desk: SignedIn) -> Response:
    """List them, the newest first."""
    standing = (await desk.ask("status"))["backup"]
    rows = await desk.ask("backup list") if standing["folder"] else []
    return desk.page("backups.html", standing=standing, rows=rows)


@router.post("/make")
async def make(desk: SignedIn) -> Response:
    """Make one in the settings' folder."""

    async def write(told: Progress) -> Ended:
        made = await desk.ask_long("backup make", told)
        said = desk.text(marked("The backup is made: {name}.")).format(name=made["backup"].rsplit("/", 1)[-1])
        return Ended(said, "/backups", marked("To the backups"))

    return begin(desk, marked("Making a backup"), write, back="/backups")


@router.post("/verify")
async def verify(desk: SignedIn) -> Response:
    """Check one as a restore would."""
    name = desk.sent.need("name")

    async def check(told: Progress) -> Ended:
        found = await desk.ask_long("backup verify", told, name=name)
        said = desk.text(marked("{name} is whole: a restore would take it, with {keys} keys of records."))
        return Ended(said.format(name=found["backup"], keys=found["data_keys"]), "/backups", marked("To the backups"))

    return begin(desk, marked("Checking a backup"), check, back="/backups")
