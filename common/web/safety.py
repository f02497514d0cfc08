"""What every answer and every request of a console goes through, before any page sees it.

1. A request names the console's own host: a name that an attacker points at this machine is answered nothing.
2. What changes something comes from the console's own pages: `Sec-Fetch-Site` says so, or `Origin` where a browser is
   too old for it. A form's ticket is checked besides (`tickets.py`).
3. A body has at most the bytes that its page takes, and comes in the time that those need on a slow line.
4. The JSON interface below `/api/` is for callers that are no browser: nothing that another site's page sends gets
   there, not even to read, and no cookie does. It is answered in its own form.
5. Every answer forbids what the console does not do: code or style in the page, other hosts, frames, caches.
6. What is refused here is logged, so that an operator sees a wrong address or proxy; not more often than now and then.

Source: TRUST.md d05, e01, e02.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response

from common.web.problems import problem_answer

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

INTERFACE = "/api/"
MOST_BYTES = 64 * 1024
BODY_S, SLOWEST_BYTES_A_SECOND = 20.0, 10_000
_LOGGED_EVERY_S = 10.0
_LONGEST_LOGGED = 100
_TOO_LARGE = 413, "This is larger than the page takes. Nothing was done."
_TOO_SLOW = 408, "This came too slowly. Nothing was done: send it again."
_log = logging.getLogger(__name__)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Safety:
    """The outermost layer of a console.

    Args:
        origin: where people open it.
        larger: address -> the bytes that its form may have, where that is more than usual.
    """

    def __init__(self, app: App, origin: str, larger: MutableMapping[str, int] | None = None) -> None:
        self._app = app
        self._origin = origin
        self._host = urlsplit(origin).netloc.lower()
        self._is_tls = origin.startswith("https:")
        self._larger = larger or {}
        self._told_at = -_LOGGED_EVERY_S

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Limited(receive, self._larger.get(scope["path"], MOST_BYTES))

        async def added(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message), scope["path"])
            await send(message)

        async def answered(message: Message) -> None:
            if body.refusal is None:
                await added(message)

        if scope["path"].startswith(INTERFACE):  # 4
            scope["headers"] = [each for each in scope["headers"] if each[0] != b"cookie"]
        refusal = self._refusal(scope, Headers(scope=scope))
        if refusal is None:
            await self._app(scope, body, answered)
            refusal = None if body.refusal is None else _refused(scope["path"], *body.refusal)
        if refusal is not None:
            await refusal(scope, receive, added)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        path, most = scope["path"], self._larger.get(scope["path"], MOST_BYTES)
        if headers.get("host", "").lower() != self._host:  # 1
            self._tell("a request named another host", headers.get("host", ""))
            return _refused(path, 421, f"This console is opened at {self._origin}")
        if not self._is_own(scope["method"], headers, path):  # 2
            self._tell("a form came from another site", headers.get("origin", ""))
            return _refused(path, 403, "This came from another site, so nothing was done.")
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit() or int(length) > most:  # 3
            return _refused(path, *_TOO_LARGE)
        return None

    def _tell(self, what: str, named: str) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._told_at >= _LOGGED_EVERY_S:  # 6
            self._told_at = now
            _log.warning(what, extra={"named": named[:_LONGEST_LOGGED], "opened_at": self._origin})

    def _is_own(self, method: str, headers: Headers, path: str) -> bool:
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if path.startswith(INTERFACE):  # 4
            return site in (None, "same-origin", "none") and origin in (None, self._origin)
        return method in _SAFE or (origin == self._origin if site is None else site == "same-origin")

    def _add(self, headers: MutableHeaders, path: str) -> None:
        for name, value in HEADERS.items():
            headers[name] = value
        if self._is_tls:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if "cache-control" not in headers:
            headers["Cache-Control"] = "no-store"


def _refused(path: str, status: int, words: str) -> Response:
    return problem_answer(status, words) if path.startswith(INTERFACE) else PlainTextResponse(f"{words}\n", status)


class _Limited:
    """Ends a request whose body is longer than it may be, or comes too slowly (3).

    Args:
        most: bytes that it may have, also where it does not say how long it is.
    """

    def __init__(self, receive: Receive, most: int) -> None:
        self.refusal: tuple[int, str] | None = None
        self._receive = receive
        self._left = most
        self._until = asyncio.get_running_loop().time() + BODY_S + most / SLOWEST_BYTES_A_SECOND
        self._is_read = False

    async def __call__(self) -> Message:
        if self._is_read:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            return self._end(_TOO_SLOW)
        self._is_read = not message.get("more_body", False)
        self._left -= len(message.get("body", b""))
        return self._end(_TOO_LARGE) if self._left < 0 else message

    def _end(self, refusal: tuple[int, str]) -> Message:
        self.refusal = refusal
        return {"type": "http.disconnect"}
