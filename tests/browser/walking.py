"""Walks through a console as people do who follow every link, and looks at the pages on the way.

    walk = Walk(get_routes(ROUTERS))
    walk.follow(visitor, "auditor", "/")
    walk.unseen

1. Each person asks for every page that a link leads them to. A link that is refused to whoever sees it is a fault.
2. A page is looked at (`Visitor.check`) in each of the walk's looks: `most` pages of a route, by one person or by each.
3. A route that no link leads to is told in `unseen`.
"""

import os
import re
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin, urlsplit

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import compile_path

from tests.browser.looking import DESK, PHONE, Visitor

PICTURES = os.environ.get("HOLDFAST_PICTURES")  # a folder: a picture of every page that is looked at is put there
_FOLLOWED = 6  # pages of one route that a person goes to for their links
_LINK = re.compile(r'<a\s[^>]*?href="([^"#]+)')


@dataclass(frozen=True)
class Look:
    """How somebody looks at pages."""

    name: str
    viewport: Mapping[str, int]
    colours: Literal["light", "dark"]


ONE_LOOK = (Look("phone-light", PHONE, "light"),)
ALL_LOOKS = (
    *ONE_LOOK,
    Look("phone-dark", PHONE, "dark"),
    Look("desk-light", DESK, "light"),
    Look("desk-dark", DESK, "dark"),
)


def get_routes(routers: Iterable[APIRouter]) -> dict[str, re.Pattern[str]]:
    """Every address that can be asked for with GET, as the routers have it."""
    routes = [each for router in routers for each in router.routes if isinstance(each, APIRoute)]
    return {each.path: compile_path(each.path)[0] for each in routes if "GET" in (each.methods or ())}


@dataclass
class Walk:
    """The walk of several people through one console.

    Args:
        routes: as `get_routes` gives them.
        looks: how each page is looked at.
        most: pages of one route that are looked at: `/contacts/{reference}` of so many contacts.
        each_person: the pages of a route are looked at again when another person comes to them.
    """

    routes: Mapping[str, re.Pattern[str]]
    looks: tuple[Look, ...] = ONE_LOOK
    most: int = 1
    each_person: bool = False
    looked: Counter[tuple[str, str]] = field(default_factory=Counter)
    reached: set[str] = field(default_factory=set)

    def follow(self, visitor: Visitor, person: str, *starts: str) -> None:
        """Follow every link that somebody sees.

        Args:
            person: who it is; names the pictures.
        """
        waiting, known, gone_to = deque(starts), set(starts), Counter[str]()
        while waiting:
            path = waiting.popleft()
            route = self.route_of(path)
            if route is None or gone_to[route] >= _FOLLOWED:
                continue
            gone_to[route] += 1
            for link in self._go(visitor, person, path, route):
                if link not in known:
                    known.add(link)
                    waiting.append(link)

    @property
    def unseen(self) -> set[str]:
        """The routes that no link led anybody to."""
        return set(self.routes) - self.reached

    def route_of(self, path: str) -> str | None:
        """Find the route of an address; one without a parameter goes before one with."""
        bare = urlsplit(path).path
        return bare if bare in self.routes else next((of for of, like in self.routes.items() if like.match(bare)), None)

    def _go(self, visitor: Visitor, person: str, path: str, route: str) -> list[str]:
        """Ask for a page, look at it if it is its turn, and give where its links lead; what is no page has none."""
        answer = visitor.context.request.get(visitor.origin + path, max_redirects=0, timeout=20_000)
        assert answer.status < 400, f"{person} is led to {path}, which is refused: {answer.status}"
        if answer.status >= 300:
            return _within(visitor.origin, path, [answer.headers["location"]])
        self.reached.add(route)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return []
        turn = (route, person if self.each_person else "")
        if self.looked[turn] < self.most:
            self.looked[turn] += 1
            self._look(visitor, path, f"{_name(route)}.{self.looked[turn]}.{person}")
        return _within(visitor.origin, path, [unescape(link) for link in _LINK.findall(answer.text())])

    def _look(self, visitor: Visitor, path: str, name: str) -> None:
        page = visitor.go(path)
        for look in self.looks:
            page.set_viewport_size(dict(look.viewport))  # type: ignore[arg-type]
            page.emulate_media(color_scheme=look.colours)
            visitor.check()
            if PICTURES:
                visitor.shoot(Path(PICTURES) / f"{name}.{look.name}.png")


def _name(route: str) -> str:
    return re.sub(r"[^a-z0-9-]+", "_", route.lower()).strip("_") or "start"


def _within(origin: str, path: str, links: Iterable[str]) -> list[str]:
    """Give the addresses of this console among some links, without its origin."""
    asked = [urlsplit(urljoin(origin + path, link)) for link in links]
    return [
        each.path + (f"?{each.query}" if each.query else "")
        for each in asked
        if f"{each.scheme}://{each.netloc}" == origin
    ]
