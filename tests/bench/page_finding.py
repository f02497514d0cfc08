"""Every page of a console that a role can reach: found as a person finds it, from link to link."""

import gzip
import re
from collections.abc import Iterator, Sequence
from html import unescape
from http.client import HTTPConnection
from time import perf_counter
from typing import NamedTuple
from urllib.parse import urlsplit

from fastapi import APIRouter
from fastapi.routing import APIRoute

from common.access.roles import Role
from common.web.tickets import SESSION_COOKIE

_LINK = re.compile(r'<a[^>]*\shref="(/[^"#]*)')
_GAP = re.compile(r"\{[^}]*\}")


class Answer(NamedTuple):
    """What came, and how long it took."""

    status: int
    headers: dict[str, str]
    body: bytes  # as it came over the wire
    ms: float

    @property
    def text(self) -> str:
        """The page."""
        return (gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body).decode()


class Browser:
    """One role's browser: one connection that is kept, and a session.

    Args:
        token: of the session; empty: nobody is signed in.
    """

    def __init__(self, port: int, token: str = "") -> None:
        self._port = port
        self._headers = {"Host": f"localhost:{port}", "Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
        self._headers |= {"Cookie": f"{SESSION_COOKIE}={token}"} if token else {}
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, address: str) -> Answer:
        """Ask for a page."""
        started = perf_counter()
        try:
            self._connection.request("GET", address, headers=self._headers)
            response = self._connection.getresponse()
        except ConnectionError:  # it was not used for a while
            self._connection.close()
            self._connection.request("GET", address, headers=self._headers)
            response = self._connection.getresponse()
        body = response.read()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, headers, body, (perf_counter() - started) * 1000)


class Page(NamedTuple):
    """One page as it is measured."""

    name: str  # its route, or what is particular about it
    role: Role | None
    address: str


def routes_of(routers: Sequence[APIRouter]) -> dict[str, re.Pattern[str]]:
    """Give each route that is read, with what its addresses look like; the fixed ones first. Streams are left out."""
    paths = {
        route.path
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and not route.path.endswith("/live")
    }
    fixed_first = sorted(paths, key=lambda path: (path.count("{"), path))
    return {path: re.compile(_GAP.sub("[^/]+", path.replace(".", r"\."))) for path in fixed_first}


def find_pages(
    browsers: dict[Role | None, Browser], begin: dict[Role | None, Sequence[str]], routes: dict[str, re.Pattern[str]]
) -> Iterator[Page]:
    """Follow every link from where each role begins; give one address of each route, the first one found."""
    found: set[str] = set()
    for role, browser in browsers.items():
        waiting, seen = list(begin[role]), set[str]()
        while waiting:
            address = waiting.pop(0)
            route = route_of(address, routes)
            if route is None or route in seen:
                continue
            seen.add(route)
            answer = browser.get(address)
            if answer.status != 200:
                continue
            if route not in found:
                found.add(route)
                yield Page(route, role, address)
            if answer.headers.get("content-type", "").startswith("text/html"):
                waiting += [unescape(each) for each in _LINK.findall(answer.text)]


def route_of(address: str, routes: dict[str, re.Pattern[str]]) -> str | None:
    """Give the route that answers an address."""
    path = urlsplit(address).path
    return next((route for route, like in routes.items() if like.fullmatch(path)), None)
