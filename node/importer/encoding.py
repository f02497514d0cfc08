"""In which encoding a text file was written, as far as its bytes tell.

1. A byte order mark says it. UTF-16 without one is known by its NULs.
2. Else UTF-8, where the whole file is UTF-8, or nearly: then the few lines that are not are refused, each.
3. Else Windows-1252, in which every other byte means something.
"""

import codecs

NAMES = {"utf-8-sig": "UTF-8 with a mark", "utf-8": "UTF-8", "cp1252": "Windows-1252"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT = 4_096  # bytes, for NULs
REPLACED = "\ufffd"  # stands where bytes mean nothing


def recognise(raw: bytes) -> str:
    """Give the name of the codec that a file's bytes call for."""
    for mark, name in _MARKS:  # 1
        if raw.startswith(mark):
            return name
    head = raw[:_LOOKED_AT]
    if head.count(0) > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"
    return "utf-8" if _is_utf8(raw) else "cp1252"


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("utf-8", "replace")  # 2
        bad = text.count(REPLACED)
        good = len(text) - len(text.encode("ascii", "ignore")) - bad
        return good > 3 * bad
    return True
