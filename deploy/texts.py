"""Gathers the consoles' texts into their catalogue, `common/web/locale/holdfast.pot`; `--check` fails when it is stale.

1. A text stands in `_()` in a template, or in `marked()` in Python.
2. The words of every code list are texts too, as the pages show them.
3. The catalogue names no line of the source, so that it changes only when a text does.
"""

import argparse
import pkgutil
import sys
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

import common.access.roles
import common.notify.catalogue
import common.notify.notice
import common.notify.preference
import hub.domain
import node.domain
from common.codes import words
from common.report.wording import spoken
from common.web.texts import LOCALE
from common.wire.v1 import agreement_pb2, codes_pb2

CHECKOUT = Path(__file__).resolve().parent.parent
CATALOGUE = LOCALE / "holdfast.pot"
_PACKAGES = ("common/web", "node/console", "hub/console")
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_KEYWORDS: dict[str, Any] = {"marked": None, "_": None, "gettext": None, "ngettext": (1, 2)}
_CODES = (common.access.roles, common.notify.catalogue, common.notify.notice, common.notify.preference)


def catalogue() -> str:
    """Give the catalogue as it should be."""
    found = Catalog(
        project="Holdfast", version="", charset="utf-8", header_comment="# The texts of Holdfast's consoles."
    )
    for package in _PACKAGES:
        for _, _, text, _, _ in extract_from_dir(CHECKOUT / package, _METHODS, keywords=_KEYWORDS):
            found.add(text)
    for word in _code_words():
        found.add(word)
    written = BytesIO()
    write_po(written, found, no_location=True, sort_output=True, width=0)
    return _without_dates(written.getvalue().decode())


def main() -> int:
    """Gather, or check."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when the catalogue is stale")
    fresh = catalogue()
    if not parser.parse_args().check:
        CATALOGUE.parent.mkdir(exist_ok=True)
        CATALOGUE.write_text(fresh, "utf-8")
        return 0
    is_stale = not CATALOGUE.exists() or CATALOGUE.read_text("utf-8") != fresh
    if is_stale:
        print(f"{CATALOGUE.relative_to(CHECKOUT)}: stale, run `make texts`", file=sys.stderr)
    return int(is_stale)


def _code_words() -> set[str]:
    codes = {each.value for module in _modules() for each in _values(module)}
    for contract in (agreement_pb2, codes_pb2):
        kinds = [getattr(contract, name) for name in contract.DESCRIPTOR.enum_types_by_name]
        codes |= {word for kind in kinds for word in words(kind)}
    return {told[:1].upper() + told[1:] for told in map(spoken, codes) if not told.isdigit()}


def _modules() -> Iterator[ModuleType]:
    yield from _CODES
    for package in (node.domain, hub.domain):
        for each in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            yield import_module(each.name)


def _values(module: ModuleType) -> Iterator[StrEnum]:
    for kind in vars(module).values():
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind.__module__ == module.__name__:
            yield from kind


def _without_dates(written: str) -> str:
    """Leave out when it was gathered, and by which version of the tool (3)."""
    told = ("-Date:", "Generated-By:", "Translator:", "Language-Team:", "Project-Id-Version:", "Report-Msgid")
    return "".join(line for line in written.splitlines(keepends=True) if not any(each in line for each in told))


if __name__ == "__main__":
    sys.exit(main())
