"""Pages compressed on their way to a browser, but never where somebody else may have had it ask.

1. What another site makes a browser ask for stays as long as it is: by how well it compresses, that site could guess
   what stands in it. `Sec-Fetch-Site` says who asked; where nothing is said, nothing is compressed.
2. Live parts go out as they are made, and files as they are; assets were compressed once (`assets.py`).

Source: TRUST.md e02.
"""

from starlette.datastructures import Headers
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

_OWN = ("same-origin", "none")  # the console's own pages, and an address that was typed
_LEAST_BYTES = 1_000
_LEVEL = 4  # a page's tables become as small by it as by 9, in a third of the time
_AS_THEY_ARE = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/*")


class Compressing:
    """A layer round a console's application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._smaller = GZipMiddleware(app, _LEAST_BYTES, _LEVEL, exclude_content_types=_AS_THEY_ARE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_own = scope["type"] == "http" and Headers(scope=scope).get("sec-fetch-site") in _OWN  # 1
        await (self._smaller if is_own else self._app)(scope, receive, send)
