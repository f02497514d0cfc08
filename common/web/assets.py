"""The files that a browser loads besides pages: one stylesheet, htmx, a little code. All of them from this machine.

Each is sent compressed where the browser takes that; its address has its version in it, so it is loaded once.
"""

import gzip
from functools import cache
from mimetypes import guess_type

from fastapi import APIRouter, Request
from starlette.responses import Response

from common.errors import NotFound
from common.web.pages import ASSETS

router = APIRouter()
_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}


@router.get("/assets/{version}/{name}")
async def asset(request: Request, version: str, name: str) -> Response:
    """Send one file."""
    content, compressed = _load(name)
    kind = guess_type(name)[0] or "text/plain"
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(compressed, media_type=kind, headers=_FOREVER | {"Content-Encoding": "gzip"})
    return Response(content, media_type=kind, headers=_FOREVER)


@router.get("/favicon.ico")
async def icon() -> Response:
    """Send the icon to a browser that asks for it by the old name."""
    return Response(_load("icon.svg")[0], media_type="image/svg+xml", headers=_FOREVER)


@cache
def _load(name: str) -> tuple[bytes, bytes]:
    if name not in {path.name for path in ASSETS.iterdir() if path.is_file()}:
        raise NotFound("there is no such file here")
    content = (ASSETS / name).read_bytes()
    return content, gzip.compress(content, mtime=0)
