"""What a page looks like on paper: the PDF that Chromium prints, its pages counted and its words read back."""

import re
import unicodedata
import zlib
from dataclasses import dataclass

from playwright.sync_api import Page

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_CODE = re.compile(rb"<([0-9A-Fa-f]+)>")
_OBJECT = re.compile(rb"(\d+) 0 obj\b(.*?)endobj", re.DOTALL)
_FONT = re.compile(rb"/(F\d+) (\d+) 0 R")
_SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>|(BT)")


@dataclass(frozen=True)
class Paper:
    """A printed page.

    Args:
        pages: how many sheets.
        text: its words, without blanks: where a word ends, a PDF does not tell.
    """

    pages: int
    text: str

    def says(self, words: str) -> bool:
        """Tell whether these words stand on it, in one run."""
        return "".join(words.split()) in self.text


def printed(page: Page, size: str = "A4") -> Paper:
    """Print a page and read it back; only what Chromium itself writes is understood."""
    raw = page.pdf(format=size, prefer_css_page_size=True)
    objects = {int(number): body for number, body in _OBJECT.findall(raw)}
    fonts = {name: int(number) for body in objects.values() for name, number in _FONT.findall(body)}
    glyphs = {name: _glyphs(objects, number) for name, number in fonts.items()}
    sheets = [body for body in objects.values() if re.search(rb"/Type /Page\b", body)]
    told = "".join(_text(_unpacked(body), glyphs) for body in objects.values())
    return Paper(len(sheets), unicodedata.normalize("NFKC", told))  # a ligature is its letters


def _glyphs(objects: dict[int, bytes], font: int) -> dict[int, str]:
    named = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
    if named is None:
        return {}
    found: dict[int, str] = {}
    cmap = _unpacked(objects[int(named[1])])
    for kind, block in re.findall(rb"begin(bfchar|bfrange)(.*?)endbf", cmap, re.DOTALL):
        codes = [each.decode() for each in _CODE.findall(block)]
        if kind == b"bfchar":
            found |= {int(code, 16): _sign(said) for code, said in zip(codes[::2], codes[1::2], strict=True)}
            continue
        for low, high, start in zip(codes[::3], codes[1::3], codes[2::3], strict=True):
            for step in range(int(high, 16) - int(low, 16) + 1):
                found[int(low, 16) + step] = chr(int(start, 16) + step)
    return found


def _sign(said: str) -> str:
    return bytes.fromhex(said).decode("utf-16-be")


def _unpacked(body: bytes) -> bytes:
    stream = _STREAM.search(body)
    if stream is None or b"/FlateDecode" not in body:
        return b""
    return zlib.decompressobj().decompress(stream[1])


def _text(content: bytes, glyphs: dict[bytes, dict[int, str]]) -> str:
    if b" Tf" not in content:
        return ""
    font: dict[int, str] = {}
    told = []
    for name, codes, _ in _SHOWN.findall(content):
        if name:
            font = glyphs.get(name, {})
        elif codes:
            told += [font.get(int(codes[at : at + 4], 16), "") for at in range(0, len(codes), 4)]
    return "".join("".join(told).split())
