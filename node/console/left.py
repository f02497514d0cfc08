"""What has left: every report in plain words, its exact bytes and proof, verification, and what the hub knows.

Source: DESIGN.md 1, promise 2.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from common.errors import NotFound
from common.web.desking import SignedIn
from common.web.progress import Ended, begin
from common.web.site import Progress
from common.web.texts import marked
from node.console.link import link_of
from node.operations.left import KINDS

router = APIRouter(prefix="/left")
PAGE = 50
_FILTERS = ("kind", "since", "until", "incident", "waiting")
_NOTHING = marked("The hub has countersigned nothing yet.")


@router.get("")
async def left(desk: SignedIn, before: str = "") -> Response:
    """List what has left, the newest first."""
    said = {name: value for name in _FILTERS if (value := desk.request.query_params.get(name))}
    asked: dict[str, Any] = said | ({"before": before} if before else {})
    rows = await desk.ask("left", limit=PAGE + 1, **asked)
    more = rows[PAGE - 1]["report"] if len(rows) > PAGE else ""
    link = await link_of(desk)
    return desk.page(
        "left.html",
        rows=rows[:PAGE],
        older=more and f"/left?{urlencode(said | {'before': more})}",
        is_first=not before,
        streams=await desk.ask("left standing"),
        incidents=await desk.ask("left about"),
        kinds=KINDS,
        link=link,
        values=said,
    )


@router.get("/hub")
async def known(desk: SignedIn) -> Response:
    """Show what the hub knows of this agency."""
    link = await link_of(desk)
    return desk.page("left_hub.html", found=await desk.ask("left known") if link["has_hub"] else None, link=link)


@router.post("/verify")
async def verify(desk: SignedIn) -> Response:
    """Prove that nothing in the ledger was changed, added or removed."""
    every = desk.sent.has("every")
    await desk.ask("left standing")  # refuses here who may not, before anything is begun

    async def prove(_: Progress) -> Ended:
        found = await desk.ask("egress verify", every_checkpoint=every)
        is_whole = all(each["verified"] for each in found)
        said = marked("The ledger is whole.") if is_whole else marked("The ledger was verified: it is not whole.")
        values = {"found": found, "every": every}
        return Ended(desk.text(said), "/left", marked("Back to what has left"), "left_verified.html", values)

    return begin(desk, marked("Verifying the ledger"), prove, back="/left")


@router.get("/checkpoint-{stream}.txt")
async def checkpoint(desk: SignedIn, stream: str) -> Response:
    """Send the newest checkpoint that the hub countersigned."""
    rows = await desk.ask("left standing")
    note = next((row["checkpoint"] for row in rows if str(row["stream"]) == stream), None)
    if note is None:
        raise NotFound(desk.text(_NOTHING))
    return _file(note.encode(), f"checkpoint-{stream}.txt", "text/plain; charset=utf-8")


@router.get("/{report}")
async def one(desk: SignedIn, report: str) -> Response:
    """Show one report, field by field."""
    found = await desk.ask("left report", report=report)
    return desk.page("left_report.html", found=found, rows=list(_flat(found["fields"])))


@router.get("/{report}/report.bin")
async def body(desk: SignedIn, report: str) -> Response:
    """Send the very bytes that left."""
    found = await desk.ask("left report", report=report)
    return _file(bytes.fromhex(found["body"]), f"report-{found['report']}.bin", "application/octet-stream")


@router.get("/{report}/proof.txt")
async def proof(desk: SignedIn, report: str) -> Response:
    """Send the proof that it is in the ledger."""
    found = await desk.ask("left proof", report=report)
    return _file(found["proof"].encode(), "proof.txt", "text/plain; charset=utf-8")


def _flat(fields: dict[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    """Give every field of a report as its name and its value, those within others with the others' name."""
    for name, value in fields.items():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                yield from _flat(each, f"{within}{name}: ")
            else:
                yield f"{within}{name}", str(each)


def _file(content: bytes, name: str, kind: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
