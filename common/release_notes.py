"""Which version runs, and what its changelog says, for operators to read where they look after it.

The changelog is the file of the source; an installed distribution has it in `share/holdfast`.
"""

import re
import sys
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

NAME = "CHANGELOG.md"
_PLACES = (Path(__file__).parent.parent / NAME, Path(sys.prefix) / "share" / "holdfast" / NAME)
_CODE = re.compile(r"[`*]")


@dataclass
class Part:
    """What was added, changed, fixed or removed."""

    name: str
    items: list[str] = field(default_factory=list)


@dataclass
class Release:
    """One version's notes."""

    name: str
    parts: list[Part] = field(default_factory=list)


def running_version() -> str:
    """Name the version that runs; empty where it is not installed."""
    try:
        return version("holdfast")
    except PackageNotFoundError:
        return ""


@cache
def release_notes() -> tuple[Release, ...]:
    """Give the changelog, the newest version first; nothing where it was not installed with it."""
    found = next((place for place in _PLACES if place.exists()), None)
    return () if found is None else tuple(read_notes(found.read_text("utf-8")))


def read_notes(text: str) -> list[Release]:
    """Read a changelog: `## version`, `### Added`, `- a line`, and lines that go on."""
    releases: list[Release] = []
    for line in text.splitlines():
        said = _CODE.sub("", line.strip())
        if line.startswith("## "):
            releases.append(Release(said.removeprefix("## ")))
        elif not releases or not said:
            continue
        elif line.startswith("### "):
            releases[-1].parts.append(Part(said.removeprefix("### ")))
        elif releases[-1].parts:
            items = releases[-1].parts[-1].items
            if line.startswith("- ") or not items:
                items.append(said.removeprefix("- "))
            else:
                items[-1] += f" {said}"
    return releases
