"""Canaries: words that stand in private fields, and every form in which one could be found where it must not be.

All of them begin with one stem, so that one search for each form of the stem finds any of them, however many there are.
"""

import base64
import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

STEM = "Zqåxcanåry"
_MARGIN = 256  # bytes carried over from one piece of a file to the next
_PIECE = 16 << 20


def canary(number: int) -> str:
    """One of them."""
    return f"{STEM}{number:06}{os.urandom(3).hex()}"


def forms(word: str) -> dict[str, bytes]:
    """How a word could be stored: plain, folded, reversed, each in several encodings."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    spoken = {"plain": word, "small": word.casefold(), "capitals": word.upper(), "folded": folded.casefold()}
    spoken |= {"decomposed": unicodedata.normalize("NFD", word), "folded capitals": folded.upper()}
    spoken |= {f"{name} reversed": said[::-1] for name, said in list(spoken.items())}
    found: dict[str, bytes] = {}
    for name, said in spoken.items():
        for encoding in ("utf-8", "latin-1", "utf-16-le", "utf-16-be"):
            try:
                raw = said.encode(encoding)
            except UnicodeEncodeError:
                continue
            found[f"{name} {encoding}"] = raw
            found[f"{name} {encoding} hex"] = raw.hex().encode()
            found[f"{name} {encoding} HEX"] = raw.hex().upper().encode()
            for shift in range(3):  # as it stands in base64 behind any number of other bytes
                coded = base64.b64encode(b"\0" * shift + raw)
                inner = coded[(4 if shift else 0) : len(coded) - 4]
                found[f"{name} {encoding} base64 +{shift}"] = inner
                found[f"{name} {encoding} base64url +{shift}"] = inner.replace(b"+", b"-").replace(b"/", b"_")
    return found


def hits(content: bytes, wanted: dict[str, bytes]) -> set[str]:
    """Name the forms that are in some bytes."""
    return {name for name, form in wanted.items() if form in content}


def hits_in_files(folders: list[Path], wanted: dict[str, bytes]) -> tuple[set[str], int]:
    """Name the files and forms that are found in folders, and tell how many bytes were searched."""
    found, searched = set[str](), 0
    for path in (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()):
        for piece in _pieces(path):
            found |= {f"{path.name}: {name}" for name in hits(piece, wanted)}
        searched += path.stat().st_size
    return found, searched


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        before = b""
        while piece := file.read(_PIECE):
            yield before + piece
            before = piece[-_MARGIN:]
