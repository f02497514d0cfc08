"""A language in which every text of the catalogue stands in brackets: whatever shows without them escaped it.

1. What somebody entered, names, and what a side answers are no texts of the catalogue: a test names them.
2. Codes (`<code>`) are shown as they are.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from unittest.mock import patch

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from common.web import texts
from common.web.site import Site
from deploy.texts import CATALOGUE

LANGUAGE = "qaa"
_BRACKETED = re.compile(r"⟦[^⟦⟧]*⟧")
_SHOWN = ("aria-label", "alt", "placeholder", "content")
_NOT_READ = frozenset({"script", "style", "code"})


@contextmanager
def made_up(folder: Path) -> Iterator[None]:
    """Have the made-up language be there."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    for message in catalogue:
        if message.id:
            said = message.id if isinstance(message.id, tuple) else (message.id,)
            given = tuple(f"⟦{each}⟧" for each in said)
            message.string = given if message.pluralizable else given[0]
    to = folder / LANGUAGE / "LC_MESSAGES" / "holdfast.mo"
    to.parent.mkdir(parents=True)
    with to.open("wb") as written:
        write_mo(written, catalogue)
    texts.texts_in.cache_clear()
    with patch.object(texts, "LOCALE", folder):
        yield
    texts.texts_in.cache_clear()


def in_it(site: Site) -> Site:
    """Give a console in the made-up language."""
    return replace(site, language=LANGUAGE)


def escaped(page: str, own: Iterable[str]) -> list[str]:
    """List the visible texts of a page that stand in no brackets.

    Args:
        own: what is no text of the catalogue (1).
    """
    seen = _Seen()
    seen.feed(page)
    return [text for text in seen.texts if _is_text(text, own)]


def _is_text(text: str, own: Iterable[str]) -> bool:
    left = text
    while (shorter := _BRACKETED.sub("", left)) != left:
        left = shorter
    for each in sorted(own, key=len, reverse=True):
        left = left.replace(each, "")
    return any(sign.isalpha() for sign in left)


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _NOT_READ:
            self._open.append(tag)
        if tag != "meta":
            self.texts += [value for name, value in attrs if name in _SHOWN and value]

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._open and data.strip():
            self.texts.append(data.strip())
