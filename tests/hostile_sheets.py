"""Sheets made to cost whoever reads them more than they should, by name."""

import io
import zipfile
from collections.abc import Callable
from datetime import date

import openpyxl

_HEADING = b"Date,Peer,Employee,Reason,Minutes\n"
_GOOD = b"10/25/2025,Peer 1,Ann Lee,work,30\n"
KIND = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(**parts: bytes) -> bytes:
    """Make a workbook whose parts are replaced, by name with `__` for `/` and `_xml` for `.xml`."""
    book, written = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    for row in (["Date", "Peer"], [date(2025, 10, 25), "Peer 1"]):
        book.active.append(row)
    book.save(written)
    changed = io.BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        names = {name.replace("__", "/").removesuffix("_xml") + ".xml": content for name, content in parts.items()}
        for name in {*old.namelist(), *names}:
            new.writestr(name, names[name] if name in names else old.read(name))
    return changed.getvalue()


def cells(inner: str) -> bytes:
    """Give a worksheet's part with these rows."""
    return f'<worksheet xmlns="{KIND}"><sheetData>{inner}</sheetData></worksheet>'.encode()


def _blanks() -> bytes:
    """Pack 300 MB of blanks, a piece at a time: whoever makes it needs no more memory than whoever reads it."""
    made = io.BytesIO(workbook())
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as book, book.open("xl/media/big.xml", "w") as part:
        for _ in range(300):
            part.write(b" " * 1_000_000)
    return made.getvalue()


MADE: dict[str, Callable[[], bytes]] = {
    "half a million rows": lambda: _HEADING + _GOOD * 500_000,
    "unpacks to 300 MB": _blanks,
    "a million empty rows": lambda: workbook(
        xl__worksheets__sheet1_xml=cells("<row>" + "<c/>" * 100 + "</row>" + "<row/>" * 999_999)
    ),
    "one long line": lambda: b"".join((_HEADING, _GOOD, b"x" * 60_000_000, b"\n", _GOOD)),
}
