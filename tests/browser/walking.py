"""Walks through a console as somebody does who follows every link, and looks at every page on the way."""

import os
import re
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import compile_path

from tests.browser.looking import Visitor

MOST_OF_A_KIND = 2  # pages of one route: `/contacts/{reference}` of two contacts
PICTURES = os.environ.get("HOLDFAST_PICTURES")  # a folder: a picture of every page is put there


def get_routes(routers: Iterable[APIRouter]) -> dict[str, re.Pattern[str]]:
    """Every address that a page can be asked for at, as the routers have it."""
    routes = [each for router in routers for each in router.routes if isinstance(each, APIRoute)]
    return {each.path: compile_path(each.path)[0] for each in routes if "GET" in (each.methods or ())}


@dataclass
class Walk:
    """One person's walk.

    Args:
        routes: as `get_routes` gives them.
        name: of the pictures.
    """

    visitor: Visitor
    routes: dict[str, re.Pattern[str]]
    name: str
    seen: Counter[str] = field(default_factory=Counter)

    def from_page(self, *starts: str) -> set[str]:
        """Follow every link; give the routes that were seen."""
        waiting, known = deque(starts), set(starts)
        while waiting:
            path = waiting.popleft()
            route = self._route_of(path)
            if route is None or self.seen[route] >= MOST_OF_A_KIND:
                continue
            self.seen[route] += 1
            for link in self._look(path, route):
                if link not in known:
                    known.add(link)
                    waiting.append(link)
        return set(self.seen)

    def _look(self, path: str, route: str) -> list[str]:
        """Look at a page and give its links; what is no page has none."""
        answer = self.visitor.context.request.get(self.visitor.origin + path, timeout=20_000)
        assert answer.ok, f"{path}: {answer.status}"
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return []
        page = self.visitor.go(path)
        self.visitor.check()
        if PICTURES:
            said = re.sub(r"[^a-z0-9-]+", "_", route.lower()).strip("_") or "start"
            self.visitor.shoot(Path(PICTURES) / f"{said}.{self.seen[route]}.{self.name}.png")
        links: list[str] = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        return [_local(link) for link in links if link.startswith(self.visitor.origin)]

    def _route_of(self, path: str) -> str | None:
        bare = urlsplit(path).path
        exact = next((route for route in self.routes if route == bare), None)
        return exact or next((route for route, pattern in self.routes.items() if pattern.match(bare)), None)


def _local(link: str) -> str:
    found = urlsplit(link)
    return found.path + (f"?{found.query}" if found.query else "")
