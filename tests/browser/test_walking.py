"""Whoever walks through a console finds what is wrong with it."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser

from tests.browser.looking import Visitor
from tests.browser.walking import ALL_LOOKS, Walk

Pages = dict[str, str]
ROUTES = {of: re.compile(f"^{of}$".replace("{name}", "[^/]+")) for of in ("/", "/a", "/alone", "/of/{name}")}
GOOD = "<!doctype html><html lang=en><title>A page</title><main><h1>A page</h1>{}</main></html>"


@contextmanager
def _served(pages: Pages) -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = pages.get(self.path)
            self.send_response(404 if found is None else 303 if found.startswith("/") else 200)
            self.send_header("Content-Type", "text/html")
            if found is not None and found.startswith("/"):
                self.send_header("Location", found)
            self.end_headers()
            self.wfile.write((found or "").encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


Through = Callable[[Pages], Visitor]


@pytest.fixture
def through(browser: Browser) -> Iterator[Through]:
    """Make somebody before these pages."""
    with ExitStack() as ended:

        def somebody(pages: Pages) -> Visitor:
            visitor = Visitor(browser, ended.enter_context(_served({"/favicon.ico": "", **pages})))
            ended.callback(visitor.context.close)
            return visitor

        yield somebody


def test_a_walk_reaches_what_a_link_leads_to_and_names_what_none_does(through: Through) -> None:
    there = GOOD.format(
        '<p><a class="x" href="/a?b=1&amp;c=2#d">A</a></p><p><a href="https://elsewhere.example/">E</a></p>'
    )
    walk = Walk(ROUTES)

    walk.follow(through({"/": there, "/a?b=1&c=2": "/of/one", "/of/one": GOOD, "/alone": GOOD}), "nobody", "/")

    assert walk.reached == {"/", "/of/{name}"}
    assert walk.unseen == {"/a", "/alone"}


def test_a_page_with_an_image_that_says_nothing_is_a_fault(through: Through) -> None:
    wrong = GOOD.format('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">')

    with pytest.raises(AssertionError, match="image-alt"):
        Walk(ROUTES).follow(through({"/": GOOD.format('<a href="/a">A</a>'), "/a": wrong}), "nobody", "/")


def test_a_page_too_pale_in_the_dark_alone_is_a_fault(through: Through) -> None:
    pale = "<style>@media (prefers-color-scheme: dark) { main { background: #222; color: #333; } }</style>"
    wrong = GOOD.replace("<main>", pale + "<main>")

    Walk(ROUTES).follow(through({"/": wrong}), "nobody", "/")
    with pytest.raises(AssertionError, match="color-contrast"):
        Walk(ROUTES, ALL_LOOKS).follow(through({"/": wrong}), "nobody", "/")


def test_a_page_wider_than_a_phone_is_a_fault(through: Through) -> None:
    with pytest.raises(AssertionError, match="px wider than the screen"):
        Walk(ROUTES).follow(through({"/": GOOD.format("<pre>" + "wide " * 99 + "</pre>")}), "nobody", "/")


def test_a_link_that_is_refused_to_whoever_sees_it_is_a_fault(through: Through) -> None:
    with pytest.raises(AssertionError, match="nobody is led to /a, which is refused: 404"):
        Walk(ROUTES).follow(through({"/": GOOD.format('<p><a href="/a">A</a></p>')}), "nobody", "/")


def test_pages_of_a_route_are_looked_at_as_often_as_said_and_by_each_person_if_said(through: Through) -> None:
    links = "".join(f'<p><a href="/of/{each}">{each}</a></p>' for each in "xyz")
    visitor = through({"/": GOOD.format(links), "/of/x": GOOD, "/of/y": GOOD, "/of/z": GOOD})
    once, each = Walk(ROUTES), Walk(ROUTES, most=2, each_person=True)

    for walk in (once, each):
        walk.follow(visitor, "ann", "/")
        walk.follow(visitor, "bo", "/")

    assert once.looked == {("/", ""): 1, ("/of/{name}", ""): 1}
    assert each.looked == {(of, who): most for of, most in (("/", 1), ("/of/{name}", 2)) for who in ("ann", "bo")}
